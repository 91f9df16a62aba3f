"""Registers the room home with Django."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """The room as Django knows it."""

    name = "jiedui.home"
    label = "home"
    default_auto_field = "django.db.models.BigAutoField"
