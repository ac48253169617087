from __future__ import annotations

from celery import shared_task

from courses import requiring, reviewing


@shared_task(name="courses.require_anew")
def require_anew() -> None:
    requiring.require_anew()


@shared_task(name="courses.tell_owners_of_documents")
def tell_owners_of_documents() -> None:
    reviewing.tell_owners()
