"""What cameras write beside a picture goes; how the picture looks stays, to the last dot."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageSequence
from PIL.PngImagePlugin import PngInfo

from h5p.pictures import is_picture, without_metadata

SECRET, PLACE = b"Nguyen Thi Bi Mat", 0x8825
COLOURS = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
KINDS = ("JPEG", "PNG", "WEBP")
STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\1\0\0WEBPVP8X", b"GIF89a")


def exif(turning: int = 6) -> Image.Exif:
    """As a phone writes it: the maker, how it was held, and where."""
    told = Image.Exif()
    told[0x010F], told[0x0112] = SECRET.decode(), turning
    told.get_ifd(PLACE).update({1: "N", 2: (20.0, 26.0, 3.0), 3: "E", 4: (106.0, 10.0, 12.0)})
    return told


def photo(kind: str, **saved: Any) -> bytes:
    picture = Image.effect_mandelbrot((64, 48), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    file = io.BytesIO()
    picture.save(file, kind, **saved)
    return file.getvalue()


def frames(content: bytes) -> list[tuple[bytes, Any]]:
    with Image.open(io.BytesIO(content)) as picture:
        return [
            (frame.convert("RGBA").tobytes(), frame.info.get("duration"))
            for frame in ImageSequence.Iterator(picture)
        ]


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", KINDS)
def test_where_it_was_taken_goes_and_how_it_looks_stays(kind: str) -> None:
    taken = photo(kind, exif=exif(), icc_profile=COLOURS)
    assert opened(taken).getexif().get_ifd(PLACE)
    cleaned = without_metadata(taken)
    assert SECRET not in cleaned
    told = opened(cleaned)
    assert dict(told.getexif()) == {0x0112: 6}
    assert told.info["icc_profile"] == COLOURS
    assert frames(cleaned) == frames(taken)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_without_metadata_is_not_touched(kind: str) -> None:
    for sound in (photo(kind), photo(kind, icc_profile=COLOURS), b"%PDF-1.7", b"", b"\x89PNG"):
        assert without_metadata(sound) == sound


@pytest.mark.parametrize("kind", KINDS)
def test_one_that_is_not_turned_keeps_no_exif_at_all(kind: str) -> None:
    cleaned = without_metadata(photo(kind, exif=exif(turning=1)))
    assert b"Exif" not in cleaned
    assert b"eXIf" not in cleaned
    assert b"EXIF" not in cleaned
    assert not dict(opened(cleaned).getexif())


def test_words_beside_the_dots_of_a_photograph_go() -> None:
    taken = photo("JPEG", comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET, progressive=True)
    mark = struct.pack(">BBH", 0xFF, 0xED, 2 + 14 + len(SECRET)) + b"Photoshop 3.0\0" + SECRET
    taken = taken[:2] + mark + taken[2:]
    second = photo("JPEG", exif=exif())  # phones put another photograph behind the first
    cleaned = without_metadata(taken + second)
    assert SECRET not in cleaned
    assert cleaned.endswith(b"\xff\xd9")
    assert frames(cleaned) == frames(taken)


def test_words_beside_the_dots_of_a_drawing_go() -> None:
    words = PngInfo()
    words.add_text("Author", SECRET.decode())
    words.add_text("Place", SECRET.decode(), zip=True)
    words.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    cleaned = without_metadata(photo("PNG", pnginfo=words) + SECRET)
    assert cleaned == photo("PNG")


def test_words_beside_a_webp_go() -> None:
    cleaned = without_metadata(photo("WEBP", xmp=SECRET, exif=exif()))
    assert SECRET not in cleaned
    told = opened(cleaned)
    assert "xmp" not in told.info
    told.load()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_an_animation_keeps_moving(kind: str) -> None:
    colours = ("#27593d", "#ffd166", "#c0392b")
    first, *rest = [Image.new("RGB", (20, 20), colour) for colour in colours]
    file = io.BytesIO()
    told = {"comment": SECRET} if kind == "GIF" else {"exif": exif()}
    first.save(file, kind, save_all=True, append_images=rest, duration=120, loop=3, **told)
    cleaned = without_metadata(file.getvalue())
    assert SECRET not in cleaned
    assert len(frames(cleaned)) == 3
    assert frames(cleaned) == frames(file.getvalue())
    assert opened(cleaned).info.get("loop") == 3


def test_a_gif_loses_what_a_program_wrote_into_it() -> None:
    plain = photo("GIF")
    head = 13 + 3 * 2 ** (plain[10] % 8 + 1)
    told = b"\x21\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET + b"\0"
    assert without_metadata(plain[:head] + told + plain[head:] + SECRET) == plain


@given(st.sampled_from(STARTS), st.binary(max_size=300))
def test_whatever_follows_it_ends_and_twice_is_once(start: bytes, rest: bytes) -> None:
    once = without_metadata(start + rest)
    assert without_metadata(once) == once


@pytest.mark.parametrize("kind", [*KINDS, "GIF"])
def test_half_a_picture_keeps_its_half(kind: str) -> None:
    whole = photo(kind) if kind == "GIF" else photo(kind, exif=exif())
    for length in range(0, len(whole), 7):
        half = without_metadata(whole[:length])
        assert len(half) <= length + 1
        assert without_metadata(half) == half


def test_pictures_are_known_by_their_names() -> None:
    assert all(map(is_picture, ("a.jpg", "b.JPEG", "c.png", "d.webp", "e.gif")))
    assert not any(map(is_picture, ("a.tiff", "b.svg", "c.mp4", "jpg")))
