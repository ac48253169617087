"""What this floor holds about a person."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from kit.held import Held
from operations.journalling import DEED_NAMES, details_of
from operations.models import JournalEntry, Notice, PurposeRead

SHOWN = 500


def held_about(user: User) -> list[Held]:
    return [_account(user), _notices(user), _deeds(user), _purposes(user)]


def _account(user: User) -> Held:
    return Held(
        "account",
        _("Account and sign-ins"),
        _("So that only you can sign in."),
        [_("What"), _("Value")],
        [
            (_("Sign-in name"), user.username),
            (_("Phone number"), user.phone),
            (_("E-mail"), user.email),
            (_("Account made on"), user.date_joined),
            (_("Signed in last"), user.last_login),
        ],
        rule="people-left",
    )


def _notices(user: User) -> Held:
    rows = Notice.objects.filter(recipient=user).order_by("-pk")[:SHOWN]
    return Held(
        "notices",
        _("Notices"),
        _("So that you learn of courses, results and finished work."),
        [_("When"), _("Title"), _("Message"), _("Read at")],
        [(row.created_at, row.title, row.body, row.read_at) for row in rows],
        rule="notices",
    )


def _deeds(user: User) -> Held:
    """What the user did; who did something to the user is told by the floors that know the user."""
    rows = JournalEntry.objects.filter(actor=user)[:SHOWN]
    return Held(
        "deeds",
        _("What you did, as the journal keeps it"),
        _("So that every change can be answered for."),
        [_("When"), _("Deed"), _("Of what"), _("Details"), _("From address")],
        [
            (
                row.at,
                DEED_NAMES.get(row.deed, row.deed),
                row.subject_name,
                "; ".join(details_of(row)),
                row.address or "",
            )
            for row in rows
        ],
        rule="journal-addresses",
    )


def _purposes(user: User) -> Held:
    rows = PurposeRead.objects.filter(user=user).order_by("-version")
    return Held(
        "purpose",
        _("The note on what is kept, as you read it"),
        _("So that it is known which wording you were shown."),
        [_("Version"), _("Read at")],
        [(row.version, row.read_at) for row in rows],
    )
