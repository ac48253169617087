from __future__ import annotations

from celery import shared_task

from certificates import issuing
from courses.models import Completion


@shared_task(name="certificates.issue_certificate")
def issue_certificate(completion_id: int) -> None:
    issuing.issue(Completion.objects.get(pk=completion_id))


@shared_task(name="certificates.issue_missing")
def issue_missing() -> None:
    issuing.issue_missing()
