"""URLs of the room mentoring, one file an area."""

from jiedui.mentoring.urls import (
    apprenticeships,
    cases,
    departments,
    reviews,
    skills,
    staying,
    teaching,
    techniques,
)

app_name = "mentoring"
urlpatterns = [
    *apprenticeships.urlpatterns,
    *cases.urlpatterns,
    *reviews.urlpatterns,
    *skills.urlpatterns,
    *departments.urlpatterns,
    *staying.urlpatterns,
    *teaching.urlpatterns,
    *techniques.urlpatterns,
]
