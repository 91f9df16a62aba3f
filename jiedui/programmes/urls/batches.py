"""Batches and teams."""

from django.urls import path

from jiedui.programmes.views import batches as views

urlpatterns = [
    path("<uuid:id>/batches/", views.batch_list, name="batches"),
    path("<uuid:id>/batches/new/", views.batch_new, name="batch-new"),
    path("batches/<uuid:id>/", views.batch_page, name="batch"),
    path("batches/<uuid:id>/edit/", views.batch_edit, name="batch-edit"),
    path("<uuid:id>/teams/", views.team_list, name="teams"),
    path("<uuid:id>/teams/new/", views.team_new, name="team-new"),
    path("teams/<uuid:id>/", views.team_page, name="team"),
    path("teams/<uuid:id>/edit/", views.team_edit, name="team-edit"),
    path("postings/<uuid:id>/team/", views.team_place, name="team-place"),
]
