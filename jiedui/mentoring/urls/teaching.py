"""Teaching sessions, attachments, education sites, awards, and the cascade."""

from django.urls import path

from jiedui.mentoring.views import attachments, cascade, session_results, sessions, sign_in, sites

urlpatterns = [
    path("sessions/", sessions.session_list, name="sessions"),
    path("sessions/new/", sessions.session_new, name="session-new"),
    path("sessions/<uuid:id>/", sessions.session_page, name="session"),
    path("sessions/<uuid:id>/edit/", sessions.session_edit, name="session-edit"),
    path("sessions/<uuid:id>/held/", sessions.session_hold, name="session-hold"),
    path("sessions/<uuid:id>/cancel/", sessions.session_cancel, name="session-cancel"),
    path("sessions/<uuid:id>/ledger/", sessions.session_entry, name="session-entry"),
    path("sessions/<uuid:id>/learners/", session_results.session_learners, name="session-learners"),
    path("sessions/<uuid:id>/paper/", session_results.session_paper, name="session-paper"),
    path(
        "sessions/<uuid:id>/test/<str:phase>/", session_results.session_scores,
        name="session-scores",
    ),
    path("attendances/<uuid:id>/out/", session_results.attendance_out, name="attendance-out"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/<str:token>/", sign_in.signed_in, name="signed-in"),
    path("attachments/", attachments.attachment_list, name="attachments"),
    path("attachments/new/", attachments.attachment_new, name="attachment-new"),
    path("attachments/<uuid:id>/", attachments.attachment_page, name="attachment"),
    path(
        "attachments/<uuid:id>/step/<str:verb>/", attachments.attachment_step,
        name="attachment-step",
    ),
    path("follow-ups/<uuid:id>/", attachments.follow_up, name="follow-up"),
    path("sites/", sites.site_list, name="sites"),
    path("sites/new/", sites.site_new, name="site-new"),
    path("sites/<uuid:id>/", sites.site_page, name="site"),
    path("sites/<uuid:id>/standing/", sites.site_standing, name="site-standing"),
    path("sites/<uuid:id>/year/", sites.site_year, name="site-year"),
    path("awards/", sites.award_list, name="awards"),
    path("awards/new/", sites.award_new, name="award-new"),
    path("cascade/", cascade.cascade_list, name="cascade"),
    path("cascade/<uuid:id>/", cascade.cascade_of, name="cascade-of"),
]  # fmt: skip
