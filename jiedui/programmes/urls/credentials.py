"""Licences and certificates of people."""

from django.urls import path

from jiedui.programmes.views import credentials as views

urlpatterns = [
    path("people/<uuid:id>/credentials/new/", views.credential_new, name="credential-new"),
    path("credentials/<uuid:id>/end/", views.credential_end, name="credential-end"),
]
