"""Judging a plan by its scores."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.reading import Score


def finding_of(scores: Iterable[Score]) -> str:
    """What falls behind, in a sentence: the title of a chart, the line of a card."""
    aimed = [score for score in scores if score.state != "none"]
    behind = [score.indicator.code for score in aimed if score.state == "behind"]
    near = [score.indicator.code for score in aimed if score.state == "near"]
    if not aimed:
        return _("No indicator can be judged yet")
    if behind:
        words = ngettext(
            "%(number)d of %(total)d indicators falls behind: %(codes)s",
            "%(number)d of %(total)d indicators fall behind: %(codes)s",
            len(behind),
        )
        return words % {"number": len(behind), "total": len(aimed), "codes": ", ".join(behind)}
    if near:
        return _("Nothing falls behind; nearly reached: %(codes)s") % {"codes": ", ".join(near)}
    return _("All %(total)d indicators are reached") % {"total": len(aimed)}
