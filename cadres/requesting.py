"""A person asks that the record be put right; the unit's manager, or an administrator, answers."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.models import User
from cadres.correcting import correct
from cadres.models import Ancestry, Cadre, Role, RoleGrant
from cadres.models.units import valid_on
from cadres.scopes import Access
from cadres.stating import FIELDS, shown_value
from kit.dates import day_of, now
from kit.errors import Refusal
from kit.secrets import seal, unseal
from kit.text import clean
from operations.journalling import record
from operations.models import Correction
from operations.notifying import notify

MAX_BYTES = 5 * 1024 * 1024
# What evidence may be, by its first bytes: nothing a browser would run.
EVIDENCE = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}
FOLDER = "corrections"


def content_type_of(content: bytes) -> str:
    """The kind of an evidence file, or "" for one that is not taken."""
    return next((kind for start, kind in EVIDENCE.items() if content.startswith(start)), "")


def ask(
    cadre: Cadre,
    field: str,
    value: str,
    *,
    reason: str,
    file: UploadedFile[bytes] | None = None,
    at: datetime | None = None,
) -> Correction:
    """The request, sent to those who may answer it."""
    if cadre.user is None or field not in FIELDS:
        raise Refusal(_("Choose what is wrong."), status=400)
    FIELDS[field].read(value)
    if not clean(reason):
        raise Refusal(_("Say why it is wrong; whoever answers must be able to judge."), status=400)
    waiting = Correction.objects.filter(person=cadre.user, state=Correction.State.WAITING)
    if waiting.filter(field=field).exists():
        raise _asked_already()
    content = file.read() if file else b""
    _refuse_evidence(content, is_sent=file is not None)
    try:
        with transaction.atomic():
            asked = Correction.objects.create(
                person=cadre.user,
                field=field,
                value=clean(value),
                reason=clean(reason),
                evidence_name=clean((file.name or "")[-120:]) if file else "",
                evidence=_keep(content) if content else "",
                asked_at=at or now(),
            )
            record(
                "correction.ask",
                cadre,
                by=cadre.user,
                before={field: FIELDS[field].shown(cadre)},
                after={field: shown_value(field, asked.value)},
                reason=asked.reason,
            )
            _tell_answerers(asked, cadre)
    except IntegrityError:
        raise _asked_already() from None
    return asked


def _asked_already() -> Refusal:
    return Refusal(_("You have asked for this already. Wait for the answer, then ask again."))


def _refuse_evidence(content: bytes, *, is_sent: bool) -> None:
    if len(content) > MAX_BYTES:
        raise Refusal(_("The file is larger than 5 MB. Take a smaller picture."), status=413)
    if is_sent and not content_type_of(content):
        raise Refusal(_("Send a PDF, JPEG or PNG file."), status=400)


def _keep(content: bytes) -> str:
    name = f"{FOLDER}/{get_random_string(32)}"
    return default_storage.save(name, ContentFile(seal(content)))


def evidence_of(asked: Correction) -> bytes:
    if not asked.evidence or not default_storage.exists(asked.evidence):
        raise Refusal(_("There is no file with this request."), status=404)
    with default_storage.open(asked.evidence) as file:
        return unseal(file.read())


# --- Answering ----------------------------------------------------------------------------------


def visible_to(access: Access) -> QuerySet[Correction]:
    """The requests one may read: one's own, and those of people whose records one oversees."""
    seen = Cadre.objects.visible_to(access)
    if not access.has(Role.MANAGER, Role.AUDITOR, Role.ADMIN):
        seen = seen.filter(user=access.user_id)
    asked = Correction.objects.filter(person__cadre__in=seen.values("pk"))
    return asked.select_related("person__cadre", "answered_by")


def may_answer(asked: Correction, access: Access) -> bool:
    """A manager of the person's unit or an administrator, and never the person."""
    if asked.person_id == access.user_id:
        return False
    if access.has(Role.ADMIN):
        return True
    people = Cadre.objects.posted_within(access.managed_unit_ids, access.day)
    return people.filter(user=asked.person_id).exists()


@transaction.atomic
def answer(
    asked: Correction,
    *,
    approves: bool,
    by: User,
    access: Access,
    words: str = "",
    at: datetime | None = None,
) -> Correction:
    """Puts the record right, or returns the request with a reason; the person is told."""
    if not may_answer(asked, access):
        raise Refusal(_("Only a manager of the unit or an administrator answers this."), status=403)
    locked = Correction.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if locked.state != Correction.State.WAITING:
        raise Refusal(_("This request has already been answered."))
    if not approves and not clean(words):
        raise Refusal(_("Say why it is returned, and what is to be done."), status=400)
    cadre = Cadre.objects.get(user=locked.person_id)
    if approves:
        changes = FIELDS[locked.field].read(locked.value)
        correct(cadre, changes, by=by, reason=locked.reason)
    states = Correction.State
    locked.state = states.APPROVED if approves else states.RETURNED
    locked.answered_by, locked.answered_at, locked.answer = by, at or now(), clean(words)
    locked.save(update_fields=["state", "answered_by", "answered_at", "answer"])
    after = {"field": str(FIELDS[locked.field].label), "state": str(states(locked.state).label)}
    record("correction.answer", cadre, by=by, after=after, reason=locked.answer)
    _tell_person(locked)
    return locked


def _tell_person(asked: Correction) -> None:
    words = {"field": FIELDS[asked.field].label}
    if asked.state == Correction.State.APPROVED:
        title = _("Put right: %(field)s") % words
        body = _(
            "Your record now says what you wrote. Certificates already issued keep what they say;"
            " for a new one, ask the unit that issued it."
        )
    else:
        title = _("Returned: your request about %(field)s") % words
        body = asked.answer
    notify(asked.person, key=f"correction:{asked.pk}", title=title, body=body, address=ADDRESS)


ADDRESS = "/tai-khoan/du-lieu/"


def _tell_answerers(asked: Correction, cadre: Cadre) -> None:
    words = {"name": cadre.full_name, "field": FIELDS[asked.field].label}
    for user in _answerers(cadre, asked):
        notify(
            user,
            key=f"correction-asked:{asked.pk}",
            title=_("%(name)s asks for a correction: %(field)s") % words,
            address=f"/don-vi/sua-thong-tin/{asked.pk}/",
        )


def _answerers(cadre: Cadre, asked: Correction) -> list[User]:
    """The managers of the person's units; where there is none, the administrators."""
    day = day_of(asked.asked_at)
    held = RoleGrant.objects.filter(valid_on(day), user__is_active=True).exclude(user=cadre.user)
    units = cadre.posts.filter(valid_on(day)).values("unit")
    above = Ancestry.objects.filter(valid_on(day), unit__in=units).values("ancestor")
    managing = held.filter(role=Role.MANAGER, unit__in=above)
    chosen = managing if managing.exists() else held.filter(role=Role.ADMIN)
    return list(User.objects.filter(pk__in=chosen.values("user")))
