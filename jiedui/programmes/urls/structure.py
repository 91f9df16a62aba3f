"""Programmes, pairings, networks and the cascade."""

from django.urls import path

from jiedui.programmes.views import networks, ties
from jiedui.programmes.views import structure as views

urlpatterns = [
    path("", views.programme_list, name="programmes"),
    path("new/", views.programme_new, name="programme-new"),
    path("<uuid:id>/pairings/", ties.pairing_list, name="pairings"),
    path("<uuid:id>/pairings/new/", views.pairing_new, name="pairing-new"),
    path("<uuid:id>/cascade/", ties.cascade_page, name="cascade"),
    path("<uuid:id>/networks/", networks.network_list, name="networks"),
    path("<uuid:id>/networks/new/", networks.network_new, name="network-new"),
    path("pairings/<uuid:id>/", ties.pairing_page, name="pairing"),
    path("pairings/<uuid:id>/end/", views.pairing_end, name="pairing-end"),
    path("pairings/<uuid:id>/duties/new/", ties.duty_new, name="duty-new"),
    path("duties/<uuid:id>/end/", ties.duty_end, name="duty-end"),
    path("networks/<uuid:id>/", networks.network_page, name="network"),
    path("networks/<uuid:id>/end/", networks.network_end, name="network-end"),
]
