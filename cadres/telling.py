"""Telling a unit's history in words: its life from version to version, its lineage in sentences."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cadres.drawing import Given, History, Lineage
from cadres.models import UnitVersion
from kit.dates import format_day
from kit.numbers import format_percentage, percentage
from kit.text import alphabet_key


@dataclass(frozen=True)
class Span:
    """One version of a unit: what it was, what it stood under, and what made it so."""

    version: UnitVersion
    parent: str
    changes: list[str]
    documents: list[str]

    @property
    def is_open(self) -> bool:
        return self.version.valid_to is None


def life_of(history: History, unit_id: int) -> list[Span]:
    """The versions of a unit, the latest first, each with the act that began it."""
    versions = history.versions[unit_id]
    spans = []
    for before, version in zip([None, *versions], versions, strict=False):
        gifts = [gift for gift in history.about(unit_id) if gift.on == version.valid_from]
        parent = version.parent_id and history.name_on(version.parent_id, version.valid_from)
        came = _told(history, [gift for gift in gifts if gift.new == unit_id])
        changes = came or ([_changed(before, version)] if before else [])
        spans.append(Span(version, parent or "", changes, _documents(gifts)))
    return spans[::-1]


def end_of(history: History, unit_id: int) -> tuple[list[str], list[str]]:
    """What a unit became on the day it ended, and by which documents."""
    ended = history.versions[unit_id][-1].valid_to
    gifts = [g for g in history.about(unit_id) if g.on == ended and g.old == unit_id]
    return _told(history, gifts), _documents(gifts)


def _documents(gifts: list[Given]) -> list[str]:
    return sorted({gift.document for gift in gifts if gift.document})


def _changed(before: UnitVersion, version: UnitVersion) -> str:
    if before.name != version.name:
        return _("renamed; before: %(name)s") % {"name": before.name}
    if before.parent_id != version.parent_id:
        return _("put under another superior")
    return _("changed code or kind")


def _told(history: History, gifts: list[Given]) -> list[str]:
    """One sentence for all that went whole into a unit, one for each part."""
    whole: dict[int, list[str]] = defaultdict(list)
    parts = []
    for gift in gifts:
        old, new = history.name_on(gift.old, gift.on), history.name_on(gift.new, gift.on)
        if gift.is_whole:
            whole[gift.new].append(old)
        else:
            words = _("a part (%(share)s) of %(old)s went into %(new)s")
            share = format_percentage(percentage(gift.share, 1))
            parts.append(words % {"share": share, "old": old, "new": new})
    return [
        _("%(old)s went into %(new)s")
        % {
            "old": ", ".join(sorted(names, key=alphabet_key)),
            "new": history.name_on(new, gifts[0].on),
        }
        for new, names in whole.items()
    ] + parts


def sentences_of(lineage: Lineage) -> list[str]:
    """What the picture shows, for those who do not see it; the earliest first."""
    history = lineage.history
    stages = {stage.unit_id for tie in lineage.ties for stage in (tie.old, tie.new)}
    by_day: dict[tuple[date, int], list[Given]] = defaultdict(list)
    for gift in history.given:
        if gift.new in stages and (gift.old in stages or lineage.is_cut):
            by_day[gift.on, gift.new].append(gift)
    return [
        _("%(day)s: %(what)s (%(document)s).")
        % {
            "day": format_day(day),
            "what": "; ".join(_told(history, gifts)),
            "document": ", ".join(_documents(gifts)) or "—",
        }
        for (day, _new), gifts in sorted(by_day.items())
    ]
