"""The one domain error: a deed refuses and says, to the user, why and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise


class Refusal(Exception):
    """A deed was refused. `message` is for the user; `gaps` lists what is missing, if a list helps;
    each prints as its words.

    `status` is the HTTP status a door answers with.
    """

    status = 409

    def __init__(
        self, message: str | Promise, *, gaps: Sequence[object] = (), status: int = 409
    ) -> None:
        self.message = message
        self.gaps = list(gaps)
        self.status = status
        super().__init__(str(message))
