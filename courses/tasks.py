from __future__ import annotations

from celery import shared_task

from courses import requiring


@shared_task(name="courses.require_anew")
def require_anew() -> None:
    requiring.require_anew()
