"""Registers the room directory with Django."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The room of places, organisations and people."""

    name = "jiedui.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"
