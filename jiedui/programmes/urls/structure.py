"""Programmes and pairings."""

from django.urls import path

from jiedui.programmes.views import structure as views

urlpatterns = [
    path("", views.programme_list, name="programmes"),
    path("new/", views.programme_new, name="programme-new"),
    path("<uuid:id>/", views.programme_page, name="programme"),
    path("<uuid:id>/pairings/new/", views.pairing_new, name="pairing-new"),
    path("pairings/<uuid:id>/end/", views.pairing_end, name="pairing-end"),
    path("of/<uuid:id>/", views.organisation_panel, name="organisation-panel"),
]
