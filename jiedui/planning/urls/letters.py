"""Letters of invitation and dispatch."""

from django.urls import path

from jiedui.planning.views import letters

urlpatterns = [
    path("<uuid:id>/letters/", letters.letter_list, name="letters"),
    path(
        "<uuid:id>/letters/<uuid:organisation>/<slug:kind>/", letters.letters_of, name="letters-of"
    ),
    path("tours/<uuid:id>/letter/<slug:kind>/", letters.letter_of, name="letter"),
]
