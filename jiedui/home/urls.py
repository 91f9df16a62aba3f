"""URLs of the room home."""

from django.urls import URLPattern

app_name = "home"
urlpatterns: list[URLPattern] = []
