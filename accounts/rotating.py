"""What this floor has sealed."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy

from kit.rotating import Sealed, renew_rows

_KEYS = ("secret", "seed", "migrated_codes")
_WITH_SECRETS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


def renew_second_steps(is_trial: bool) -> int:
    held = Authenticator.objects.filter(type__in=_WITH_SECRETS)
    return renew_rows(held, "data", _KEYS, is_trial=is_trial)


SEALED = [
    Sealed("second_steps", gettext_lazy("Second steps and recovery codes"), renew_second_steps)
]
