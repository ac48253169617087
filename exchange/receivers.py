"""What happened below is told outside, written down in the transaction of the deed."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from assessments.models import Run
from assessments.signals import run_finished
from cadres.signals import people_changed, posts_changed, tree_changed
from certificates.models import Certificate
from certificates.signals import certificate_issued, certificate_revoked
from courses.models import Completion
from courses.signals import course_completed
from exchange.models import Event
from exchange.reporting import report
from exchange.telling import Told, tell
from exchange.watching import watch_people, watch_units
from kit.dates import now


@receiver([people_changed, posts_changed])
def on_people(cadre_ids: list[int], **_: Any) -> None:
    watch_people(cadre_ids)


@receiver(tree_changed)
def on_tree(**_: Any) -> None:
    watch_units()


@receiver(course_completed)
def on_completed(completion: Completion, **_: Any) -> None:
    content = {
        "person": str(completion.cadre.public_id),
        "course": completion.course.code,
        "unit": str(completion.unit.public_id) if completion.unit else None,
    }
    unit_ids = [completion.unit_id] if completion.unit_id else []
    tell([Told(Event.Kind.COURSE_COMPLETED, content, unit_ids)], at=completion.completed_at)


@receiver(run_finished)
def on_run(run: Run, **_: Any) -> None:
    report(run)


@receiver(certificate_issued)
def on_issued(certificate: Certificate, **_: Any) -> None:
    _tell_of(certificate, Event.Kind.CERTIFICATE_ISSUED)


@receiver(certificate_revoked)
def on_revoked(certificate: Certificate, **_: Any) -> None:
    _tell_of(certificate, Event.Kind.CERTIFICATE_REVOKED)


def _tell_of(certificate: Certificate, kind: Event.Kind) -> None:
    """The code is what the public page and `/api/v1/certificates/` are asked by."""
    content = {
        "person": str(certificate.cadre.public_id),
        "course": certificate.course.code,
        "certificate": certificate.code,
    }
    unit_ids = [certificate.unit_id] if certificate.unit_id else []
    tell([Told(kind, content, unit_ids)], at=now())
