"""A run's differences as they are read: lines of a page, numbers to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cadres.models import Cadre, RosterDifference, RosterRun
from cadres.roster.deciding import BULK, CHOICES
from cadres.roster.reading import TITLES
from cadres.roster.writing import Brake, brake_of
from cadres.scopes import Access
from cadres.weighing import FIELDS

Kind, Decision = RosterDifference.Kind, RosterDifference.Decision


@dataclass(frozen=True)
class Shown:
    """A field that differs, in words."""

    title: str | Promise
    before: str
    after: str
    edited_on: str


@dataclass(frozen=True)
class Line:
    """A difference with what may be decided about it: (value, words, is it chosen)."""

    difference: RosterDifference
    changes: list[Shown]
    lacking: list[str]
    candidates: list[Cadre]
    hidden: int
    choices: list[tuple[str, str, bool]]

    @property
    def decided(self) -> str:
        return next((words for _value, words, is_chosen in self.choices if is_chosen), "")


@dataclass(frozen=True)
class Tab:
    kind: str
    title: str | Promise
    count: int
    is_current: bool


@dataclass(frozen=True)
class Tally:
    """What writing would do now."""

    counts: dict[tuple[str, str], int]
    brake: Brake

    def _sum(self, kinds: Iterable[str], *decisions: str) -> int:
        return sum(self.counts.get((kind, word), 0) for kind in kinds for word in decisions)

    @property
    def new(self) -> int:
        return self._sum([Kind.NEW, Kind.DUPLICATE], Decision.TAKE)

    @property
    def changed(self) -> int:
        return self._sum([Kind.CHANGED, Kind.EDITED], Decision.TAKE)

    @property
    def same(self) -> int:
        return self._sum([Kind.DUPLICATE], Decision.SAME)

    @property
    def left(self) -> int:
        return self._sum([Kind.LEFT], Decision.TAKE)

    @property
    def kept(self) -> int:
        return self._sum(Kind.values, Decision.KEEP)

    @property
    def undecided(self) -> int:
        return self._sum([kind for kind in Kind.values if CHOICES[kind]], "")

    @property
    def total(self) -> int:
        return self.new + self.changed + self.same + self.left

    @property
    def is_anything(self) -> bool:
        return bool(self.total + self.kept)


def tally_of(run: RosterRun) -> Tally:
    rows = run.differences.order_by().values_list("kind", "decision").annotate(n=Count("pk"))
    return Tally({(kind, decision): n for kind, decision, n in rows}, brake_of(run))


def tabs_of(run: RosterRun, current: str) -> list[Tab]:
    found = dict(run.differences.order_by().values_list("kind").annotate(n=Count("pk")))
    every = Tab("", _("All"), sum(found.values()), not current)
    return [
        every,
        *(Tab(kind, kind.label, found[kind], kind == current) for kind in Kind if kind in found),
    ]


def bulk_of(kind: str) -> list[tuple[str, str]]:
    """What may be decided about all of a kind at once (of any kind: ""), in words."""
    kinds = [kind] if kind else list(Kind)
    words = {word for each in kinds for word in BULK[Kind(each)]}
    return [(word, _words(kind, word)) for word in Decision.values if word in words]


def lines_of(differences: Iterable[RosterDifference], access: Access, on: date) -> list[Line]:
    """One query more, for those whom the doubtful may be."""
    rows = list(differences)
    meant = {pk for row in rows for pk in row.details["candidates"]}
    candidates = {}
    if meant:
        seen = Cadre.objects.visible_to(access).filter(pk__in=meant).with_main_post(on)
        candidates = {cadre.pk: cadre for cadre in seen}
    return [_line(row, candidates) for row in rows]


def _line(row: RosterDifference, candidates: dict[int, Cadre]) -> Line:
    known = [candidates[pk] for pk in row.details["candidates"] if pk in candidates]
    return Line(
        difference=row,
        changes=[_shown(**change) for change in row.details["changes"]],
        lacking=[TITLES[key] for key in row.details["lacking"]],
        candidates=known,
        hidden=len(row.details["candidates"]) - len(known),
        choices=[(value, words, _is_chosen(row, value)) for value, words in _choices(row, known)],
    )


def _is_chosen(row: RosterDifference, value: str) -> bool:
    word, _colon, candidate = value.partition(":")
    return word == row.decision and candidate == str(row.same_as_id or "")


def _choices(row: RosterDifference, candidates: list[Cadre]) -> list[tuple[str, str]]:
    if not CHOICES[Kind(row.kind)]:
        return []
    choices = [("", _("Not decided"))]
    for word in CHOICES[Kind(row.kind)]:
        if word == Decision.SAME:
            choices += [(f"{word}:{cadre.pk}", _same(cadre)) for cadre in candidates]
        else:
            choices.append((word, _words(row.kind, word)))
    return choices


def _same(cadre: Cadre) -> str:
    place = getattr(cadre, "unit_name", None)
    told = ", ".join(part for part in (cadre.code, cadre.birth_text, place) if part)
    return _("Same person as %(name)s (%(told)s)") % {"name": cadre.full_name, "told": told}


def _words(kind: str, word: str) -> str:
    """A decision as a verb about this kind."""
    told: dict[tuple[str, str], str] = {
        (Kind.NEW, Decision.TAKE): pgettext("roster", "Enter"),
        (Kind.DUPLICATE, Decision.TAKE): _("Another person: enter"),
        (Kind.LEFT, Decision.TAKE): _("End the posts"),
        (Kind.LEFT, Decision.KEEP): _("Still here: keep"),
        (Kind.EDITED, Decision.TAKE): _("Take the list's value"),
        (Kind.CHANGED, Decision.TAKE): _("Take the list's value"),
    }
    return told.get((kind, word), str(Decision(word).label))


def _shown(field: str, before: str, after: str, edited_on: str) -> Shown:
    words = {"gender": Cadre.Gender, "kind": Cadre.Kind}.get(field)
    if words:
        before, after = str(words(before).label), str(words(after).label)
    return Shown(FIELDS[field], before, after, edited_on)
