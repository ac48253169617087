"""What this floor holds about a cadre."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cadres.models import Cadre
from certificates.models import Certificate
from kit.held import Held


def held_about(cadre: Cadre) -> list[Held]:
    rows = Certificate.objects.filter(cadre=cadre).order_by("-issued_at")
    return [
        Held(
            "certificates",
            _("Certificates"),
            _(
                "The register is kept for good, so that a paper can always be verified; what was"
                " printed is never altered."
            ),
            [_("Number"), _("Course"), _("Issued on"), _("State"), _("Name as printed")],
            [
                (
                    row.number,
                    row.printed["course"],
                    row.issued_on,
                    row.get_state_display(),
                    row.printed["full_name"],
                )
                for row in rows
            ],
        )
    ]
