"""Skills and curves, decisions, reviews of safety, certificates, refreshers, criteria."""

from django.urls import path

from jiedui.mentoring.views import certificates, criteria, decisions, skills

urlpatterns = [
    path("skills/", skills.skill_list, name="skills"),
    path("skills/<uuid:id>/", skills.skill_page, name="skill"),
    path("skills/<uuid:id>/certify/", skills.skill_certify, name="skill-certify"),
    path("skills/<uuid:id>/decide/", decisions.skill_decide, name="skill-decide"),
    path("skills/<uuid:id>/question/", decisions.skill_question, name="skill-question"),
    path("apprentices/<uuid:id>/decide/", decisions.apprentice_decide, name="apprentice-decide"),
    path("decisions/", decisions.decision_list, name="decisions"),
    path("decisions/<uuid:id>/withdraw/", decisions.decision_withdraw, name="decision-withdraw"),
    path("safety/", decisions.review_list, name="safety-reviews"),
    path("safety/<uuid:id>/", decisions.review_page, name="safety-review"),
    path("safety/<uuid:id>/close/", decisions.review_close, name="safety-close"),
    path(
        "safety/techniques/<uuid:id>/new/", decisions.technique_question,
        name="technique-question",
    ),
    path("certificates/", certificates.certificate_list, name="certificates"),
    path("certificates/<uuid:id>/", certificates.certificate_page, name="certificate"),
    path("certificates/<uuid:id>/print/", certificates.certificate_print, name="certificate-print"),
    path(
        "certificates/<uuid:id>/revoke/", certificates.certificate_revoke,
        name="certificate-revoke",
    ),
    path("refreshers/", certificates.refresher_list, name="refreshers"),
    path("refreshers/<uuid:id>/done/", certificates.refresher_done, name="refresher-done"),
    path("criteria/", criteria.criterion_list, name="criteria"),
    path("criteria/<slug:code>/", criteria.criterion_page, name="criterion"),
    path("verify/", certificates.verify, name="verify"),
    path("verify/<str:code>/", certificates.verified_page, name="verified"),
]  # fmt: skip
