"""Registers the room accounts with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The room accounts."""

    name = "jiedui.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
