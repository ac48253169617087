"""Whether the bytes of a file are what its name says."""

from __future__ import annotations

import pytest

from h5p.files import MEDIA_TYPES, MIMES, is_as_named
from h5p.names import CONTENT_TYPES

SOUND = {
    "a.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "a.JPG": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "a.webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "a.wav": b"RIFF\x24\0\0\0WAVEfmt ",
    "a.mp4": b"\0\0\0\x20ftypisom",
    "a.m4a": b"\0\0\0\x20ftypM4A ",
    "a.mp3": b"ID3\x04\0",
    "a.webm": b"\x1a\x45\xdf\xa3\x01",
    "a.pdf": b"%PDF-1.7",
    "a.txt": b"<b>Ghi</b>",
}


@pytest.mark.parametrize("name", SOUND)
def test_every_type_is_known_by_its_beginning_and_by_no_other(name: str) -> None:
    others = [start for other, start in SOUND.items() if other != name]
    assert is_as_named(name, SOUND[name])
    if name not in ("a.txt", "a.mp4", "a.m4a"):
        assert not any(is_as_named(name, start) for start in others)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.png", b"<svg onload=alert(1)>"),
        ("a.mp3", b"  <html>"),
        ("a.eot", b"PK\3\4"),
        ("a.png", b""),
        ("a.wav", b"RIFF\x24\0\0\0WEBP"),
        ("a.svg.exe", b"MZ"),
        ("a", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_what_is_something_else_is_seen(name: str, start: bytes) -> None:
    assert not is_as_named(name, start)


def test_only_what_a_package_may_hold_is_taken() -> None:
    assert all(types <= CONTENT_TYPES for types in MEDIA_TYPES.values())
    assert MIMES.keys() == CONTENT_TYPES
