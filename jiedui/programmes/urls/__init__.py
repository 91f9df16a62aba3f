"""URLs of the room programmes, one file an area."""

from jiedui.programmes.urls import structure

app_name = "programmes"
urlpatterns = [*structure.urlpatterns]
