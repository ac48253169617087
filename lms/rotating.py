"""What every floor has sealed, gathered under the roof."""

from __future__ import annotations

import accounts.rotating
import cadres.rotating
import operations.rotating
from kit.rotating import Sealed


def sealed() -> list[Sealed]:
    return [
        *operations.rotating.sealed_columns(),
        *accounts.rotating.SEALED,
        *operations.rotating.SEALED,
        *cadres.rotating.SEALED,
    ]
