"""URLs of the room home."""

from django.urls import path

from jiedui.home import views

app_name = "home"
urlpatterns = [
    path("", views.today, name="today"),
    path("search/", views.find, name="search"),
    path("begin/", views.begin, name="begin"),
]
