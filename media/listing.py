"""Interactive contents as authors see them: whether each can be played, and where it is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from wagtail.models import Page, ReferenceIndex

from media.models import Interactive, InteractiveRevision, LibraryVersion
from media.resolving import serving, standing_of, waiting, wanted_by


@dataclass(frozen=True)
class Shown:
    """A content with its newest revision and what keeps it from being played."""

    content: Interactive
    revision: InteractiveRevision
    held_up: list[str]

    @property
    def is_ready(self) -> bool:
        return not self.held_up


def shown(contents: Iterable[Interactive]) -> list[Shown]:
    """In four queries, however many there are."""
    rows = list(contents)
    newest = InteractiveRevision.objects.in_bulk([row.latest_id for row in rows])
    approved, proposed = serving(), waiting()
    found = []
    for row in rows:
        revision = newest[row.latest_id]
        standing = standing_of(wanted_by(revision), approved, proposed)
        held_up = [*map(str, standing.waiting), *map(str, standing.missing)]
        found.append(Shown(row, revision, held_up))
    return found


def listed() -> QuerySet[Interactive]:
    return Interactive.objects.with_latest().filter(latest_id__isnull=False)


def lessons_using(content: Interactive) -> list[Page]:
    """The pages in whose blocks it stands, as last published."""
    return lessons_by_content([content]).get(content.pk, [])


def lessons_by_content(contents: Iterable[Interactive]) -> dict[int, list[Page]]:
    """The same for many, by the content's id; in two queries."""
    places = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        to_content_type=ContentType.objects.get_for_model(Interactive),
        to_object_id__in=[str(content.pk) for content in contents],
    )
    found = set(places.values_list("to_object_id", "object_id"))
    pages = Page.objects.in_bulk({int(page) for _content, page in found})
    lessons: dict[int, list[Page]] = {}
    for content, page in found:
        if int(page) in pages:
            lessons.setdefault(int(content), []).append(pages[int(page)])
    return {content: sorted(held, key=lambda page: page.path) for content, held in lessons.items()}


def refused_of(revision: InteractiveRevision) -> list[LibraryVersion]:
    """Refusals that its author should read: of libraries it needs and nothing approved serves."""
    refused = LibraryVersion.objects.filter(state=LibraryVersion.State.REFUSED)
    approved = serving()
    names = {str(library) for library in wanted_by(revision) if library not in approved}
    return [version for version in refused if str(version.library) in names]
