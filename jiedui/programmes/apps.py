"""Registers the room programmes with Django."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    """The room of programmes and pairings."""

    name = "jiedui.programmes"
    label = "programmes"
    default_auto_field = "django.db.models.BigAutoField"
