"""Registers the room web with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "jiedui.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
