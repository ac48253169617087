"""Reminding people of what they owe: once a day for each obligation, however often one asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.concerning import units_of
from courses.models import Obligation
from courses.tracking import Wanted, detailed, listed, unfinished
from kit.dates import day_of, format_day, now
from kit.errors import Refusal
from operations.journalling import record
from operations.models import Job, Notice
from operations.notifying import notify
from operations.working import job_kind, report_progress, start_job

JOB = "courses.remind"
AT_ONCE = 25


@dataclass(frozen=True)
class Reminders:
    """What would be sent now: how many, to how many people, and who cannot be reached."""

    ids: list[int]
    cadre_ids: frozenset[int]
    without_email: int
    without_account: int
    reminded_today: int
    names: list[str]
    first: Obligation | None

    @property
    def count(self) -> int:
        return len(self.ids)

    @property
    def people(self) -> int:
        return len(self.cadre_ids)

    @property
    def by_email(self) -> int:
        return self.people - self.without_email


def key_of(obligation_id: int, on: date) -> str:
    return f"reminder:{obligation_id}:{on.isoformat()}"


def _reminded(on: date) -> Exists:
    key = Concat(Value("reminder:"), Cast(OuterRef("pk"), CharField()), Value(f":{on.isoformat()}"))
    return Exists(Notice.objects.filter(recipient=OuterRef("cadre__user"), key=key))


def owing(wanted: Wanted) -> QuerySet[Obligation]:
    """The rows asked for that still wait for the cadre."""
    return unfinished(listed(wanted), wanted.on)


def preview(wanted: Wanted) -> Reminders:
    """Two queries: whom a reminder would reach, and the first of them to show how it reads."""
    rows = owing(wanted).annotate(reminded=_reminded(wanted.on))
    columns = (
        "pk",
        "cadre_id",
        "cadre__user",
        "cadre__user__email",
        "reminded",
        "cadre__full_name",
    )
    owed = list(rows.values_list(*columns))
    to_send = [row for row in owed if row[2] is not None and not row[4]]
    ids = [row[0] for row in to_send]
    return Reminders(
        ids=ids,
        cadre_ids=frozenset(row[1] for row in to_send),
        without_email=len({row[1] for row in to_send if not row[3]}),
        without_account=len({row[1] for row in owed if row[2] is None}),
        reminded_today=sum(row[4] for row in owed),
        names=list({row[1]: row[5] for row in to_send}.values()),
        first=detailed(Obligation.objects.filter(pk__in=ids[:1]), wanted).first(),
    )


def words_of(obligation: Obligation, on: date) -> tuple[str, str]:
    """Title and text of a reminder; for rows with the course and its edition at hand."""
    course, due = obligation.course, format_day(obligation.due_on)
    title = course.current.title if course.current else course.code
    if obligation.due_on < on:
        return (
            _("Overdue: %(course)s") % {"course": title},
            _(
                "The course was due on %(due)s and is not completed yet. Everything you have "
                "done is kept; please go on where you were."
            )
            % {"due": due},
        )
    return (
        _("Due on %(due)s: %(course)s") % {"course": title, "due": due},
        _("Please complete the course by %(due)s. It takes a few short lessons and a test.")
        % {"due": due},
    )


@transaction.atomic
def start(wanted: Wanted, *, by: User) -> Job:
    """A job that reminds everyone the preview counts."""
    reminders = preview(wanted)
    if not reminders.ids:
        raise Refusal(_("Nobody is left to remind: all were reminded today, or have completed."))
    title = _("Reminding: %(count)d reminders") % {"count": reminders.count}
    arguments: dict[str, Any] = {"obligations": reminders.ids, "on": wanted.on.isoformat()}
    job = start_job(JOB, title, by=by, arguments=arguments, total=reminders.count)
    units = units_of(reminders.cadre_ids, wanted.on)
    record("course.remind", job, by=by, after={"reminders": reminders.count}, units=units)
    return job


@job_kind(JOB, may_repeat=True)
def remind_all(job: Job) -> dict[str, Any]:
    """Sends the reminders of a job, a few in a transaction; those sent before are skipped."""
    ids, on = job.arguments["obligations"], date.fromisoformat(job.arguments["on"])
    sent = 0
    for start_at in range(0, len(ids), AT_ONCE):
        some = ids[start_at : start_at + AT_ONCE]
        sent += remind(some, on=on)
        report_progress(job, start_at + len(some))
    return {
        "counts": [
            [_("Reminders sent"), sent],
            [_("Skipped (reminded already, or no longer owing)"), len(ids) - sent],
        ],
        "address": "/don-vi/",
        "address_title": _("Back to the people of the unit"),
    }


@transaction.atomic
def remind(obligation_ids: Iterable[int], *, on: date | None = None) -> int:
    """Reminds those who still owe; returns how many reminders were sent now."""
    day = on or day_of(now())
    rows = Obligation.objects.standing().filter(pk__in=obligation_ids)
    owed = unfinished(rows, day).filter(cadre__user__is_active=True)
    sent = 0
    named = owed.select_related("cadre__user", "course__current").only(
        "due_on", "cadre__user", "course__code", "course__slug", "course__current__title"
    )
    for row in named.order_by("pk"):
        title, body = words_of(row, day)
        notice = notify(
            row.cadre.user,  # type: ignore[arg-type]
            key=key_of(row.pk, day),
            title=title[:200],
            body=body,
            address=f"/khoa-hoc/{row.course.slug}/",
        )
        sent += notice is not None
    return sent
