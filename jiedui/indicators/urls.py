"""URLs of the room indicators."""

from django.urls import URLPattern, path

from jiedui.indicators import views

app_name = "indicators"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("show/", views.show, name="figure"),
    path("show/records/", views.records, name="records"),
    path("show/breakdown/", views.breakdown, name="breakdown"),
    path("show.json", views.figure_json, name="json"),
    path("panel/", views.panel, name="panel"),
    path("value/", views.value, name="value"),
    path("band/", views.band, name="band"),
    path("contradictions/", views.contradictions, name="contradictions"),
]
