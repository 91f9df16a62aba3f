"""Registers the room planning with Django."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """The room of the planners and their plans."""

    name = "jiedui.planning"
    label = "planning"
    default_auto_field = "django.db.models.BigAutoField"
