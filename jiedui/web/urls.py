"""URLs of the room web."""

from django.urls import path
from django.views.generic import RedirectView

from jiedui.web import gallery, views

app_name = "web"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="web:gallery")),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("health/", views.health, name="health"),
    path("styles-<slug:name>.css", views.sheet, name="styles"),
]
