"""URLs of the room accounts."""

from django.urls import path

from jiedui.accounts.views import administration, log, me, roles, session

app_name = "accounts"
urlpatterns = [
    path("login/", session.log_in, name="login"),
    path("login/code/", session.code, name="code"),
    path("logout/", session.log_out, name="logout"),
    path("me/", me.me, name="me"),
    path("me/password/", me.change_password, name="change-password"),
    path("me/second-factor/", me.second_factor, name="second-factor"),
    path("me/second-factor/begin/", me.begin_second_factor, name="begin-second-factor"),
    path("me/end-sessions/", me.end_my_sessions, name="end-my-sessions"),
    path("", administration.accounts, name="accounts"),
    path("new/", administration.create, name="create"),
    path("<uuid:account_id>/", administration.account, name="account"),
    path("<uuid:account_id>/disable/", administration.disable, name="disable"),
    path("<uuid:account_id>/enable/", administration.enable, name="enable"),
    path("<uuid:account_id>/end-sessions/", administration.end_sessions, name="end-sessions"),
    path("<uuid:account_id>/password/", administration.reset_password, name="reset-password"),
    path(
        "<uuid:account_id>/second-factor/",
        administration.reset_second_factor,
        name="reset-second-factor",
    ),
    path("roles/", roles.roles, name="roles"),
    path("roles/give/", roles.give, name="give-role"),
    path("roles/<uuid:grant_id>/end/", roles.end, name="end-role"),
    path("audit/", log.audit_log, name="audit"),
]
