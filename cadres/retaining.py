"""Anonymising people who left long ago; what their work counted for stays counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from cadres.concerning import units_of
from cadres.models import Cadre, ExternalId, Post, RoleGrant, RosterMemory
from cadres.models.people import CadreQuerySet
from kit.dates import day_of, today
from operations.journalling import record, spans
from operations.models import Correction, Notice, PurposeRead

# Kept in the language of the records, whatever the language of the screen.
ANONYMOUS = "Đồng chí đã ẩn danh"
AT_ONCE = 500

Spare = Callable[[CadreQuerySet], CadreQuerySet]


def leavers(before: date) -> CadreQuerySet:
    """People whose last post ended before the day, who hold no role, and who are still named."""
    posts = Post.objects.filter(cadre=OuterRef("pk"))
    lasting = posts.filter(Q(valid_to=None) | Q(valid_to__gte=before))
    roles = RoleGrant.objects.filter(Q(valid_to=None) | Q(valid_to__gte=before))
    gone: CadreQuerySet = Cadre.objects.filter(Exists(posts), ~Exists(lasting))
    return gone.exclude(full_name=ANONYMOUS).exclude(user__in=roles.values("user"))


def people_left(spares: Iterable[Spare]) -> Callable[[datetime, bool], int]:
    """What the rule does; each of `spares` takes out those a floor above still needs by name."""
    sparing = list(spares)

    def end(before: datetime, is_trial: bool) -> int:
        gone = leavers(day_of(before))
        for spare in sparing:
            gone = spare(gone)
        ids = list(gone.order_by("pk").values_list("pk", flat=True))
        if not is_trial:
            for start in range(0, len(ids), AT_ONCE):
                anonymise(ids[start : start + AT_ONCE])
        return len(ids)

    return end


@transaction.atomic
def anonymise(cadre_ids: list[int]) -> None:
    """Takes away who they were; posts, completions and figures stay, and so does the register.

    A certificate says what was printed on it, and the register is kept by its own rule, so that
    a paper in somebody's hands can always be verified.
    """
    cadres = list(Cadre.objects.select_for_update(no_key=True).filter(pk__in=cadre_ids))
    for cadre in cadres:
        cadre.full_name = ANONYMOUS
        cadre.born_on, cadre.born_year_only = date(cadre.born_on.year // 10 * 10, 1, 1), True
        cadre.identity_number = cadre.identity_hash = cadre.phone = cadre.email = ""
        cadre.derive()
    Cadre.objects.bulk_update(cadres, _COLUMNS, batch_size=100)
    ExternalId.objects.filter(cadre__in=cadre_ids).update(said={})
    RosterMemory.objects.filter(cadre__in=cadre_ids).delete()
    _close_accounts([cadre.user_id for cadre in cadres if cadre.user_id is not None])
    after = {"people": len(cadres), "ids": spans(cadre.pk for cadre in cadres)}
    units = units_of(cadre_ids, today())
    record("cadre.anonymise", None, by=None, after=after, units=units)


_COLUMNS = (
    "full_name",
    "name_key",
    "folded",
    "born_on",
    "born_year_only",
    "identity_number",
    "identity_hash",
    "phone",
    "email",
)


def _close_accounts(user_ids: list[int]) -> None:
    users = list(User.objects.select_for_update(no_key=True).filter(pk__in=user_ids))
    for user in users:
        user.username, user.full_name = f"an-danh-{user.pk}", ANONYMOUS
        user.phone = user.email = ""
        user.phone_verified = user.is_active = False
        user.password, user.last_login = make_password(None), None
    columns = (
        "username",
        "full_name",
        "phone",
        "email",
        "phone_verified",
        "is_active",
        "password",
        "last_login",
    )
    User.objects.bulk_update(users, columns, batch_size=100)
    for model, whose in ((Notice, "recipient"), (PurposeRead, "user"), (Authenticator, "user")):
        model._default_manager.filter(**{f"{whose}__in": user_ids}).delete()
    asked = Correction.objects.filter(person__in=user_ids)
    for path in asked.exclude(evidence="").values_list("evidence", flat=True):
        transaction.on_commit(lambda path=path: default_storage.delete(path))
    asked.delete()
