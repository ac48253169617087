"""Doors of authoring, beneath Wagtail's own address."""

from django.urls import path

from content import views

app_name = "content"

urlpatterns = [path("dua-tai-lieu/<int:chapter_id>/", views.bring, name="bring")]
