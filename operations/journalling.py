"""Recording that somebody did something to something."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime
from ipaddress import ip_address
from threading import local
from typing import Any

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.signals import Way
from kit.dates import now
from kit.text import fold
from operations.chaining import digest_of, link
from operations.concerning import AT_ONCE, note_units, note_units_of_all
from operations.models import JournalEntry

_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_waiting = local()  # entries of the transaction this thread is in

# Set by the roof's middleware for the length of a request; a task or a command has none.
client_address: ContextVar[str | None] = ContextVar("client_address", default=None)

# What readers see for a deed; one that is missing here is shown as it is written.
DEED_NAMES: dict[str, str | Promise] = {
    "account.email": _("Changed the own e-mail"),
    "account.factor_add": _("Added a second step to sign in with"),
    "account.factor_remove": _("Removed a second step to sign in with"),
    "account.factor_reset": _("Made new recovery codes"),
    "account.password": _("Changed the own password"),
    "attempt.grade": _("Graded a try"),
    "cadre.anonymise": _("Anonymised people"),
    "cadre.change": _("Changed a record"),
    "cadre.correct": _("Corrected a record"),
    "cadre.first_password": _("Gave a first password"),
    "cadre.link": _("Joined a record to an id of another system"),
    "cadre.register": _("Entered people"),
    "certificate.issue": _("Issued a certificate"),
    "certificate.revoke": _("Revoked a certificate"),
    "correction.answer": _("Answered a request for correction"),
    "correction.ask": _("Asked for a correction"),
    "course.complete": _("Completed a course"),
    "course.remind": _("Reminded people of courses"),
    "course.require": _("Required a course"),
    "document.change": _("Changed a legal document"),
    "document.register": _("Entered a legal document"),
    "edition.publish": _("Published a course"),
    "group.define": _("Set up a target group"),
    "group.end": _("Ended a rule or an entry of a target group"),
    "group.list": _("Listed a person in a target group"),
    "group.rule": _("Gave a target group a rule"),
    "hours.require": _("Set the hours required a year"),
    "identity.reveal": _("Saw an identity number in full"),
    "indicator.change": _("Changed an indicator"),
    "interactive.begin": _("Began interactive content from a template"),
    "interactive.copy": _("Copied interactive content"),
    "interactive.edit": _("Edited interactive content"),
    "interactive.move": _("Moved interactive content to another version of its library"),
    "interactive.restore": _("Restored an earlier revision of interactive content"),
    "interactive.revise": _("Saved interactive content anew"),
    "interactive.take_in": _("Added interactive content"),
    "issuer.configure": _("Set up an issuer"),
    "journal.erase": _("Erased old addresses of the journal"),
    "key.create": _("Made a key for another system"),
    "key.rotate": _("Encrypted anew with a new key"),
    "key.withdraw": _("Withdrew a key of another system"),
    "lesson.bring": _("Made lessons of a document"),
    "library.approve": _("Approved a library of interactive content"),
    "library.propose": _("Uploaded a library of interactive content"),
    "library.refuse": _("Refused a library of interactive content"),
    "obligation.waive": _("Waived a course"),
    "obligation.withdraw": _("Took back a required course"),
    "own.export": _("Downloaded the own data"),
    "people.export": _("Exported people"),
    "plan.load": _("Changed a plan"),
    "plan.measure": _("Measured a plan"),
    "position.define": _("Set up a position"),
    "position.name": _("Named a position"),
    "post.add": _("Added a post"),
    "post.change": _("Changed a post"),
    "post.end": _("Ended a post"),
    "post.main": _("Changed the main post"),
    "post.move": _("Moved a person to another post"),
    "read.certificate": _("Looked at a certificate"),
    "read.correction": _("Looked at a request for correction"),
    "read.corrections": _("Looked at the requests for correction"),
    "read.export": _("Downloaded a list"),
    "read.figure": _("Looked at the people behind a figure"),
    "read.journal": _("Looked at the journal"),
    "read.people": _("Looked at a list of people"),
    "read.person": _("Looked at a person's record"),
    "read.register": _("Looked at the register of certificates"),
    "read.result": _("Looked at a person's result"),
    "read.roles": _("Looked at who holds which role"),
    "report.resend": _("Sent results to the record store again"),
    "retention.apply": _("Applied the retention rules"),
    "retention.set": _("Set a retention rule"),
    "role.grant": _("Gave a role"),
    "role.withdraw": _("Withdrew a role"),
    "roster.overrule": _("Let a list end more posts than usual"),
    "roster.undo": _("Undid a list of people"),
    "roster.write": _("Wrote a list of people"),
    "second_step.remove": _("Took off a second step"),
    "sign_in.fail": _("Failed to sign in"),
    "sign_in.lock": _("Was shut out after too many failed tries"),
    "sign_in.many": _("Failed to sign in to very many accounts"),
    "sign_on.link": _("Linked single sign-on"),
    "slip.print": _("Printed a sign-in slip"),
    "slip.withdraw": _("Withdrew a sign-in slip"),
    "training.export": _("Exported completed training"),
    "unit.absorb": _("Absorbed units into another"),
    "unit.attest": _("Confirmed the people of a unit"),
    "unit.compound": _("Reorganised units"),
    "unit.correct": _("Corrected a unit's misspelt name"),
    "unit.dissolve": _("Dissolved a unit"),
    "unit.establish": _("Established a unit"),
    "unit.merge": _("Merged a unit"),
    "unit.rename": _("Renamed a unit"),
    "unit.split": _("Split a unit"),
    "unit.transfer": _("Put a unit under another"),
    "unit.undo": _("Undid a reorganisation"),
    "viewing.begin": _("Began to view somebody's pages"),
    "viewing.end": _("Stopped viewing somebody's pages"),
    "viewing.page": _("Viewed a page of somebody"),
    "viewing.refused": _("Was refused a change while viewing"),
    "webhook.connect": _("Set up a webhook"),
    "webhook.resend": _("Sent an event again"),
    "webhook.stop": _("Stopped a webhook"),
}

# What readers see for a value of `before` and `after`.
DETAIL_NAMES: dict[str, str | Promise] = {
    "added": pgettext_lazy("journal", "added"),
    "address": pgettext_lazy("journal", "address"),
    "amended_by": pgettext_lazy("journal", "amended by"),
    "born_on": pgettext_lazy("journal", "born"),
    "born_year_only": pgettext_lazy("journal", "only the year of birth is known"),
    "changed": pgettext_lazy("journal", "indicators changed"),
    "civil_number": pgettext_lazy("journal", "civil servant number"),
    "corrected": pgettext_lazy("journal", "records corrected"),
    "count": pgettext_lazy("journal", "how many"),
    "course": pgettext_lazy("journal", "course"),
    "day": pgettext_lazy("journal", "day"),
    "denominator": pgettext_lazy("journal", "denominator"),
    "digest": pgettext_lazy("journal", "digest of the files"),
    "document": pgettext_lazy("journal", "document"),
    "due": pgettext_lazy("journal", "due"),
    "email": pgettext_lazy("journal", "e-mail"),
    "entry": pgettext_lazy("journal", "entry"),
    "events": pgettext_lazy("journal", "events"),
    "excluded": pgettext_lazy("journal", "left out"),
    "expertise": pgettext_lazy("journal", "professional level"),
    "factor": pgettext_lazy("journal", "second step"),
    "field": pgettext_lazy("journal", "what"),
    "figures": pgettext_lazy("journal", "figures moved"),
    "file": pgettext_lazy("journal", "file"),
    "from": pgettext_lazy("journal", "from"),
    "full_name": pgettext_lazy("journal", "full name"),
    "gender": pgettext_lazy("journal", "gender"),
    "grade": pgettext_lazy("journal", "grade"),
    "groups": pgettext_lazy("journal", "target groups"),
    "heading": pgettext_lazy("journal", "heading"),
    "hours": pgettext_lazy("journal", "hours"),
    "identity": pgettext_lazy("journal", "identity number"),
    "identity_number": pgettext_lazy("journal", "identity number"),
    "in_force_from": pgettext_lazy("journal", "in force from"),
    "in_force_to": pgettext_lazy("journal", "no longer in force from"),
    "into": pgettext_lazy("journal", "into"),
    "issued_on": pgettext_lazy("journal", "issued on"),
    "issuer": pgettext_lazy("journal", "issued by"),
    "kind": pgettext_lazy("journal", "kind"),
    "left": pgettext_lazy("journal", "posts ended"),
    "main": pgettext_lazy("journal", "main post"),
    "may": pgettext_lazy("journal", "may"),
    "measure": pgettext_lazy("journal", "measure"),
    "measured": pgettext_lazy("journal", "as on"),
    "months": pgettext_lazy("journal", "months"),
    "moved": pgettext_lazy("journal", "transferred"),
    "name": pgettext_lazy("journal", "name"),
    "new": pgettext_lazy("journal", "new people"),
    "not_secret": pgettext_lazy("journal", "stated to be no secret"),
    "number": pgettext_lazy("journal", "number"),
    "number_pattern": pgettext_lazy("journal", "number pattern"),
    "numerator": pgettext_lazy("journal", "numerator"),
    "page": pgettext_lazy("journal", "page"),
    "parameters": pgettext_lazy("journal", "parameters"),
    "passed": pgettext_lazy("journal", "passed"),
    "people": pgettext_lazy("journal", "people"),
    "phone": pgettext_lazy("journal", "phone number"),
    "place": pgettext_lazy("journal", "place"),
    "political_level": pgettext_lazy("journal", "level of political theory"),
    "population": pgettext_lazy("journal", "population"),
    "position": pgettext_lazy("journal", "position"),
    "reminders": pgettext_lazy("journal", "reminders"),
    "replaced_by": pgettext_lazy("journal", "replaced by"),
    "rows": pgettext_lazy("journal", "lines"),
    "reason": pgettext_lazy("journal", "reason"),
    "rule": pgettext_lazy("journal", "rule"),
    "shown": pgettext_lazy("journal", "rows"),
    "signer_authority": pgettext_lazy("journal", "signing authority"),
    "signer_name": pgettext_lazy("journal", "signer"),
    "signer_title": pgettext_lazy("journal", "signer's title"),
    "source": pgettext_lazy("journal", "source"),
    "state": pgettext_lazy("journal", "answer"),
    "superior": pgettext_lazy("journal", "superior body"),
    "symbol": pgettext_lazy("journal", "symbol"),
    "targets": pgettext_lazy("journal", "targets"),
    "through": pgettext_lazy("journal", "up to entry"),
    "title": pgettext_lazy("journal", "abstract"),
    "to": pgettext_lazy("journal", "to"),
    "try": pgettext_lazy("journal", "try"),
    "under": pgettext_lazy("journal", "under"),
    "unit": pgettext_lazy("journal", "unit"),
    "units": pgettext_lazy("journal", "units"),
    "way": pgettext_lazy("journal", "by what"),
}

# What readers see for the word of a value; any other is shown as it is.
VALUE_NAMES: dict[tuple[str, str], str | Promise] = {
    ("way", Way.PASSWORD): pgettext_lazy("journal", "password"),
    ("way", Way.SLIP): pgettext_lazy("journal", "sign-in slip"),
    ("way", Way.SECOND_STEP): pgettext_lazy("journal", "second step"),
    ("way", Way.SIGN_ON): pgettext_lazy("journal", "single sign-on"),
    ("way", Way.CLOSED): pgettext_lazy("journal", "the account is closed"),
}


# Deeds of somebody who is not signed in.
_AT_THE_DOOR = ("sign_in.fail", "sign_in.lock", "sign_in.many")

# For machines and for whoever looks a thing up by it, not for the page.
KEPT_BACK = {"ids"}


def actor_of(entry: JournalEntry) -> str:
    """Who did it, in words where it was nobody with an account."""
    if entry.deed in _AT_THE_DOOR:
        return gettext("Somebody at the door")
    return entry.actor_name or gettext("The platform")


def details_of(entry: JournalEntry) -> list[str]:
    """The values of an entry in words: what was there before, then what is there now."""
    names = [*entry.after, *(name for name in entry.before if name not in entry.after)]
    told = ((name, entry.before.get(name), entry.after.get(name)) for name in names)
    return [
        f"{DETAIL_NAMES.get(name, name)}: {_change(name, was, is_now, had=name in entry.before)}"
        for name, was, is_now in told
        if not (_is_blank(was) and _is_blank(is_now)) and name not in KEPT_BACK
    ]


def _is_blank(value: object) -> bool:
    return value is None or value == ""


def _change(name: str, was: object, is_now: object, *, had: bool) -> str:
    return f"{_shown(name, was)} → {_shown(name, is_now)}" if had else _shown(name, is_now)


def _shown(name: str, value: object) -> str:
    """Days as they are written here; nothing as a dash."""
    if _is_blank(value):
        return "—"
    if isinstance(value, bool):
        return pgettext("journal", "yes") if value else pgettext("journal", "no")
    text = str(VALUE_NAMES.get((name, str(value)), value))
    found = _ISO_DAY.fullmatch(text)
    return f"{found[3]}/{found[2]}/{found[1]}" if found else text


def spans(ids: Iterable[int]) -> str:
    """Ids in few words: "5-1204, 1300"."""
    found: list[list[int]] = []
    for number in sorted(ids):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def record(
    deed: str,
    subject: models.Model | None,
    *,
    by: User | None,
    named: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    at: datetime | None = None,
    units: Iterable[int] = (),
) -> JournalEntry:
    """Appends one entry, in the transaction of the deed it tells of; linked once that is committed.

    `named`: what readers see for a subject whose own name would tell them nothing. `units`: what
    units it concerns besides those of its subject; a deed on many people says them.
    """
    written = entry(
        deed, subject, by=by, named=named, before=before, after=after, reason=reason, at=at
    )
    append(written, subject, units)
    return written


@transaction.atomic(savepoint=False)
def append(written: JournalEntry, subject: models.Model | None, units: Iterable[int] = ()) -> None:
    """Writes one of `entry`, as `record` does."""
    written.save()
    note_units(written, subject, units)
    _link_on_commit([written.pk])


@transaction.atomic(savepoint=False)
def record_all(entries: Sequence[tuple[JournalEntry, Iterable[int]]]) -> None:
    """Appends many of `entry`, each with all the units it concerns: no subject is asked."""
    for start in range(0, len(entries), AT_ONCE):
        some = entries[start : start + AT_ONCE]
        made = JournalEntry.objects.bulk_create([entry for entry, _units in some])
        note_units_of_all(some)
        _link_on_commit([entry.pk for entry in made])


def _link_on_commit(entry_ids: list[int]) -> None:
    """The first to be called back links what all of this transaction's deeds wrote."""
    _waiting.__dict__.setdefault("entry_ids", []).extend(entry_ids)
    transaction.on_commit(_link_waiting, robust=True)


def _link_waiting() -> None:
    entry_ids = _waiting.__dict__.pop("entry_ids", [])
    for start in range(0, len(entry_ids), AT_ONCE):
        link(entry_ids[start : start + AT_ONCE])


def entry(
    deed: str,
    subject: models.Model | None,
    *,
    by: User | None,
    named: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> JournalEntry:
    """An entry that is not written yet."""
    name = (named or ("" if subject is None else str(subject)))[:250]
    address = _address()
    salt = secrets.token_hex(16) if address else ""
    return JournalEntry(
        at=at or now(),
        actor=by,
        actor_name=by.full_name if by else "",
        address=address,
        address_salt=salt,
        address_digest=digest_of(salt, address) if address else "",
        deed=deed,
        subject_type="" if subject is None else subject._meta.label_lower,
        subject_id="" if subject is None else str(subject.pk),
        subject_name=name,
        actor_folded=fold(by.full_name) if by else "",
        subject_folded=fold(name)[:250],
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
    )


def _address() -> str | None:
    """The client's address as the database writes it; None for what is no address."""
    try:
        return str(ip_address(client_address.get() or ""))
    except ValueError:
        return None
