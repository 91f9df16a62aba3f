"""URLs of the room planning, one file a planner."""

from jiedui.planning.urls import dispatch

app_name = "planning"
urlpatterns = [*dispatch.urlpatterns]
