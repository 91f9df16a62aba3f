"""Siting proposals."""

from django.urls import path

from jiedui.planning.views import siting_tables, sitings

urlpatterns = [
    path("sitings/", sitings.siting_list, name="sitings"),
    path("sitings/new/", sitings.siting_new, name="siting-new"),
    path("sitings/template.zip", sitings.siting_template, name="siting-template"),
    path("sitings/<uuid:id>/", sitings.siting_page, name="siting"),
    path("sitings/<uuid:id>/edit/", sitings.siting_edit, name="siting-edit"),
    path("sitings/<uuid:id>/remove/", sitings.siting_drop, name="siting-drop"),
    path("sitings/<uuid:id>/run/", sitings.siting_run, name="siting-run"),
    path("sitings/<uuid:id>/repeat/", sitings.siting_repeat, name="siting-repeat"),
    path("sitings/<uuid:id>/cancel/", sitings.siting_cancel, name="siting-cancel"),
    path("sitings/<uuid:id>/progress/", sitings.siting_progress, name="siting-progress"),
    path("sitings/<uuid:id>/files.zip", sitings.siting_files, name="siting-files"),
    path("sitings/<uuid:id>/kits/", siting_tables.kit_list, name="siting-kits"),
    path("sitings/<uuid:id>/not-reached/", siting_tables.missed_list, name="siting-missed"),
    path("sitings/<uuid:id>/not-chosen/", siting_tables.left_list, name="siting-left"),
]
