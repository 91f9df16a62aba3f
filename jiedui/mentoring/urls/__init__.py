"""URLs of the room mentoring, one file an area."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "mentoring"
urlpatterns: list[URLPattern] = []
