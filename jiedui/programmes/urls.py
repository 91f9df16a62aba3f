"""URLs of the room programmes."""

from django.urls import URLPattern

app_name = "programmes"
urlpatterns: list[URLPattern] = []
