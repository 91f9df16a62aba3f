"""The logbook: cases recorded, confirmed, corrected, withdrawn."""

from django.urls import path

from jiedui.mentoring.views import case_forms, cases

urlpatterns = [
    path("cases/", cases.case_list, name="cases"),
    path("cases/new/", case_forms.case_new, name="case-new"),
    path("cases/waiting/", case_forms.cases_waiting, name="cases-waiting"),
    path("cases/<uuid:id>/", cases.case_page, name="case"),
    path("cases/<uuid:id>/correct/", case_forms.case_correct, name="case-correct"),
    path("cases/<uuid:id>/return/", case_forms.case_return, name="case-return"),
    path("cases/<uuid:id>/withdraw/", case_forms.case_withdraw, name="case-withdraw"),
]
