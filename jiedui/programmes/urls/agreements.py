"""Agreements, their targets, reviews and files."""

from django.urls import path

from jiedui.programmes.views import agreement_forms, targets
from jiedui.programmes.views import agreements as views

urlpatterns = [
    path("<uuid:id>/agreements/", views.agreement_list, name="agreements"),
    path("<uuid:id>/agreements/new/", agreement_forms.agreement_new, name="agreement-new"),
    path("agreements/<uuid:id>/", views.agreement_page, name="agreement"),
    path("agreements/<uuid:id>/edit/", agreement_forms.agreement_edit, name="agreement-edit"),
    path("agreements/<uuid:id>/renew/", agreement_forms.agreement_renew, name="agreement-renew"),
    path("agreements/<uuid:id>/end/", agreement_forms.agreement_end, name="agreement-end"),
    path(
        "agreements/<uuid:id>/files/new/",
        agreement_forms.agreement_file_new,
        name="agreement-file-new",
    ),
    path(
        "agreements/<uuid:id>/files/<slug:sha256>/",
        agreement_forms.agreement_file,
        name="agreement-file",
    ),
    path("agreements/<uuid:id>/targets/new/", targets.target_new, name="target-new"),
    path("targets/<uuid:id>/edit/", targets.target_edit, name="target-edit"),
    path("agreements/<uuid:id>/reviews/new/", targets.review_new, name="review-new"),
    path("reviews/<uuid:id>/hold/", targets.review_hold, name="review-hold"),
]
