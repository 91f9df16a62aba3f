"""URLs of the room directory."""

from django.urls import path
from django.views.generic import RedirectView

from jiedui.directory.views import export, memberships, organisations, people, places

app_name = "directory"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="directory:organisations")),
    path("organisations/", organisations.organisation_list, name="organisations"),
    path("organisations/new/", organisations.organisation_new, name="organisation-new"),
    path("organisations/<uuid:id>/", organisations.organisation_page, name="organisation"),
    path(
        "organisations/<uuid:id>/edit/", organisations.organisation_edit, name="organisation-edit"
    ),
    path(
        "organisations/<uuid:id>/name/", organisations.organisation_name, name="organisation-name"
    ),
    path(
        "organisations/<uuid:id>/identifier/",
        organisations.organisation_identifier,
        name="organisation-identifier",
    ),
    path(
        "organisations/<uuid:id>/seat/", organisations.organisation_seat, name="organisation-seat"
    ),
    path(
        "organisations/<uuid:id>/part/", organisations.organisation_part, name="organisation-part"
    ),
    path(
        "organisations/<uuid:id>/departments/new/",
        organisations.department_new,
        name="department-new",
    ),
    path(
        "organisations/<uuid:id>/departments/<uuid:department>/close/",
        organisations.department_close,
        name="department-close",
    ),
    path("places/", places.place_tree, name="places"),
    path("places/new/", places.place_new, name="place-new"),
    path("places/<uuid:id>/", places.place_page, name="place"),
    path("places/<uuid:id>/edit/", places.place_edit, name="place-edit"),
    path("places/<uuid:id>/move/", places.place_move, name="place-move"),
    path("places/<uuid:id>/merge/", places.place_merge, name="place-merge"),
    path("places/<uuid:id>/split/", places.place_split, name="place-split"),
    path("people/", people.person_list, name="people"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/<uuid:id>/", people.person_page, name="person"),
    path("people/<uuid:id>/edit/", people.person_edit, name="person-edit"),
    path("people/<uuid:id>/account/", people.person_account, name="person-account"),
    path("people/<uuid:id>/post/", people.person_post, name="person-post"),
    path("people/<uuid:id>/title/", people.person_title, name="person-title"),
    path("people/<uuid:id>/specialty/", people.person_specialty, name="person-specialty"),
    path("map/", places.place_map, name="map"),
    path("memberships/", memberships.membership_list, name="memberships"),
    path("memberships/new/", memberships.membership_new, name="membership-new"),
    path("memberships/<uuid:id>/end/", memberships.membership_end, name="membership-end"),
    path("export/", export.export, name="export"),
]
