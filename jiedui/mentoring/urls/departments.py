"""Departments, standards, clinics, the way to a grade, management procedures, research."""

from django.urls import path

from jiedui.mentoring.views import (
    clinics,
    departments,
    hospitals,
    procedures,
    research,
    roads,
    standards,
)

urlpatterns = [
    path("departments/", departments.department_list, name="departments"),
    path("departments/<uuid:id>/", departments.department_page, name="department"),
    path(
        "departments/<uuid:id>/criteria/<slug:code>/",
        departments.criterion,
        name="department-criterion",
    ),
    path("departments/<uuid:id>/stage/", departments.stage, name="department-stage"),
    path("departments/<uuid:id>/fall/", departments.fall, name="department-fall"),
    path("departments/<uuid:id>/levels/<slug:code>/", departments.level, name="department-level"),
    path(
        "departments/<uuid:id>/standards/new/",
        standards.of_department,
        name="department-standard-new",
    ),
    path("departments/<uuid:id>/clinics/new/", clinics.clinic_new, name="clinic-new"),
    path("hospitals/<uuid:id>/standards/new/", standards.of_hospital, name="hospital-standard-new"),
    path("checklists/<uuid:id>/", standards.checklist_page, name="checklist"),
    path("checklists/<uuid:id>/<slug:code>/", standards.item, name="checklist-item"),
    path("clinics/<uuid:id>/", clinics.clinic_page, name="clinic"),
    path("clinics/<uuid:id>/hours/", clinics.clinic_hours, name="clinic-hours"),
    path("clinics/<uuid:id>/month/", clinics.clinic_month, name="clinic-month"),
    path("clinics/<uuid:id>/close/", clinics.clinic_close, name="clinic-close"),
    path("accreditation/", roads.road_list, name="roads"),
    path("accreditation/<uuid:id>/", roads.road_page, name="road"),
    path("accreditation/<uuid:id>/steps/", roads.road_steps, name="road-steps"),
    path("accreditation/<uuid:id>/milestones/new/", roads.milestone_new, name="milestone-new"),
    path("milestones/<uuid:id>/done/", roads.milestone_done, name="milestone-done"),
    path("hospitals/<uuid:id>/accreditation/new/", roads.road_new, name="road-new"),
    path("procedures/", procedures.procedure_list, name="procedures"),
    path("hospitals/<uuid:id>/procedures/new/", procedures.procedure_new, name="procedure-new"),
    path("procedures/<uuid:id>/", procedures.procedure_page, name="procedure"),
    path("procedures/<uuid:id>/edit/", procedures.procedure_edit, name="procedure-edit"),
    path("procedures/<uuid:id>/audit/", procedures.procedure_audit, name="procedure-audit"),
    path("research/", research.research_list, name="research"),
    path("hospitals/<uuid:id>/research/new/", research.research_new, name="research-new"),
    path("research/<uuid:id>/", research.research_page, name="research-project"),
    path("research/<uuid:id>/edit/", research.research_edit, name="research-edit"),
    path("hospitals/<uuid:id>/", hospitals.hospital_page, name="hospital"),
]
