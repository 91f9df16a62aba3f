"""The menu: offers and wishes."""

from django.urls import path

from jiedui.programmes.views import menu as views
from jiedui.programmes.views import wishes

urlpatterns = [
    path("<uuid:id>/offers/", views.offer_list, name="offers"),
    path("<uuid:id>/offers/new/", views.offer_new, name="offer-new"),
    path("offers/<uuid:id>/", views.offer_page, name="offer"),
    path("offers/<uuid:id>/end/", views.offer_end, name="offer-end"),
    path("<uuid:id>/wishes/", wishes.wish_list, name="wishes"),
    path("<uuid:id>/wishes/new/", wishes.wish_new, name="wish-new"),
    path("wishes/<uuid:id>/", wishes.wish_page, name="wish"),
    path("wishes/<uuid:id>/accept/", wishes.wish_accept, name="wish-accept"),
    path("wishes/<uuid:id>/refuse/", wishes.wish_refuse, name="wish-refuse"),
    path("wishes/<uuid:id>/schedule/", wishes.wish_schedule, name="wish-schedule"),
    path("wishes/<uuid:id>/done/", wishes.wish_complete, name="wish-complete"),
    path("wishes/<uuid:id>/withdraw/", wishes.wish_withdraw, name="wish-withdraw"),
]
