"""URLs of the room ledger."""

from django.urls import URLPattern

app_name = "ledger"
urlpatterns: list[URLPattern] = []
