"""URLs of the room ledger."""

from django.urls import path

from jiedui.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.entries, name="entries"),
    path("totals/", views.totals, name="totals"),
    path("confirm/", views.confirm_list, name="confirm"),
    path("confirm/return/", views.return_chosen, name="return-chosen"),
    path("new/", views.record, name="record"),
    path("people/", views.people, name="people"),
    path("entries/<uuid:id>/", views.entry, name="entry"),
    path("entries/<uuid:id>/correct/", views.correct, name="correct"),
    path("entries/<uuid:id>/withdraw/", views.withdraw, name="withdraw"),
    path("versions/<uuid:id>/", views.version, name="version"),
    path("versions/<uuid:id>/edit/", views.edit, name="edit"),
    path("versions/<uuid:id>/submit/", views.submit, name="submit"),
    path("versions/<uuid:id>/confirm/", views.confirm, name="confirm-one"),
    path("versions/<uuid:id>/return/", views.send_back, name="return"),
    path("versions/<uuid:id>/evidence/", views.attach, name="attach"),
    path("evidence/<uuid:id>/", views.evidence, name="evidence"),
    path("published/", views.statements, name="statements"),
    path("published/<str:code>/", views.publication, name="publication"),
    path("statements/<uuid:id>/place/", views.place, name="place"),
]
