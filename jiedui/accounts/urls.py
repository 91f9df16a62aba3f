"""URLs of the room accounts."""

from django.urls import path

from jiedui.accounts.views import session

app_name = "accounts"
urlpatterns = [
    path("login/", session.log_in, name="login"),
    path("login/code/", session.code, name="code"),
    path("logout/", session.log_out, name="logout"),
]
