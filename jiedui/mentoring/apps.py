"""Registers the room mentoring with Django."""

from django.apps import AppConfig


class MentoringConfig(AppConfig):
    """The room of apprentices, courses, techniques, and of what stays."""

    name = "jiedui.mentoring"
    label = "mentoring"
    default_auto_field = "django.db.models.BigAutoField"
