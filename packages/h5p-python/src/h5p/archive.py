"""A zip file from a stranger: judged by its directory before a byte of it is unpacked."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from h5p.names import normal, problem_of_name
from h5p.problems import InvalidPackage, Problem

MIB = 1024 * 1024
PIECE = 256 * 1024  # bytes in hand at a time
LOCAL_HEADER = struct.Struct("<4s5H3L2H")  # what stands before an entry's name
LOCAL_SIGNATURE = b"PK\3\4"
SIZES_FOLLOW, UTF8_NAME = 0x8, 0x800  # flags
IN_EXTRA_FIELD = 0xFFFFFFFF  # instead of a size
ENCRYPTED = 0x1 | 0x40 | 0x2000  # plainly, strongly, or with its directory masked
END_RECORD = struct.Struct("<4s4H2LH")
END_SIGNATURE, ZIP64_SIGNATURE = b"PK\5\6", b"PK\6\7"
END_COMMENT = 0xFFFF  # bytes that may follow the end record
ENTRY_BYTES = 1024  # of the directory, at most, on average
NOT_A_ZIP = Problem("not-a-zip", "", "is not a readable zip file")
# What zipfile lets escape, depending on which byte is wrong.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Limits:
    files: int = 2_000
    file_bytes: int = 200 * MIB
    total_bytes: int = 500 * MIB
    ratio: int = 100  # unpacked : packed, for entries above `ratio_from`
    ratio_from: int = MIB
    total_ratio: int = 20  # for all entries together, above `total_ratio_from`
    total_ratio_from: int = 32 * MIB
    json_bytes: int = 4 * MIB  # of one JSON file
    all_json_bytes: int = 16 * MIB
    json_values: int = 600_000  # in all JSON files together


@dataclass(frozen=True)
class Member:
    """A file: its path, bytes, and their SHA-256 in hexadecimal once they have been read."""

    name: str
    size: int
    sha256: str = ""


class Archive:
    """An open zip whose directory has been found safe. Use as a context manager."""

    def __init__(self, path: str | PathLike[str], limits: Limits) -> None:
        with ExitStack() as opened:
            self._file = opened.enter_context(Path(path).open("rb"))
            archive = opened.enter_context(_open(self._file, limits))
            if problems := list(_problems(archive, limits)):
                raise InvalidPackage(problems)
            self._opened = opened.pop_all()
        entries = archive.infolist()
        starts = sorted([entry.header_offset for entry in entries] + [archive.start_dir])
        self._ends = dict(pairwise(starts))
        self._entries = {normal(entry.filename): entry for entry in entries if not entry.is_dir()}

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @property
    def members(self) -> list[Member]:
        return [Member(name, info.file_size) for name, info in self._entries.items()]

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def stream(self, name: str) -> Iterator[bytes]:
        """The bytes of one member, in pieces; no more than its directory entry promised.

        Raises InvalidPackage where the archive says one thing and holds another.
        """
        entry = self._entries[name]
        try:
            yield from _unpacked(self._file, entry, self._ends[entry.header_offset])
        except BROKEN as error:
            problem = Problem("unreadable", name, "cannot be unpacked: the file is damaged")
            raise InvalidPackage([problem]) from error

    def read(self, name: str, limit: int) -> bytes:
        """All the bytes of one member, up to `limit`."""
        if self._entries[name].file_size > limit:
            raise InvalidPackage([Problem("too-large", name, f"is larger than {limit:,} bytes")])
        return b"".join(self.stream(name))


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo, end: int) -> Iterator[bytes]:
    """Not by `zipfile`, which believes sizes and does not see what stands behind a stream's end."""
    file.seek(_start_of_bytes(file, entry, end))
    crc = size = 0
    pieces = _packed(file, entry.compress_size)
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        pieces = _inflated(pieces)
    for piece in pieces:
        size += len(piece)
        crc = zlib.crc32(piece, crc)
        if size > entry.file_size:
            raise zipfile.BadZipFile("more bytes than promised")
        yield piece
    if size != entry.file_size or crc != entry.CRC:
        raise zipfile.BadZipFile("other bytes than promised")


def _start_of_bytes(file: BinaryIO, entry: zipfile.ZipInfo, end: int) -> int:
    """Behind the local header, which must say what the directory says."""
    file.seek(entry.header_offset)
    header = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
    signature, _, flags, method, _, _, crc, packed, size, name_bytes, extra_bytes = header
    name = file.read(name_bytes).decode("utf-8" if entry.flag_bits & UTF8_NAME else "cp437")
    start: int = entry.header_offset + LOCAL_HEADER.size + name_bytes + extra_bytes
    agrees = (
        signature == LOCAL_SIGNATURE
        and method == entry.compress_type
        and not flags & ENCRYPTED
        and name == entry.orig_filename
        and start + entry.compress_size <= end
    )
    if not flags & SIZES_FOLLOW:
        agrees = agrees and (
            crc == entry.CRC
            and packed in (entry.compress_size, IN_EXTRA_FIELD)
            and size in (entry.file_size, IN_EXTRA_FIELD)
        )
    if not agrees:
        raise zipfile.BadZipFile("header and directory differ")
    return start


