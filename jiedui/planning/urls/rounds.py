"""Rounds of mobile clinics, their places, vehicles and day sheets."""

from django.urls import path

from jiedui.planning.views import day_sheets, round_places, rounds

urlpatterns = [
    path("rounds/", rounds.round_list, name="rounds"),
    path("rounds/new/", rounds.round_new, name="round-new"),
    path("rounds/<uuid:id>/", rounds.round_page, name="round"),
    path("rounds/<uuid:id>/edit/", rounds.round_edit, name="round-edit"),
    path("rounds/<uuid:id>/run/", rounds.round_run, name="round-run"),
    path("rounds/<uuid:id>/cancel/", rounds.round_cancel, name="round-cancel"),
    path("rounds/<uuid:id>/progress/", rounds.round_progress, name="round-progress"),
    path("rounds/<uuid:id>/fix/", rounds.round_fix, name="round-fix"),
    path("rounds/<uuid:id>/reopen/", rounds.round_reopen, name="round-reopen"),
    path("rounds/<uuid:id>/vehicle/", rounds.vehicle_new, name="round-vehicle-new"),
    path("rounds/<uuid:id>/places/", round_places.place_list, name="round-places"),
    path("rounds/<uuid:id>/places/add/", round_places.places_add, name="round-places-add"),
    path("rounds/<uuid:id>/days/<str:day>/<uuid:vehicle>/", day_sheets.day_sheet, name="day-sheet"),
    path(
        "rounds/<uuid:id>/days/<str:day>/<uuid:vehicle>.json", day_sheets.day_file, name="day-file"
    ),
    path("rounds/vehicles/<uuid:id>/", rounds.vehicle_edit, name="round-vehicle"),
    path("rounds/vehicles/<uuid:id>/drop/", rounds.vehicle_drop, name="round-vehicle-drop"),
    path("rounds/places/<uuid:id>/", round_places.place_edit, name="round-place"),
    path("rounds/places/<uuid:id>/drop/", round_places.place_drop, name="round-place-drop"),
    path("rounds/stops/<uuid:id>/pin/", rounds.stop_pin, name="stop-pin"),
]
