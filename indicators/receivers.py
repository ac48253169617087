"""Facts below move the figures, in the transaction of the fact."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from cadres.signals import (
    groups_changed,
    people_withdrawn,
    posts_changed,
    reorganisation_planned,
    tree_changed,
)
from certificates.models import Certificate
from certificates.signals import certificate_issued, certificate_revoked
from courses.models import Completion
from courses.signals import course_completed, hours_changed, obligations_changed
from indicators.measuring import forget, refresh, remeasure_all
from indicators.planning import plans_touched


@receiver(course_completed)
def on_completed(completion: Completion, **_: Any) -> None:
    refresh([completion.cadre_id])


@receiver([certificate_issued, certificate_revoked])
def on_certificate(certificate: Certificate, **_: Any) -> None:
    refresh([certificate.cadre_id])


@receiver([posts_changed, obligations_changed])
def on_people(cadre_ids: list[int], **_: Any) -> None:
    refresh(cadre_ids)


@receiver(people_withdrawn)
def on_withdrawn(cadre_ids: list[int], **_: Any) -> None:
    forget(cadre_ids)


@receiver([tree_changed, groups_changed, hours_changed])
def on_rules(**_: Any) -> None:
    remeasure_all()


@receiver(reorganisation_planned)
def on_planned(unit_ids: set[int], ended_ids: set[int], **_: Any) -> list[tuple[str, str]]:
    return plans_touched(unit_ids, ended_ids)
