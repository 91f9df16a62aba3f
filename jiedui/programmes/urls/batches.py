"""Batches and teams."""

from django.urls import path

from jiedui.programmes.views import batch_forms
from jiedui.programmes.views import batches as views

urlpatterns = [
    path("<uuid:id>/batches/", views.batch_list, name="batches"),
    path("<uuid:id>/batches/new/", batch_forms.batch_new, name="batch-new"),
    path("batches/<uuid:id>/", views.batch_page, name="batch"),
    path("batches/<uuid:id>/edit/", batch_forms.batch_edit, name="batch-edit"),
    path("<uuid:id>/teams/", views.team_list, name="teams"),
    path("<uuid:id>/teams/new/", batch_forms.team_new, name="team-new"),
    path("teams/<uuid:id>/", views.team_page, name="team"),
    path("teams/<uuid:id>/edit/", batch_forms.team_edit, name="team-edit"),
    path("postings/<uuid:id>/team/", batch_forms.team_place, name="team-place"),
]
