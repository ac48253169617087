"""How two revisions differ, in the words of the form: which field, what it said, what it says."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _

from h5p import markup
from h5p.filtering import SemanticsOf
from h5p.libraries import Library, library_named
from h5p.metadata import METADATA
from h5p.semantics import Boolean, Field, File, Group, ListOf, Number, Select, SubLibrary, Text
from kit.numbers import format_number
from media.models import InteractiveRevision, LibraryVersion
from media.reading import likeness, text_of, told_apart, words_in
from media.resolving import refilter, semantics_in, standing

# Beyond these a comparison says less, never longer.
DEPTH, LINES, PAIRS, WORDS = 20, 40, 2500, 8000
# The share of words two items have in common, from which on they are one that was changed.
CLOSE = 0.5

How = Literal["changed", "added", "removed", "moved", "marks"]


@dataclass(frozen=True)
class Line:
    """A value in words, under the label of its field."""

    label: str
    text: str


@dataclass(frozen=True)
class Change:
    """One field, or one item of a list, under the labels it stands below.

    `pieces` is a text read once, as (same | added | removed, text); where the two texts have
    little in common it is empty and `before` and `after` are read. `lines` are what an item that
    was added or removed says. `before` and `after` of one that was moved are its places, `before`
    of one that was removed is where it stood.
    """

    path: tuple[str, ...]
    how: How
    before: str = ""
    after: str = ""
    pieces: list[tuple[str, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    is_folded: bool = False


@dataclass(frozen=True)
class FileChange:
    """Sizes are bytes; None where it is not there."""

    name: str
    how: Literal["changed", "added", "removed"]
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Side:
    """What is said, and the semantics that say what it means."""

    library: Library
    said: Any
    semantics_of: SemanticsOf
    titles: Mapping[Library, str] = field(default_factory=dict)


def side_of(library: Library, said: Any, versions: Iterable[LibraryVersion], language: str) -> Side:
    known = {version.library: version for version in versions}

    def semantics_of(asked: Library) -> tuple[Field, ...] | None:
        version = known.get(asked)
        return semantics_in(version, language) if version else None

    return Side(library, said, semantics_of, {key: v.title for key, v in known.items()})


def side_of_revision(revision: InteractiveRevision, language: str) -> Side:
    """Of one whose libraries still wait: what the proposed ones would play."""
    versions = standing(revision).versions
    said = revision.filtered
    if said is None:
        said = refilter(revision.params, revision.library, versions, revision.files).value
    return side_of(revision.library, said, versions, language)


def compare(before: InteractiveRevision, after: InteractiveRevision, language: str) -> list[Change]:
    """What differs in title, library, rights and content; files are `changed_files`."""
    return [
        *_heads(before, after),
        *changes(side_of_revision(before, language), side_of_revision(after, language)),
    ]


def changes(before: Side, after: Side) -> list[Change]:
    walk = _Walk(before, after)
    old, new = before.semantics_of(before.library), after.semantics_of(after.library)
    walk.fields(old or (), new or (), before.said, after.said, _Place())
    return walk.found


def changed_files(before: InteractiveRevision, after: InteractiveRevision) -> list[FileChange]:
    old, new = before.files, after.files
    found: list[FileChange] = []
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        how: Literal["changed", "added", "removed"]
        how = "changed" if was and now else "added" if now else "removed"
        found.append(FileChange(name, how, was and was["size"], now and now["size"]))
    return found


def _heads(before: InteractiveRevision, after: InteractiveRevision) -> Iterator[Change]:
    walk = _Walk(Side(before.library, {}, _nothing), Side(after.library, {}, _nothing))
    walk.texts(_Place((_("Title"),)), before.title, after.title)
    walk.plain(_Place((_("Library"),)), str(before.library), str(after.library))
    walk.plain(_Place((_("Language"),)), before.language, after.language)
    old, new = ({**r.metadata, "title": ""} for r in (before, after))
    walk.rights(_Place(), old, new)
    yield from walk.found


def _nothing(_library: Library) -> None:
    return None


@dataclass(frozen=True)
class _Place:
    """Where in the content: labels from the outside in."""

    path: tuple[str, ...] = ()
    is_folded: bool = False
    depth: int = 0

    def under(self, label: str, described: Field | None = None) -> _Place:
        folded = described is not None and (described.common or described.importance == "low")
        path = (*self.path, label) if label and self.path[-1:] != (label,) else self.path
        return _Place(path, self.is_folded or folded, self.depth + 1)


class _Walk:
    """Both contents at once, field by field."""

    def __init__(self, before: Side, after: Side) -> None:
        self.before, self.after = before, after
        self.found: list[Change] = []
        self.words_left = WORDS

    def add(self, place: _Place, how: How, **told: Any) -> None:
        self.found.append(Change(place.path, how, is_folded=place.is_folded, **told))

    # --- What contents are made of --------------------------------------------------------------

    def fields(
        self, old: Iterable[Field], new: Iterable[Field], was: Any, now: Any, place: _Place
    ) -> None:
        before, after = ({f.name: f for f in fields} for fields in (old, new))
        was, now = (value if isinstance(value, dict) else {} for value in (was, now))
        for name in dict.fromkeys([*after, *before]):
            known = after.get(name) or before[name]
            here = place.under(label_of(known), known)
            pair = before.get(name) or known, known
            self.one(*pair, was.get(name), now.get(name), here)

    def one(self, old: Field, new: Field, was: Any, now: Any, place: _Place) -> None:
        if _is_same(was, now):
            return
        deeper = _DEEPER.get(type(new))
        if type(old) is not type(new) or deeper is None or place.depth > DEPTH:
            self.plain(place, self.words(old, was, self.before), self.words(new, now, self.after))
        else:
            deeper(self, old, new, was, now, place)

    def group(self, old: Group, new: Group, was: Any, now: Any, place: _Place) -> None:
        if old.is_flat and new.is_flat:
            self.one(old.fields[0], new.fields[0], was, now, place)
        elif old.is_flat or new.is_flat:
            self.plain(place, self.words(old, was, self.before), self.words(new, now, self.after))
        else:
            self.fields(old.fields, new.fields, was, now, place)

    def items(self, old: ListOf, new: ListOf, was: Any, now: Any, place: _Place) -> None:
        olds, news = (value if isinstance(value, list) else [] for value in (was, now))
        pairs = _paired(olds, news, lambda was, now: self._likeness(old, new, was, now))
        kept = _in_order(pairs)
        for at, item in enumerate(news):
            here = place.under(_numbered(new, at))
            if at not in pairs:
                self.add(here, "added", lines=self.lines(new.item, item, self.after))
                continue
            if at not in kept:
                said = self.lines(new.item, item, self.after)[:1]
                self.add(here, "moved", before=str(pairs[at] + 1), after=str(at + 1), lines=said)
            self.one(old.item, new.item, olds[pairs[at]], item, here)
        for at, item in enumerate(olds):
            if at not in pairs.values():
                lines = self.lines(old.item, item, self.before)
                here = place.under(_word_of_item(old))
                self.add(here, "removed", before=str(at + 1), lines=lines)

    def _likeness(
        self, old: ListOf, new: ListOf, was: list[Any], now: list[Any]
    ) -> list[list[float]]:
        """Of every old item with every new one, from 0 to 1."""
        olds = [words_in(self.words(old.item, item, self.before)) for item in was]
        news = [words_in(self.words(new.item, item, self.after)) for item in now]
        return [[likeness(one, other) for other in news] for one in olds]

    def part(self, old: SubLibrary, new: SubLibrary, was: Any, now: Any, place: _Place) -> None:
        """A content in the content."""
        one, other = _library_in(was), _library_in(now)
        if one is None or other is None or one.machine_name != other.machine_name:
            self.add(
                place,
                "changed",
                before=self.words(old, was, self.before),
                after=self.words(new, now, self.after),
            )
            return
        before, after = self.before.semantics_of(one), self.after.semantics_of(other)
        self.rights(place, was.get("metadata"), now.get("metadata"))
        self.fields(before or (), after or (), was.get("params"), now.get("params"), place)

    def rights(self, place: _Place, was: Any, now: Any) -> None:
        """Title, licence and sources of a part; the other figures about it are for editors."""
        was, now = (value if isinstance(value, dict) else {} for value in (was, now))
        labels = {"title": _("Title"), "license": _("Licence"), "source": _("Source")}
        for name, label in labels.items():
            self.texts(place.under(label), _shown(was.get(name)), _shown(now.get(name)))
        rest = [f.name for f in METADATA if f.name not in labels and f.name != "changes"]
        if not _is_same(*({n: held.get(n) for n in rest} for held in (was, now))):
            words = [
                "; ".join(text_of(str(held[n])) for n in rest if _is_said(held.get(n)))
                for held in (was, now)
            ]
            here = replace(place.under(_("Rights and sources")), is_folded=True)
            self.plain(here, *words)

    # --- What is read ---------------------------------------------------------------------------

    def text(self, old: Text, new: Text, was: Any, now: Any, place: _Place) -> None:
        before, after = self.words(old, was, self.before), self.words(new, now, self.after)
        if before == after:
            self.add(place, "marks", before=before, after=after)
        self.texts(place, before, after)

    def texts(self, place: _Place, was: str, now: str) -> None:
        if was == now:
            return
        self.words_left -= words_in(was).total() + words_in(now).total()
        pieces = told_apart(was, now) if self.words_left > 0 else []
        self.add(place, "changed", before=was, after=now, pieces=pieces)

    def plain(self, place: _Place, was: str, now: str) -> None:
        if was != now:
            self.add(place, "changed", before=was, after=now)

    def file(self, old: File, new: File, was: Any, now: Any, place: _Place) -> None:
        words = self.words(old, was, self.before), self.words(new, now, self.after)
        if words[0] != words[1]:
            self.plain(place, *words)
        else:
            here = place.under(_("Rights and sources"))
            self.add(replace(here, is_folded=True), "changed", before=words[0], after=words[1])

    # --- In words -------------------------------------------------------------------------------

    def words(self, described: Field, value: Any, side: Side) -> str:
        """A value on its own, however deep."""
        lines = self.lines(described, value, side)
        return "\n".join(
            f"{line.label}: {line.text}" if line.label else line.text for line in lines
        )

    def lines(self, described: Field, value: Any, side: Side) -> list[Line]:
        found: list[Line] = []
        for line in _told(described, value, side, "", 0):
            found.append(line)
            if len(found) > LINES:
                return [*found[:LINES], Line("", "…")]
        return found


_DEEPER: dict[type[Field], Callable[..., None]] = {
    Group: _Walk.group,
    ListOf: _Walk.items,
    SubLibrary: _Walk.part,
    Text: _Walk.text,
    File: _Walk.file,
}


def _told(described: Field, value: Any, side: Side, label: str, depth: int) -> Iterator[Line]:
    """Every leaf that says something."""
    if not _is_said(value):
        return
    if depth > DEPTH:
        yield Line(label, "…")
    elif isinstance(described, Group):
        inner = described.fields
        if described.is_flat:
            yield from _told(inner[0], value, side, label, depth + 1)
        else:
            yield from _told_of(inner, value, side, depth)
    elif isinstance(described, ListOf) and isinstance(value, list):
        for item in value:
            yield from _told(described.item, item, side, label, depth + 1)
    elif (library := _library_in(value)) is not None:
        yield Line(label, side.titles.get(library) or str(library))
        yield from _told_of(side.semantics_of(library) or (), value.get("params"), side, depth + 1)
    else:
        yield Line(label, word_of(described, value))


def _told_of(fields: Iterable[Field], value: Any, side: Side, depth: int) -> Iterator[Line]:
    held = value if isinstance(value, dict) else {}
    for one in fields:
        yield from _told(one, held.get(one.name), side, label_of(one), depth + 1)


def word_of(described: Field, value: Any) -> str:
    """The value of a field that has no other fields in it."""
    if isinstance(described, Text):
        return text_of(value) if described.tags is not None else markup.unescaped(str(value))
    if isinstance(described, Boolean):
        return _("Yes") if value else _("No")
    if isinstance(described, Number):
        return _number(value)
    if isinstance(described, Select):
        labels = {str(option.value): option.label for option in described.options}
        chosen = value if isinstance(value, list) else [value]
        return "; ".join(labels.get(str(one), _shown(one)) for one in chosen)
    if isinstance(described, File):
        files = value if isinstance(value, list) else [value]
        return "; ".join(str(f["path"]).rpartition("/")[2] for f in files if isinstance(f, dict))
    return _shown(value)


def _number(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return format_number(Decimal(str(value))) if is_number else _shown(value)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return markup.unescaped(value) if isinstance(value, str) else json.dumps(value)[:200]


def label_of(described: Field) -> str:
    return described.label or described.name


def _numbered(described: ListOf, at: int) -> str:
    """ "Answer 2": an item by its place, from one."""
    return f"{_word_of_item(described)} {at + 1}"


def _word_of_item(described: ListOf) -> str:
    word = described.item.label or described.entity or label_of(described)
    return word[:1].upper() + word[1:]


def _library_in(value: Any) -> Library | None:
    return library_named(value.get("library")) if isinstance(value, dict) else None


# --- Which is which -----------------------------------------------------------------------------


def _is_said(value: Any) -> bool:
    return value not in (None, "", [], {}) and value is not False


def _is_same(was: Any, now: Any) -> bool:
    """A box that is not ticked and one that is not there say the same."""
    return _key(was) == _key(now)


def _key(value: Any) -> str:
    return json.dumps(_bare(value), sort_keys=True, ensure_ascii=False)


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        held = {name: _bare(item) for name, item in value.items() if name != "subContentId"}
        return {name: item for name, item in held.items() if _is_said(item)} or None
    if isinstance(value, list):
        return [_bare(item) for item in value] or None
    return value if _is_said(value) else None


def _paired(
    olds: Sequence[Any],
    news: Sequence[Any],
    likeness_of: Callable[[list[Any], list[Any]], list[list[float]]],
) -> dict[int, int]:
    """For places in the new list the place in the old one: by identity, by what they say, by
    likeness, and what is left by its place."""
    pairs: dict[int, int] = {}
    _pair_by(pairs, olds, news, _identity)
    _pair_by(pairs, olds, news, _key)
    left_new = [at for at in range(len(news)) if at not in pairs]
    left_old = sorted(set(range(len(olds))) - set(pairs.values()))
    if left_old and left_new and len(left_new) * len(left_old) <= PAIRS:
        shares = likeness_of([olds[at] for at in left_old], [news[at] for at in left_new])
        found = _closest(shares)
        pairs |= {left_new[new]: left_old[old] for old, new in found}
    taken = set(pairs.values())
    return pairs | {at: at for at in left_new if at not in pairs and at in {*left_old} - taken}


def _closest(shares: list[list[float]]) -> list[tuple[int, int]]:
    """Pairs that are close enough, the closest first; of equals those nearest to each other."""
    every = [(share, o, n) for o, row in enumerate(shares) for n, share in enumerate(row)]
    found: dict[int, int] = {}
    for share, old, new in sorted(every, key=lambda one: (-one[0], abs(one[1] - one[2]))):
        if share >= CLOSE and old not in found and new not in found.values():
            found[old] = new
    return list(found.items())


def _pair_by(
    pairs: dict[int, int],
    olds: Sequence[Any],
    news: Sequence[Any],
    key: Callable[[Any], str | None],
) -> None:
    """The first with the same key each, or the one in its own place."""
    taken = set(pairs.values())
    places: dict[str, list[int]] = {}
    for at, item in enumerate(olds):
        if at not in taken and (named := key(item)) is not None:
            places.setdefault(named, []).append(at)
    for at, item in enumerate(news):
        free = places.get(key(item) or "") if at not in pairs else None
        if free:
            pairs[at] = free.pop(free.index(at) if at in free else 0)


def _identity(item: Any) -> str | None:
    found = item.get("subContentId") if isinstance(item, dict) else None
    return found if isinstance(found, str) else None


def _in_order(pairs: dict[int, int]) -> set[int]:
    """The most items that stand in the same order as before: the rest was moved."""
    ends: list[int] = []  # of a run of each length: the lowest old place it can end with
    lasts: list[int] = []  # and the new place of that item
    before: dict[int, int | None] = {}
    for at in sorted(pairs):
        length = bisect_left(ends, pairs[at])
        before[at] = lasts[length - 1] if length else None
        ends[length : length + 1], lasts[length : length + 1] = [pairs[at]], [at]
    kept: set[int] = set()
    last = lasts[-1] if lasts else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept
