"""What this floor holds about a cadre."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from cadres.models import Cadre, RoleGrant, UnitVersion
from cadres.revealing import REVEAL
from cadres.stating import FIELDS, shown_value
from kit.held import Held
from operations.journalling import DEED_NAMES, details_of
from operations.models import Correction, JournalEntry

SHOWN = 500


def held_about(cadre: Cadre) -> list[Held]:
    return [
        _record(cadre),
        _posts(cadre),
        _roles(cadre),
        _reveals(cadre),
        _corrections(cadre),
        _deeds(cadre),
    ]


def _record(cadre: Cadre) -> Held:
    return Held(
        "record",
        _("Cadre record"),
        _("So that training, obligations and certificates belong to the right person."),
        [_("What"), _("Value")],
        [
            (_("Cadre code"), cadre.code),
            *((field.label, field.shown(cadre)) for field in FIELDS.values()),
        ],
        rule="people-left",
    )


def _posts(cadre: Cadre) -> Held:
    named = UnitVersion.objects.filter(
        unit=OuterRef("unit"), valid_from__lte=OuterRef("valid_from")
    ).order_by("-valid_from")
    rows = (
        cadre.posts.select_related("position")
        .annotate(unit_name=Subquery(named.values("name")[:1]))
        .order_by("-valid_from", "-is_main", "pk")
    )
    return Held(
        "posts",
        _("Posts through time"),
        _("They decide which courses are required of you and who manages you."),
        [_("Position"), _("Unit"), _("From"), _("Until before")],
        [(row.position.name, row.unit_name, row.valid_from, row.valid_to) for row in rows],
    )


def _roles(cadre: Cadre) -> Held:
    grants = RoleGrant.objects.filter(user=cadre.user_id, user__isnull=False)
    rows = grants.select_related("unit", "granted_by").order_by("-valid_from")
    return Held(
        "roles",
        _("Roles"),
        _("They decide what you may do here."),
        [_("Role"), _("Unit"), _("From"), _("Until before"), _("Given by")],
        [
            (
                row.get_role_display(),
                str(row.unit) if row.unit else _("Everywhere"),
                row.valid_from,
                row.valid_to,
                str(row.granted_by or ""),
            )
            for row in rows
        ],
    )


def _about(cadre: Cadre) -> list[JournalEntry]:
    rows = JournalEntry.objects.filter(
        subject_type=cadre._meta.label_lower, subject_id=str(cadre.pk)
    )
    return list(rows[:SHOWN])


def _reveals(cadre: Cadre) -> Held:
    return Held(
        "identity_seen",
        _("Who saw your identity number in full"),
        _("The number is encrypted and shown only to those who give a reason."),
        [_("When"), _("By whom"), _("Why")],
        [(row.at, row.actor_name, row.reason) for row in _about(cadre) if row.deed == REVEAL],
    )


def _corrections(cadre: Cadre) -> Held:
    rows = Correction.objects.filter(person=cadre.user_id)
    return Held(
        "corrections",
        _("Corrections you asked for"),
        _("So that what is held about you is right."),
        [
            _("Asked at"),
            _("What"),
            _("What is right"),
            _("Why"),
            _("Answer"),
            _("Words to the person"),
        ],
        [
            (
                row.asked_at,
                FIELDS[row.field].label,
                shown_value(row.field, row.value),
                row.reason,
                row.get_state_display(),
                row.answer,
            )
            for row in rows
        ],
        rule="people-left",
    )


def _deeds(cadre: Cadre) -> Held:
    return Held(
        "changes",
        _("Who changed or read your record"),
        _("So that every change can be answered for."),
        [_("When"), _("By whom"), _("Deed"), _("Details"), _("Why")],
        [
            (
                row.at,
                row.actor_name or _("The platform"),
                DEED_NAMES.get(row.deed, row.deed),
                "; ".join(details_of(row)),
                row.reason,
            )
            for row in _about(cadre)
            if row.deed != REVEAL
        ],
    )
