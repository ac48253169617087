from __future__ import annotations

from uuid import UUID

from celery import shared_task

from operations import chaining, notifying, working


@shared_task(name="operations.run_job")
def run_job(job_id: str) -> None:
    working.run_job(UUID(job_id))


@shared_task(name="operations.resend_waiting_jobs")
def resend_waiting_jobs() -> None:
    working.resend_waiting_jobs()
    working.take_back_lost_jobs()
    chaining.link_lost()


@shared_task(name="operations.email_notice")
def email_notice(notice_id: int) -> None:
    notifying.email_notice(notice_id)
