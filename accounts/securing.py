"""The second step when signing in: who has one, and what there is of it."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator

from accounts.models import User

_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


@dataclass(frozen=True)
class SecondStep:
    """What one has set up: an app with codes, passkeys by name, recovery codes still unused."""

    has_app: bool
    passkeys: list[str]
    codes_left: int

    @property
    def is_set(self) -> bool:
        return self.has_app or bool(self.passkeys)


def has_second_step(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=_STEPS).exists())


def second_step_of(user: User) -> SecondStep:
    """One query."""
    held = list(Authenticator.objects.filter(user=user).order_by("pk"))
    by_type = {kind: [a for a in held if a.type == kind] for kind in Authenticator.Type}
    codes = by_type[Authenticator.Type.RECOVERY_CODES]
    return SecondStep(
        has_app=bool(by_type[Authenticator.Type.TOTP]),
        passkeys=[key.wrap().name for key in by_type[Authenticator.Type.WEBAUTHN]],
        codes_left=len(codes[0].wrap().get_unused_codes()) if codes else 0,
    )


def remove_second_step(user: User) -> bool:
    """All of it, recovery codes too; False when there was none."""
    return bool(Authenticator.objects.filter(user=user).delete()[0])
