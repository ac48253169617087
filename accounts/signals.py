from __future__ import annotations

from enum import StrEnum

from django.dispatch import Signal


class Way(StrEnum):
    """How one tried to sign in, or why it could not be: the account is closed."""

    PASSWORD = "password"  # noqa: S105
    SLIP = "slip"
    SECOND_STEP = "second_step"
    SIGN_ON = "sign_on"
    CLOSED = "closed"


# Of both: user, the account that was tried; None where nobody we know was. What was typed is told
# to nobody: it may be a password in the wrong box.
sign_in_failed = Signal()  # user, way
locked_out = Signal()  # user; too many failures, further tries are refused for a while

# user, uid: a provider's person was linked to an account for the first time.
sign_on_linked = Signal()
