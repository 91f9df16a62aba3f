"""URLs of the room exchange."""

from django.urls import path

from jiedui.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("new/<slug:kind>/", views.upload, name="upload"),
    path("new/<slug:kind>/template.<str:ending>", views.template, name="template"),
    path("<uuid:id>/", views.job, name="job"),
    path("<uuid:id>/progress", views.progress, name="progress"),
    path("<uuid:id>/commit", views.commit, name="commit"),
    path("<uuid:id>/cancel", views.cancel, name="cancel"),
    path("<uuid:id>/annotated", views.annotated, name="annotated"),
]
