"""Postings, what belongs to them, and handovers."""

from django.urls import path

from jiedui.programmes.views import handovers, posting, posting_forms, postings

urlpatterns = [
    path("<uuid:id>/postings/", postings.posting_list, name="postings"),
    path("<uuid:id>/postings/new/", postings.posting_new, name="posting-new"),
    path("postings/own/", postings.own_postings, name="own-postings"),
    path("postings/<uuid:id>/", posting.posting_page, name="posting"),
    path("postings/<uuid:id>/appoint/", posting_forms.appoint, name="posting-appoint"),
    path("postings/<uuid:id>/evaluate/", posting_forms.evaluate, name="posting-evaluate"),
    path("postings/<uuid:id>/handover/", handovers.handover_new, name="handover-new"),
    path("postings/<uuid:id>/title/", posting_forms.title_set_right, name="posting-title"),
    path("postings/<uuid:id>/take-back/", posting_forms.take_back, name="posting-take-back"),
    path("postings/<uuid:id>/step/<slug:verb>/", postings.posting_step, name="posting-step"),
    path("appointments/<uuid:id>/end/", posting_forms.appointment_end, name="appointment-end"),
    path("welfare/<uuid:id>/", posting_forms.welfare_edit, name="welfare-edit"),
    path("welfare/<uuid:id>/raise/", posting_forms.welfare_raise, name="welfare-raise"),
    path("welfare/<uuid:id>/resolve/", posting_forms.welfare_resolve, name="welfare-resolve"),
    path("<uuid:id>/handovers/", handovers.handover_list, name="handovers"),
    path("<uuid:id>/handovers/missing/", handovers.handover_missing, name="handovers-missing"),
    path("handovers/<uuid:id>/", handovers.handover_page, name="handover"),
    path("handovers/<uuid:id>/edit/", handovers.handover_edit, name="handover-edit"),
    path("handovers/<uuid:id>/successor/", handovers.handover_successor, name="handover-successor"),
    path("handovers/<uuid:id>/task/", handovers.handover_task, name="handover-task"),
    path("handovers/<uuid:id>/sign/<slug:side>/", handovers.handover_sign, name="handover-sign"),
    path("of-person/<uuid:id>/", postings.person_panel, name="person-panel"),
]
