"""Registers the room web with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room as Django knows it."""

    name = "jiedui.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
