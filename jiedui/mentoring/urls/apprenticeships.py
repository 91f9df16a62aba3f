"""Apprenticeships, who teaches and learns in them, their plans, and mentoring studios."""

from django.urls import path

from jiedui.mentoring.views import (
    apprenticeship_forms as forms,
)
from jiedui.mentoring.views import (
    apprenticeship_page as page,
)
from jiedui.mentoring.views import (
    apprenticeship_people as people,
)
from jiedui.mentoring.views import (
    apprenticeships,
    studios,
)

urlpatterns = [
    path("apprenticeships/", apprenticeships.apprenticeship_list, name="apprenticeships"),
    path("apprenticeships/new/", forms.apprenticeship_new, name="apprenticeship-new"),
    path("apprenticeships/<uuid:id>/", page.apprenticeship_page, name="apprenticeship"),
    path("apprenticeships/<uuid:id>/edit/", forms.apprenticeship_edit, name="apprenticeship-edit"),
    path("apprenticeships/<uuid:id>/plan/", forms.plan, name="learning-plan"),
    path("apprenticeships/<uuid:id>/join/", people.apprentice_join, name="apprentice-join"),
    path("apprenticeships/<uuid:id>/mentor/", people.mentor_add, name="mentor-add"),
    path(
        "apprenticeships/<uuid:id>/<slug:verb>/",
        forms.apprenticeship_step,
        name="apprenticeship-step",
    ),
    path("plan-changes/<uuid:id>/", forms.plan_change, name="plan-change"),
    path("mentors/<uuid:id>/succeed/", people.mentor_succeed, name="mentor-succeed"),
    path("mentors/<uuid:id>/end/", people.mentor_end, name="mentor-end"),
    path("apprentices/<uuid:id>/leave/", people.apprentice_leave, name="apprentice-leave"),
    path("apprentices/<uuid:id>/baseline/", people.apprentice_baseline, name="apprentice-baseline"),
    path("pairings/<uuid:id>/", apprenticeships.pairing_panel, name="pairing-panel"),
    path("studios/", studios.studio_list, name="studios"),
    path("studios/new/", studios.studio_new, name="studio-new"),
    path("studios/<uuid:id>/", studios.studio_page, name="studio"),
    path("studios/<uuid:id>/day/", studios.day_new, name="studio-day-new"),
    path("studios/<uuid:id>/output/", studios.output_new, name="studio-output-new"),
    path("studios/<uuid:id>/member/", studios.member_new, name="studio-member-new"),
    path("studios/<uuid:id>/close/", studios.studio_close, name="studio-close"),
    path("studio-days/<uuid:id>/", studios.day_told, name="studio-day"),
]
