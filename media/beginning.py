"""Beginning a content from a template: a small content that shows how one of our types is used."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from h5p.libraries import library_named
from kit.errors import Refusal
from media.editing import copy
from media.models import Interactive, InteractiveRevision
from media.resolving import Versions, serving, standing_of

FOLDER = Path(__file__).parent / "starters"
UNREADY = 409
# What each is called, what one does in it, and how it is written well; by its file's name.
_WORDS: dict[str, tuple[str | Promise, str | Promise, str | Promise]] = {
    "tinh-huong": (
        gettext_lazy("Situation"),
        gettext_lazy(
            "A scene and several ways to act: the learner chooses the best and the one to avoid,"
            " or rates each."
        ),
        gettext_lazy(
            "Put a real difficulty into the scene; every way should sound sensible at first. The"
            " feedback says why, not only whether it is right."
        ),
    ),
    "doi-thoai": (
        gettext_lazy("Talk with a citizen"),
        gettext_lazy("The learner answers a citizen: every reply leads on, trust grows or falls."),
        gettext_lazy(
            "Each moment has a name, and each reply names the moment it leads to; a moment without"
            " replies is an ending. Three or four moments are enough to begin with."
        ),
    ),
    "the-phan-loai": (
        gettext_lazy("Sorting cards"),
        gettext_lazy("The learner puts cards into two to five groups."),
        gettext_lazy(
            "Write on the cards what one has seen or heard, not definitions. Two or three cards a"
            " group are enough to begin with."
        ),
    ),
    "dong-thoi-gian": (
        gettext_lazy("Timeline"),
        gettext_lazy("The learner reads events in their order, or puts them in order."),
        gettext_lazy(
            "Choose five to seven events; each says in two or three sentences what it left behind"
            " for the next."
        ),
    ),
}


@dataclass(frozen=True)
class Template:
    """`revision` is in no database: what a content made from it is a copy of."""

    key: str
    revision: InteractiveRevision

    @property
    def name(self) -> str | Promise:
        return _WORDS[self.key][0]

    @property
    def about(self) -> str | Promise:
        return _WORDS[self.key][1]

    @property
    def advice(self) -> str | Promise:
        return _WORDS[self.key][2]


def offered() -> list[Template]:
    """Those whose libraries are all approved."""
    approved = serving()
    found = (find_template(key, approved) for key in _WORDS)
    return [template for template in found if template]


def find_template(key: str, approved: Versions) -> Template | None:
    """None where it does not exist, or a library of it is not approved."""
    if key not in _WORDS:
        return None
    told: dict[str, Any] = json.loads((FOLDER / f"{key}.json").read_text(encoding="utf-8"))
    library = library_named(told["library"])
    standing = standing_of([library], approved, {}) if library else None
    if library is None or standing is None or not standing.is_ready:
        return None
    return Template(
        key,
        InteractiveRevision(
            title=told["title"],
            language=told["language"],
            library_name=library.machine_name,
            library_major=library.major,
            library_minor=library.minor,
            needs=[str(version.library) for version in standing.versions],
            metadata={"title": told["title"], "license": "U"},
            params=told["params"],
            files={},
        ),
    )


def begin(key: str, *, by: User, at: datetime | None = None) -> Interactive:
    """A new content that says what the template says, to be edited."""
    template = find_template(key, serving())
    if template is None:
        raise Refusal(
            _("This template can be used once an administrator has approved its library."),
            status=UNREADY,
        )
    source = template.revision
    return copy(source, title=source.title, by=by, at=at, deed="interactive.begin")
