"""Taking in a package: its content is kept as a revision, libraries nobody knows are proposed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from django.utils.translation import gettext as _

from accounts.models import User
from cadres.models import Role
from cadres.scopes import access_of
from h5p.libraries import FILE as DEFINITION
from h5p.libraries import Library
from h5p.package import PackagedLibrary
from kit.dates import now
from kit.errors import Refusal
from kit.text import clean
from media.models import Interactive, InteractiveRevision, LibraryVersion
from media.resolving import Standing, refilter, serving, standing_of, waiting
from media.storing import Writing, content_folder, proposed_folder, writing
from media.unpacking import Unpacked, unpacked
from operations.journalling import record

AUTHORS = (Role.TRAINER, Role.REVIEWER, Role.ADMIN)


@dataclass
class Taken:
    """What became of a package. Of its libraries: those now waiting for approval, those with
    other bytes than the approved version of the same number, and those refused before."""

    revision: InteractiveRevision
    is_new: bool = True
    proposed: list[LibraryVersion] = field(default_factory=list)
    differing: list[LibraryVersion] = field(default_factory=list)
    refused: list[LibraryVersion] = field(default_factory=list)
    dropped: int = 0


def take_in(file: IO[bytes], *, by: User, at: datetime | None = None) -> Taken:
    """A new content of an uploaded package."""
    return _take_in(file, None, by, at or now())


def revise(content: Interactive, file: IO[bytes], *, by: User, at: datetime | None = None) -> Taken:
    """The next revision of a content; the same package again makes none."""
    return _take_in(file, content, by, at or now())


def _take_in(file: IO[bytes], content: Interactive | None, by: User, at: datetime) -> Taken:
    if not access_of(by).has(*AUTHORS):
        raise Refusal(_("Only those who write courses add interactive content."), status=403)
    with unpacked(file) as package, writing() as files:
        approved = serving()
        found = _Libraries(package, files, by, at, approved)
        found.judge()
        standing = _standing(package, found, approved)
        revision, is_new, dropped = _keep(package, content, standing, files, by, at)
    return Taken(revision, is_new, found.proposed, found.differing, found.refused, dropped)


def _standing(
    package: Unpacked, found: _Libraries, approved: dict[Library, LibraryVersion]
) -> Standing:
    wanted = package.package.manifest.dependencies
    standing = standing_of(wanted, approved, waiting() | found.proposals)
    if standing.missing:
        raise Refusal(
            _("The package lacks libraries that nobody has given the platform yet."),
            gaps=[str(library) for library in standing.missing],
            status=422,
        )
    return standing


class _Libraries:
    """The libraries of one package against those of the house."""

    def __init__(
        self,
        package: Unpacked,
        files: Writing,
        by: User,
        at: datetime,
        approved: dict[Library, LibraryVersion],
    ) -> None:
        self.package, self.files, self.by, self.at = package, files, by, at
        self.approved = approved
        self.proposed: list[LibraryVersion] = []
        self.differing: list[LibraryVersion] = []
        self.refused: list[LibraryVersion] = []
        # What the package itself would be played with, where nothing is approved.
        self.proposals: dict[Library, LibraryVersion] = {}

    def judge(self) -> None:
        for library, brought in self.package.package.libraries.items():
            self._judge(library, brought)

    def _judge(self, library: Library, brought: PackagedLibrary) -> None:
        held = self.approved.get(library)
        if held and brought.release.patch <= held.patch:
            # Never a downgrade, never other bytes under the same number: the approved one plays.
            if brought.release.patch == held.patch and brought.digest != held.digest:
                self.differing.append(held)
            return
        known = LibraryVersion.objects.of(library).filter(
            patch=brought.release.patch, digest=brought.digest
        )
        version = known.first()
        if version is None:
            version = self._propose(library, brought)
            self.proposed.append(version)
        elif version.state == LibraryVersion.State.REFUSED:
            self.refused.append(version)
        if version.state == LibraryVersion.State.PROPOSED:
            self.proposals[library] = version

    def _propose(self, library: Library, brought: PackagedLibrary) -> LibraryVersion:
        folder, entry = proposed_folder(brought.digest), self.package.package.folders[library]
        for file in brought.files:
            self.files.write(
                f"{folder}/{file.name}", file.size, self.package.stream(f"{entry}/{file.name}")
            )
        version = LibraryVersion.objects.create(
            machine_name=library.machine_name,
            major=library.major,
            minor=library.minor,
            patch=brought.release.patch,
            title=clean(brought.release.title),
            digest=brought.digest,
            licence=clean(brought.release.license)[:100],
            size=brought.size,
            files={f.name: {"digest": f.sha256, "size": f.size} for f in brought.files},
            definition=self.package.json(f"{entry}/{DEFINITION}"),
            proposed_by=self.by,
            proposed_at=self.at,
        )
        record(
            "library.propose",
            version,
            by=self.by,
            named=str(version),
            after={"digest": version.digest},
            at=self.at,
        )
        return version


def _keep(
    package: Unpacked,
    content: Interactive | None,
    standing: Standing,
    files: Writing,
    by: User,
    at: datetime,
) -> tuple[InteractiveRevision, bool, int]:
    said = package.package
    manifest, digest = said.manifest, package.digest
    held = {file.name: {"digest": file.sha256, "size": file.size} for file in package.content_files}
    newest = newest_of(content) if content else None
    if newest and newest.digest == digest:
        return newest, False, 0
    for file in package.content_files:
        name = f"{content_folder(digest)}/{file.name}"
        files.write(name, file.size, package.stream_content(file.name))
    filtered = refilter(said.content, manifest.main_library, standing.versions, held)
    title = clean(manifest.title)
    is_first = content is None
    if content is None:
        content = Interactive.objects.create(title=title, created_by=by, created_at=at)
    else:
        content.title = title
        content.save(update_fields=["title"])
    revision = InteractiveRevision.objects.create(
        content=content,
        number=newest.number + 1 if newest else 1,
        title=title,
        language=manifest.language[:10],
        library_name=manifest.main_library.machine_name,
        library_major=manifest.main_library.major,
        library_minor=manifest.main_library.minor,
        needs=[str(key) for key in dict.fromkeys([*_played(standing), *filtered.libraries])],
        metadata=dict(manifest.metadata),
        params=said.content,
        # Semantics nobody has approved decide nothing that is played.
        filtered=filtered.value if standing.is_ready else None,
        files=held,
        digest=digest,
        way=InteractiveRevision.Way.UPLOADED,
        made_by=by,
        made_at=at,
    )
    deed = "interactive.take_in" if is_first else "interactive.revise"
    record(deed, content, by=by, named=title, after={"number": revision.number}, at=at)
    return revision, True, len(filtered.notes)


def _played(standing: Standing) -> list[Library]:
    """All it is played with, so that whoever changes a library finds it."""
    return [version.library for version in standing.versions]


def newest_of(content: Interactive) -> InteractiveRevision | None:
    """Of a content that is now locked, so that two saves at once become two numbers."""
    Interactive.objects.select_for_update().get(pk=content.pk)
    return content.latest
