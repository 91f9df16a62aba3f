"""Registers the room exchange with Django."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """The app of this room."""

    name = "jiedui.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
