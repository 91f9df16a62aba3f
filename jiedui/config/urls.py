"""Root URLs: each room under its own name."""

from django.urls import include, path

urlpatterns = [
    path("", include("jiedui.home.urls")),
    path("accounts/", include("jiedui.accounts.urls")),
    path("directory/", include("jiedui.directory.urls")),
    path("programmes/", include("jiedui.programmes.urls")),
    path("ledger/", include("jiedui.ledger.urls")),
    path("learning/", include("jiedui.mentoring.urls")),
    path("planning/", include("jiedui.planning.urls")),
    path("figures/", include("jiedui.indicators.urls")),
    path("exchange/", include("jiedui.exchange.urls")),
    path("web/", include("jiedui.web.urls")),
]

handler400 = "jiedui.web.errors.bad_request"
handler403 = "jiedui.web.errors.denied"
handler404 = "jiedui.web.errors.not_found"
handler500 = "jiedui.web.errors.broke"
