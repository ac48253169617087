"""The roles table: who may open which route, who may act there. No row, no entry.

The row decides at the door; `visible_to` decides which rows of data are found behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import ResolverMatch

from cadres.models import Role
from cadres.scopes import Access
from exchange.models import Ability

ANYONE = "anyone"
SIGNED_IN = "signed in"
LEARNER = "learner"

_TRAINER, _REVIEWER, _MANAGER = Role.TRAINER.value, Role.REVIEWER.value, Role.MANAGER.value
_ISSUER, _OWNER, _AUDITOR = Role.ISSUER.value, Role.OWNER.value, Role.AUDITOR.value
_ADMIN = Role.ADMIN.value
# What other systems' keys may do stands in the same table.
_READ_PEOPLE, _WRITE_PEOPLE = Ability.READ_PEOPLE.value, Ability.WRITE_PEOPLE.value
_READ_UNITS, _WRITE_UNITS = Ability.READ_UNITS.value, Ability.WRITE_UNITS.value
_READ_TRAINING = Ability.READ_TRAINING.value


@dataclass(frozen=True)
class Row:
    """Who may read a route (GET) and who may act there (everything else).

    `reading` is the deed under which the journal keeps that an auditor or an administrator, who
    see everyone, has read it; blank where nothing about other people is told.
    """

    read: frozenset[str]
    act: frozenset[str]
    reading: str = ""


def _row(*read: str, act: tuple[str, ...] | None = None) -> Row:
    """Without `act`, readers act too, but for auditors, who change nothing."""
    acting = read if act is None else act
    return Row(frozenset(read), frozenset(acting) - {_AUDITOR})


def _read(row: Row, reading: str) -> Row:
    """The row, and that reading it is journalled."""
    return replace(row, reading=reading)


_NOBODY = _row()
_PUBLIC = _row(ANYONE)
_OWN = _row(SIGNED_IN)
_LEARN = _row(LEARNER)
_AUTHORS = _row(_TRAINER, _REVIEWER, _ADMIN)
_REPORTS = _row(_TRAINER, _MANAGER, _OWNER, _AUDITOR, _ADMIN)
_UNITS = _row(_MANAGER, _OWNER, _AUDITOR, _ADMIN)
_LISTS = _row(_MANAGER, _AUDITOR, _ADMIN)
_FIGURES = _row(_MANAGER, _OWNER, _AUDITOR, _ADMIN)
_REGISTER = _row(_ISSUER, _AUDITOR, _ADMIN)

ROUTES: dict[str, Row] = {
    # The front door
    "home": _PUBLIC,
    "about_demo": _PUBLIC,
    "offline": _PUBLIC,
    "worker": _PUBLIC,
    "set_language": _PUBLIC,
    "healthz": _PUBLIC,
    "readyz": _PUBLIC,
    "metrics": _PUBLIC,
    "media:picture": _PUBLIC,
    "media:recording": _OWN,
    "media:legal_file": _OWN,
    # The ticket in the address says who may.
    "media:player": _PUBLIC,
    "media:player_file": _PUBLIC,
    "wagtaildocs_serve": _OWN,
    "wagtaildocs_authenticate_with_password": _OWN,
    "wagtail_serve": _PUBLIC,
    "wagtailcore_login": _PUBLIC,
    "mfa_authenticate": _PUBLIC,
    "wagtailcore_authenticate_with_password": _OWN,
    # Signing in
    "accounts:display": _PUBLIC,
    "accounts:account": _OWN,
    "held": _OWN,
    "held_export": _OWN,
    "purpose": _OWN,
    "accounts:end_visit": _OWN,
    "accounts:slip_entry": _PUBLIC,
    "accounts:slip": _PUBLIC,
    "accounts:single_sign_on": _PUBLIC,
    "accounts:sign_on_callback": _PUBLIC,
    "mfa_login_webauthn": _PUBLIC,
    # Interactive content and its libraries
    "media:contents": _AUTHORS,
    "media:content": _AUTHORS,
    "media:compare": _AUTHORS,
    "media:restore": _AUTHORS,
    "media:copy": _AUTHORS,
    "media:edit": _AUTHORS,
    "media:new": _AUTHORS,
    "media:package": _AUTHORS,
    "media:tried": _AUTHORS,
    "media:libraries": _row(_AUDITOR, _ADMIN),
    "media:library": _row(_AUDITOR, _ADMIN),
    "media:move": _row(_ADMIN),
    # Learning
    "courses:catalogue": _PUBLIC,
    "courses:course": _PUBLIC,
    "courses:enrol": _OWN,
    "courses:learning": _OWN,
    "courses:lesson": _OWN,
    "courses:finish_lesson": _LEARN,
    "courses:practise": _LEARN,
    "courses:play": _LEARN,
    "courses:run": _LEARN,
    "courses:save_run": _LEARN,
    "courses:submit_run": _LEARN,
    "courses:interactive_report": _read(_REPORTS, "read.people"),
    "courses:interactive_run": _read(_REPORTS, "read.result"),
    "courses:paper": _OWN,
    "courses:start": _LEARN,
    "courses:attempt": _LEARN,
    "courses:save": _LEARN,
    "courses:finish": _LEARN,
    "courses:result": _LEARN,
    # Legal documents
    "courses:legal_document": _OWN,
    "courses:to_review": _AUTHORS,
    # Units and people
    "courses:tracking": _read(_UNITS, "read.people"),
    "courses:tracking_export": _read(_UNITS, "read.export"),
    "courses:remind": _row(_MANAGER, _OWNER, _ADMIN),
    "courses:call_list": _read(_UNITS, "read.people"),
    "courses:waive": _row(_MANAGER, _OWNER, _ADMIN),
    "courses:requirements": _UNITS,
    "courses:person_learning": _read(_UNITS, "read.person"),
    "cadres:people": _read(_UNITS, "read.people"),
    "cadres:people_export": _UNITS,
    "cadres:person": _read(_OWN, "read.person"),
    "cadres:reveal_identity": _row(_MANAGER, _ADMIN),
    "cadres:ask_correction": _LEARN,
    "cadres:corrections": _read(_row(_MANAGER, _AUDITOR, _ADMIN), "read.corrections"),
    "cadres:correction": _read(_row(_MANAGER, _AUDITOR, _ADMIN), "read.correction"),
    "cadres:evidence": _read(_OWN, "read.correction"),
    "cadres:slips": _row(_MANAGER, _ADMIN),
    "cadres:withdraw_slip": _row(_MANAGER, _ADMIN),
    "cadres:second_step": _row(_ADMIN),
    "cadres:view_as": _row(_ADMIN),
    "cadres:stop_viewing": _row(_ADMIN),
    "cadres:person_edit": _row(_MANAGER, _ADMIN),
    "cadres:post_add": _row(_MANAGER, _ADMIN),
    "cadres:post_move": _row(_MANAGER, _ADMIN),
    "cadres:post_end": _row(_MANAGER, _ADMIN),
    "cadres:post_main": _row(_MANAGER, _ADMIN),
    "cadres:groups": _row(_OWNER, _AUDITOR, _ADMIN, act=(_ADMIN,)),
    "cadres:group": _read(_row(_OWNER, _AUDITOR, _ADMIN), "read.people"),
    "cadres:group_rule": _row(_ADMIN),
    "cadres:group_rule_end": _row(_ADMIN),
    "cadres:group_list": _row(_ADMIN),
    "cadres:group_list_end": _row(_ADMIN),
    "cadres:attestations": _UNITS,
    "cadres:attestation": _row(_MANAGER, _OWNER, _AUDITOR, _ADMIN, act=(_MANAGER, _ADMIN)),
    "cadres:units": _OWN,
    "cadres:unit": _OWN,
    "cadres:roles": _read(_row(_AUDITOR, _ADMIN), "read.roles"),
    "cadres:acts": _row(_AUDITOR, _ADMIN),
    "cadres:act": _row(_AUDITOR, _ADMIN),
    "cadres:act_new": _row(_ADMIN),
    "cadres:act_file": _row(_ADMIN),
    "cadres:act_template": _row(_ADMIN),
    "cadres:act_file_preview": _row(_ADMIN),
    "cadres:correct": _row(_ADMIN),
    "cadres:withdraw_role": _row(_ADMIN),
    "cadres:import_start": _row(_MANAGER, _ADMIN),
    "cadres:import_template": _row(_MANAGER, _ADMIN),
    "cadres:roster_runs": _LISTS,
    "cadres:roster_run": _LISTS,
    "cadres:roster_progress": _LISTS,
    "cadres:roster_errors": _LISTS,
    "cadres:roster_decide": _row(_MANAGER, _ADMIN),
    "cadres:roster_check": _row(_MANAGER, _ADMIN),
    "cadres:roster_write": _row(_MANAGER, _ADMIN),
    "cadres:roster_drop": _row(_MANAGER, _ADMIN),
    "cadres:roster_undo": _row(_MANAGER, _ADMIN),
    # Certificates
    "certificates:verify": _PUBLIC,
    "certificates:answer": _PUBLIC,
    "certificates:mine": _OWN,
    "certificates:file": _read(_OWN, "read.certificate"),
    "certificates:picture": _read(_OWN, "read.certificate"),
    "certificates:register": _read(_REGISTER, "read.register"),
    "certificates:register_export": _read(_REGISTER, "read.export"),
    "certificates:entry": _read(_REGISTER, "read.certificate"),
    "certificates:revoke": _row(_ISSUER),
    "certificates:settings": _row(_ISSUER),
    "certificates:sample": _row(_ISSUER),
    "certificates:training": _UNITS,
    "certificates:training_export": _UNITS,
    # Other systems
    "exchange:keys": _row(_AUDITOR, _ADMIN),
    "exchange:withdraw_key": _row(_ADMIN),
    "exchange:webhooks": _row(_AUDITOR, _ADMIN),
    "exchange:webhook": _row(_AUDITOR, _ADMIN),
    "exchange:stop_webhook": _row(_ADMIN),
    "exchange:resend": _row(_ADMIN),
    "exchange:reports": _row(_AUDITOR, _ADMIN),
    "exchange:resend_reports": _row(_ADMIN),
    "exchange:resend_report": _row(_ADMIN),
    # Plans and indicators
    "indicators:plan": _FIGURES,
    "indicators:indicator": _FIGURES,
    "indicators:people": _read(_FIGURES, "read.figure"),
    "indicators:people_export": _read(_FIGURES, "read.export"),
    # Behind the scenes
    "operations:job": _OWN,
    "operations:job_progress": _OWN,
    "operations:notices": _OWN,
    "retention": _row(_AUDITOR, _ADMIN),
    "journal": _read(_row(_AUDITOR, _ADMIN), "read.journal"),
    "journal_export": _read(_row(_AUDITOR, _ADMIN), "read.export"),
    # The API
    "api:home": _PUBLIC,
    "api:schema": _PUBLIC,
    "api:docs": _PUBLIC,
    "api:nothing": _PUBLIC,
    "api:courses": _PUBLIC,
    "api:course": _PUBLIC,
    "api:certificate": _PUBLIC,
    "api:me": _OWN,
    "api:learning": _OWN,
    "api:my_certificates": _OWN,
    "api:units": _row(SIGNED_IN, _READ_UNITS),
    "api:unit_by_code": _row(act=(_WRITE_UNITS,)),
    "api:people": _read(_row(SIGNED_IN, _READ_PEOPLE), "read.people"),
    "api:person": _read(_row(SIGNED_IN, _READ_PEOPLE), "read.person"),
    "api:person_by_external_id": _row(_READ_PEOPLE, act=(_WRITE_PEOPLE,)),
    "api:people_batch": _row(act=(_WRITE_PEOPLE,)),
    "api:people_changes": _row(_READ_PEOPLE),
    "api:posts": _row(SIGNED_IN, _READ_PEOPLE),
    "api:positions": _row(SIGNED_IN, _READ_UNITS, _READ_PEOPLE),
    "api:position_by_code": _row(act=(_WRITE_UNITS,)),
    "api:training": _row(SIGNED_IN, _READ_TRAINING),
    "api:plan": _FIGURES,
}

SHUT_IN_AUTHORING = ("users", "groups", "sites", "collections", "workflows")

# Whole trees of routes that belong to a library, by the beginning of their pattern; the first one
# counts. Accounts, their groups and the site are changed through the deeds of the house, which the
# journal keeps: Wagtail's own pages for them are shut. So are those for collections of files and
# for workflows, which would say who may do what past the roles.
TREES: dict[str, Row] = {
    **{f"soan/{shut}/": _NOBODY for shut in SHUT_IN_AUTHORING},
    "soan/": _AUTHORS,
    "tai-khoan/2fa/": _OWN,
    "tai-khoan/": _PUBLIC,
}


def row_of(name: str, route: str) -> Row | None:
    """The row for a route's full name, else for the tree its pattern stands in."""
    row = ROUTES.get(name)
    if row is not None:
        return row
    return next((tree for start, tree in TREES.items() if route.startswith(start)), None)


def find_row(match: ResolverMatch) -> Row | None:
    return row_of(match.view_name, match.route)


def reading_of(row: Row | None, access: Access) -> str:
    """The deed under which this visitor's reading is journalled, or ""."""
    is_watched = bool(row and row.reading) and access.has(_AUDITOR, _ADMIN)
    return row.reading if row and is_watched else ""


def may_open(row: Row | None, access: Access, *, acting: bool) -> bool:
    if row is None:
        return False
    allowed = row.act if acting else row.read
    return (
        ANYONE in allowed
        or (SIGNED_IN in allowed and access.user_id is not None)
        or (LEARNER in allowed and access.cadre_id is not None)
        or access.has(*allowed)
    )
