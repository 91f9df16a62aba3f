"""Registers the room indicators with Django."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """The room of figures."""

    name = "jiedui.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"
