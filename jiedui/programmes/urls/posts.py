"""Posts."""

from django.urls import path

from jiedui.programmes.views import posts as views

urlpatterns = [
    path("<uuid:id>/posts/", views.post_list, name="posts"),
    path("<uuid:id>/posts/new/", views.post_new, name="post-new"),
    path("posts/<uuid:id>/", views.post_page, name="post"),
    path("posts/<uuid:id>/edit/", views.post_edit, name="post-edit"),
    path("posts/<uuid:id>/agree/", views.post_agree, name="post-agree"),
    path("posts/<uuid:id>/refuse/", views.post_refuse, name="post-refuse"),
    path("posts/<uuid:id>/close/", views.post_close, name="post-close"),
]
