"""Beginning a course, in the edition that is current on the day."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Sitting
from cadres.models import Cadre
from courses.models import Course, Enrolment, Progress
from kit.dates import day_of, now
from kit.errors import Refusal


@transaction.atomic
def enrol(
    cadre: Cadre, course: Course, *, by: User | None = None, at: datetime | None = None
) -> Enrolment:
    """The enrolment; beginning twice is beginning once."""
    at = at or now()
    if course.current is None:
        raise Refusal(_("This course has not been published yet."), status=404)
    post = cadre.main_post_on(day_of(at))
    enrolment, is_new = Enrolment.objects.get_or_create(
        cadre=cadre,
        course=course,
        defaults={
            "edition": course.current,
            "unit": post.unit if post else None,
            "enrolled_at": at,
            "enrolled_by": by,
        },
    )
    if is_new:
        Progress.objects.create(enrolment=enrolment, last_active_at=at)
    return enrolment


@transaction.atomic
def open_sitting(enrolment: Enrolment, *, at: datetime | None = None) -> Sitting:
    """The sitting of the edition's final paper; opened when it is first asked for."""
    locked = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if locked.sitting_id is None:
        locked.sitting = Sitting.objects.create(
            cadre_id=locked.cadre_id,
            paper_version_id=enrolment.edition.paper_version_id,
            opened_at=at or now(),
        )
        locked.save(update_fields=["sitting"])
    enrolment.sitting = locked.sitting
    assert locked.sitting is not None  # noqa: S101 (set just above)
    return locked.sitting
