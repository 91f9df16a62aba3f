"""URLs of the room mentoring, one file an area."""

from jiedui.mentoring.urls import (
    departments,
    reviews,
    staying,
    teaching,
    techniques,
)

app_name = "mentoring"
urlpatterns = [
    *reviews.urlpatterns,
    *departments.urlpatterns,
    *staying.urlpatterns,
    *teaching.urlpatterns,
    *techniques.urlpatterns,
]
