"""URLs of the room planning, one file an area."""

from jiedui.planning.urls import dispatch, letters

app_name = "planning"
urlpatterns = [*dispatch.urlpatterns, *letters.urlpatterns]
