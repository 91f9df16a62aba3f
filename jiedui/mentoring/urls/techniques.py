"""Techniques: the register, one technique, its steps, reviews, needs and taper plan."""

from django.urls import path

from jiedui.mentoring.views import technique_forms as forms
from jiedui.mentoring.views import techniques as views

urlpatterns = [
    path("techniques/", views.technique_list, name="techniques"),
    path("techniques/new/", forms.technique_new, name="technique-new"),
    path("techniques/<uuid:id>/", views.technique_page, name="technique"),
    path("techniques/<uuid:id>/cases/", views.technique_cases, name="technique-cases"),
    path("techniques/<uuid:id>/correct/", forms.technique_correct, name="technique-correct"),
    path("techniques/<uuid:id>/claim/", forms.technique_claim, name="technique-claim"),
    path("techniques/<uuid:id>/review/", forms.technique_review, name="technique-review"),
    path("techniques/<uuid:id>/needs/", forms.technique_need, name="technique-need"),
    path("techniques/<uuid:id>/taper/", forms.technique_taper, name="technique-taper"),
    path("techniques/<uuid:id>/<slug:verb>/", forms.technique_step, name="technique-step"),
    path("technique-needs/<uuid:id>/drop/", forms.technique_need_drop, name="technique-need-drop"),
]
