"""The floor: a bare Django with one query and a template, on the same server and database."""

from __future__ import annotations

import os

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

settings.configure(
    SECRET_KEY="floor",  # noqa: S106 (serves nothing but a number)
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            **environ.Env.db_url_config(os.environ["DATABASE_URL"]),
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}},
        }
    },
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
application = get_wsgi_application()
_page = Template("<!doctype html><title>Floor</title><p>{{ people }}</p>")


def floor(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT full_name FROM cadres_cadre ORDER BY id LIMIT 1")
        people = cursor.fetchone()
    return HttpResponse(_page.render(Context({"people": people})))


urlpatterns = [path("", floor)]
