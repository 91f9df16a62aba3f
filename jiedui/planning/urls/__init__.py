"""URLs of the room planning, one file an area."""

from jiedui.planning.urls import dispatch, letters, rounds, sitings

app_name = "planning"
urlpatterns = [
    *dispatch.urlpatterns,
    *letters.urlpatterns,
    *rounds.urlpatterns,
    *sitings.urlpatterns,
]