def _packed(file: BinaryIO, left: int) -> Iterator[bytes]:
    while left:
        piece = file.read(min(left, PIECE))
        if not piece:
            raise EOFError
        left -= len(piece)
        yield piece


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in pieces:
        if inflater.eof:
            raise zipfile.BadZipFile("bytes behind the end")
        yield inflater.decompress(piece, PIECE)
        while inflater.unconsumed_tail and not inflater.eof:
            yield inflater.decompress(inflater.unconsumed_tail, PIECE)
    if not inflater.eof:
        yield inflater.flush()
    if not inflater.eof or inflater.unused_data:
        raise zipfile.BadZipFile("the stream has no end, or goes on behind it")


def _open(file: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    try:
        if problem := _problem_of_end(file, limits):
            raise InvalidPackage([problem])
        return zipfile.ZipFile(file)
    except BROKEN as error:
        raise InvalidPackage([NOT_A_ZIP]) from error


def _problem_of_end(file: BinaryIO, limits: Limits) -> Problem | None:
    """A directory too large to be read at all is told from the record at the file's end."""
    size = file.seek(0, 2)
    file.seek(max(0, size - END_RECORD.size - END_COMMENT))
    tail = file.read()
    if tail.count(END_SIGNATURE) != 1:
        return NOT_A_ZIP
    at = tail.index(END_SIGNATURE)
    *_, directory_bytes, _offset, comment_bytes = END_RECORD.unpack_from(tail, at)
    if at + END_RECORD.size + comment_bytes != len(tail):
        return NOT_A_ZIP
    if (
        directory_bytes > limits.files * ENTRY_BYTES
        or ZIP64_SIGNATURE in tail[max(0, at - 20) : at]
    ):
        return Problem(
            "too-many-files", "", f"has more than {limits.files:,} entries, or huge ones"
        )
    return None


def _problems(archive: zipfile.ZipFile, limits: Limits) -> Iterator[Problem]:
    entries = archive.infolist()
    if len(entries) > limits.files:
        yield Problem("too-many-files", "", f"has {len(entries):,} entries, over {limits.files:,}")
        return
    if min((entry.header_offset for entry in entries), default=0):
        yield Problem("not-a-zip", "", "is another kind of file with a zip behind it")
    bad_names = list(filter(None, map(problem_of_name, _names(entries))))
    yield from bad_names or _doubles(entries)
    for entry in (entry for entry in entries if entry.filename):  # zipfile stumbles over none
        yield from _problems_of_kind(entry)
        yield from _problems_of_size(entry, limits)
    yield from _overlaps(entries, archive.start_dir)
    yield from _problems_of_sum(entries, limits)


def _names(entries: list[zipfile.ZipInfo]) -> list[str]:
    """With those that `zipfile` would cut at NUL."""
    return [n for e in entries for n in dict.fromkeys((e.orig_filename, e.filename))]


def _problems_of_sum(entries: list[zipfile.ZipInfo], limits: Limits) -> Iterator[Problem]:
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if size > limits.total_bytes:
        yield Problem("too-large", "", f"unpacks to more than {limits.total_bytes:,} bytes")
    elif size > limits.total_ratio_from and size > limits.total_ratio * packed:
        yield Problem("ratio", "", f"is compressed more than {limits.total_ratio}:1")


def _problems_of_kind(entry: zipfile.ZipInfo) -> Iterator[Problem]:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield Problem("not-a-file", entry.filename, "is a link or a special file")
    if entry.flag_bits & ENCRYPTED:
        yield Problem("encrypted", entry.filename, "is encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        yield Problem("compression", entry.filename, "is neither stored nor deflated")


def _problems_of_size(entry: zipfile.ZipInfo, limits: Limits) -> Iterator[Problem]:
    if entry.is_dir() and entry.file_size:
        yield Problem("not-a-file", entry.filename, "is a folder with content")
    if entry.file_size > limits.file_bytes:
        yield Problem("too-large", entry.filename, f"is larger than {limits.file_bytes:,} bytes")
    elif (
        entry.file_size > limits.ratio_from and entry.file_size > limits.ratio * entry.compress_size
    ):
        yield Problem("ratio", entry.filename, f"is compressed more than {limits.ratio}:1")


def _doubles(entries: list[zipfile.ZipInfo]) -> Iterator[Problem]:
    """Names that become one on some disk, and files that would also have to be folders."""
    seen: set[str] = set()
    folders: set[str] = set()
    for entry in entries:
        name = normal(entry.filename.removesuffix("/")).casefold()
        if name in seen:
            yield Problem("name-twice", entry.filename, "is in the package twice")
        seen.add(name)
        if not entry.is_dir():
            folders.update(name[:at] for at, char in enumerate(name) if char == "/")
    for entry in entries:
        if not entry.is_dir() and normal(entry.filename).casefold() in folders:
            yield Problem("name-twice", entry.filename, "is both a file and a folder")


def _overlaps(entries: list[zipfile.ZipInfo], end: int) -> Iterator[Problem]:
    """Entries that share bytes unpack to far more than the file holds."""
    inside = sorted(entries, key=lambda entry: entry.header_offset)
    starts = [entry.header_offset for entry in inside] + [end]
    for entry, (start, following) in zip(inside, pairwise(starts), strict=True):
        if start + LOCAL_HEADER.size + entry.compress_size > following:
            yield Problem("overlap", entry.filename, "shares its bytes with another entry")
