"""How a person signs in changed: the floor below tells, the journal keeps it."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import (
    email_changed,
    password_changed,
    password_reset,
    password_set,
    user_logged_in,
)
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.signals import locked_out, sign_in_failed, sign_on_linked
from operations.guarding import note_failure, note_lock_out
from operations.journalling import record
from operations.notifying import notify
from operations.purposes import UNREAD, has_read


@receiver([password_changed, password_set, password_reset])
def on_password(user: User, **_: Any) -> None:
    record("account.password", user, by=user)


@receiver(user_logged_in)
def on_signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Whoever has not read what is kept of people is asked to, before anything else."""
    if not has_read(user):
        request.session[UNREAD] = True


@receiver(email_changed)
def on_email(user: User, **_: Any) -> None:
    record("account.email", user, by=user)


@receiver(authenticator_added)
def on_factor_added(user: User, authenticator: Any, **_: Any) -> None:
    record("account.factor_add", user, by=user, after={"factor": authenticator.get_type_display()})


@receiver(authenticator_removed)
def on_factor_removed(user: User, authenticator: Any, **_: Any) -> None:
    record(
        "account.factor_remove", user, by=user, before={"factor": authenticator.get_type_display()}
    )


@receiver(authenticator_reset)
def on_factor_reset(user: User, authenticator: Any, **_: Any) -> None:
    record(
        "account.factor_reset", user, by=user, after={"factor": authenticator.get_type_display()}
    )


@receiver(sign_on_linked)
def on_sign_on_linked(user: User, uid: str, **_kwargs: Any) -> None:
    record("sign_on.link", user, by=user)
    notify(
        user,
        key=f"sign_on:{uid}"[:120],
        title=_("Your account is now linked to single sign-on"),
        body=_("If that was not you, tell an administrator at once."),
        address="/tai-khoan/",
    )


@receiver(sign_in_failed)
def on_sign_in_failed(user: User | None, way: str, **_kwargs: Any) -> None:
    note_failure(user, way)


@receiver(locked_out)
def on_locked_out(user: User | None, **_kwargs: Any) -> None:
    note_lock_out(user)
