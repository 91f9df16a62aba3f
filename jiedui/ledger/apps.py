"""Registers the room ledger with Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room's place among Django's applications."""

    name = "jiedui.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
