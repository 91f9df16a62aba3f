"""A programme on one screen and on the wall; who is there: strips, coverage, compliance."""

from django.urls import path

from jiedui.programmes.views import compliance, coverage, overview, presence, sides

urlpatterns = [
    path("<uuid:id>/", overview.programme_page, name="programme"),
    path("<uuid:id>/wall/", overview.wall, name="wall"),
    path("<uuid:id>/presence/", presence.presence, name="presence"),
    path("<uuid:id>/coverage/", coverage.coverage, name="coverage"),
    path("<uuid:id>/compliance/", compliance.compliance, name="compliance"),
    path("<uuid:id>/compliance/panel/", compliance.compliance_panel, name="compliance-panel"),
    path("<uuid:id>/compliance/<uuid:of>/", compliance.compliance_of, name="compliance-of"),
    path("of/<uuid:id>/", sides.organisation_panel, name="organisation-panel"),
]
