"""Two-sided reviews."""

from django.urls import path

from jiedui.mentoring.views import review_forms, review_panel, reviews

urlpatterns = [
    path("reviews/", reviews.review_list, name="reviews"),
    path("reviews/<uuid:id>/", reviews.review_page, name="review"),
    path("reviews/<uuid:id>/change/", reviews.review_change, name="review-change"),
    path("reviews/<uuid:id>/answers/", review_forms.review_answer, name="review-answer"),
    path("reviews/<uuid:id>/take-back/", review_forms.review_take_back, name="review-take-back"),
    path("reviews/<uuid:id>/shift/", review_forms.review_shift, name="review-shift"),
    path("reviews/<uuid:id>/close/", review_forms.review_close, name="review-close"),
    path("reviews/<uuid:id>/task/", review_forms.review_task, name="review-task"),
    path("pairings/<uuid:id>/reviews/", review_panel.review_panel, name="review-panel"),
    path("pairings/<uuid:id>/reviews/new/", review_forms.review_new, name="review-new"),
    path(
        "programmes/<uuid:id>/reviews/new/",
        review_forms.review_new_between,
        name="review-new-between",
    ),
]
