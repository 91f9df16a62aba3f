"""What stays when the experts have left, and who can do what."""

from django.urls import path

from jiedui.mentoring.views import matrix, staying, staying_after, staying_department, staying_lists

urlpatterns = [
    path("staying/", staying.home, name="staying"),
    path("staying/programmes/<uuid:id>/", staying.programme, name="staying-programme"),
    path("staying/people/<uuid:id>/", staying.person, name="staying-person"),
    path("staying/teams/<uuid:id>/", staying.team, name="staying-team"),
    path("staying/batches/<uuid:id>/", staying.batch, name="staying-batch"),
    path(
        "staying/departments/<uuid:id>/",
        staying_department.department,
        name="staying-department",
    ),
    path(
        "staying/after/<uuid:id>/",
        staying_after.after_a_departure,
        name="staying-after",
    ),
    path(
        "staying/of/<slug:kind>/<uuid:id>/techniques/",
        staying_lists.techniques,
        name="staying-techniques",
    ),
    path(
        "staying/of/<slug:kind>/<uuid:id>/certificates/",
        staying_lists.certificates,
        name="staying-certificates",
    ),
    path(
        "staying/of/<slug:kind>/<uuid:id>/departures/",
        staying_lists.departures,
        name="staying-departures",
    ),
    path("matrix/<uuid:id>/", matrix.matrix, name="matrix"),
    path(
        "matrix/departments/<uuid:id>/",
        matrix.matrix_department,
        name="matrix-department",
    ),
]
