"""URLs of the room programmes, one file an area."""

from jiedui.programmes.urls import (
    agreements,
    batches,
    credentials,
    menu,
    plans,
    postings,
    posts,
    presence,
    structure,
)

app_name = "programmes"
urlpatterns = [
    *structure.urlpatterns,
    *agreements.urlpatterns,
    *plans.urlpatterns,
    *batches.urlpatterns,
    *credentials.urlpatterns,
    *menu.urlpatterns,
    *postings.urlpatterns,
    *posts.urlpatterns,
    *presence.urlpatterns,
]
