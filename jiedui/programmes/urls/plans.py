"""Work plans, meetings and tasks."""

from django.urls import path

from jiedui.programmes.views import meetings, plans

urlpatterns = [
    path("<uuid:id>/plans/", plans.plan_list, name="plans"),
    path("<uuid:id>/plans/new/", plans.plan_new, name="plan-new"),
    path("plans/<uuid:id>/", plans.plan_page, name="plan"),
    path("plans/<uuid:id>/items/new/", plans.plan_item_new, name="plan-item-new"),
    path("plan-items/<uuid:id>/done/", plans.plan_item_done, name="plan-item-done"),
    path("<uuid:id>/meetings/", meetings.meeting_list, name="meetings"),
    path("<uuid:id>/meetings/new/", meetings.meeting_new, name="meeting-new"),
    path("meetings/<uuid:id>/", meetings.meeting_page, name="meeting"),
    path("meetings/<uuid:id>/minutes/", meetings.meeting_minutes, name="meeting-minutes"),
    path("meetings/<uuid:id>/tasks/new/", meetings.meeting_task, name="meeting-task"),
    path("<uuid:id>/tasks/", meetings.task_list, name="tasks"),
    path("<uuid:id>/tasks/new/", meetings.task_new, name="task-new"),
    path("tasks/<uuid:id>/done/", meetings.task_done, name="task-done"),
]
