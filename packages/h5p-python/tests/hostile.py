"""Packages that mean harm or are broken: each kind by its name, each to be refused."""

from __future__ import annotations

import gzip
import io
import json
import random
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from packing import (
    CONTENT,
    MANIFEST,
    PNG,
    SEMANTICS,
    Files,
    Packer,
    described,
    library,
    link,
    sound,
    without,
)

Make = Callable[[Packer], Path]
KINDS: dict[str, Make] = {}
BOMBS: list[str] = []  # those that try to take time or memory
MIB = 1024 * 1024
MAIN = "H5P.MultiChoice-1.16"


def kind(make: Make) -> Make:
    KINDS[make.__name__.replace("_", " ")] = make
    return make


def bomb(make: Make) -> Make:
    BOMBS.append(make.__name__.replace("_", " "))
    return kind(make)


def extra(title: str, files: Files, *, takes: bool = False) -> None:
    """A sound package with these files added or replaced."""
    KINDS[title] = lambda packer: packer.pack(extra=files)
    if takes:
        BOMBS.append(title)


def manifest(title: str, fields: object) -> None:
    KINDS[title] = lambda packer: packer.pack(fields)


# Names

_LONG_PATH = "content/" + "/".join(["folder" * 10] * 10) + "/a.png"
for title, name in {
    "name climbs": "../outside.png",
    "name climbs from within": "content/../../outside.png",
    "name climbs out of a library": f"{MAIN}/../../outside.js",
    "name is absolute": "/etc/cron.d/job.png",
    "name has a drive": "C:/start.png",
    "name has a drive without a slash": "c:start.png",
    "name of a network share": "\\\\host\\share\\a.png",
    "name with backslashes": "content\\..\\..\\outside.png",
    "name is an address": "http://host/a.png",
    "name with a newline": "content/a\nb.png",
    "name with a tab": "content/a\tb.png",
    "name with an escape": "content/\x1b[2J.png",
    "name with a delete": "content/a\x7f.png",
    "name with a C1 control": "content/a\x9b.png",
    "name turned around": "content/\u202egnp.exe.png",
    "name with a zero width space": "content/a\u200b.png",
    "name with a byte order mark": "content/\ufeffa.png",
    "name with a soft hyphen": "content/a\u00ad.png",
    "name with a tag character": "content/a\U000e0041.png",
    "name ends in a dot": "content/folder./a.png",
    "name ends in a space": "content/folder /a.png",
    "name begins with a space": "content/ a.png",
    "name has a stream": "content/a.png:evil.png",
    "name has a star": "content/*.png",
    "name has a question mark": "content/a?.png",
    "name has a pipe": "content/a|b.png",
    "name has a quote": 'content/a"b.png',
    "name has angle brackets": "content/<script>.png",
    "name of a device": "content/con.png",
    "name of a device in capitals": "content/NUL/a.png",
    "name of a port": "content/com1.png",
    "name with an empty part": "content//a.png",
    "name with a dot part": "content/./a.png",
    "name of one long part": "content/" + "x" * 300 + ".png",
    "name of a long path": _LONG_PATH,
    "name of many folders": "content/" + "a/" * 40 + "a.png",
    "name of sixty thousand bytes": "content/" + "a/" * 30_000 + "a.png",
    "name twice by case": "CONTENT/Content.JSON",
    "name twice by case of a letter": "content/IMAGES/Photo.png",
    "name of a file that is a folder": "content",
    "name below a file": "content/content.json/a.png",
}.items():
    extra(title, {name: PNG}, takes="sixty" in title)
extra("name in two spellings", {"content/\u1ea1.png": PNG, "content/a\u0323.png": PNG})


@kind
def name_twice_exactly(packer: Packer) -> Path:
    path = packer.pack(extra={"content/images/phot0.png": PNG})
    return _changed(path, b"phot0.png", b"photo.png")


@kind
def name_cut_at_nul(packer: Packer) -> Path:
    path = packer.pack(extra={"content/photo.png#.exe": PNG})
    return _changed(path, b"photo.png#.exe", b"photo.png\0.exe")


@kind
def name_of_nothing(packer: Packer) -> Path:
    path = packer.pack(extra={"a": PNG})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = content.index(b"PK\1\2", archive.start_dir)
        entries = archive.infolist()
    for entry in entries[:-1]:
        at += 46 + len(entry.filename.encode())
    struct.pack_into("<HH", content, at + 28, 0, 1)  # its one letter is now an extra field
    path.write_bytes(content)
    return path


@kind
def name_that_is_no_utf8(packer: Packer) -> Path:
    path = packer.pack(extra={"content/ảnh.png": PNG})
    return _changed(path, "ả".encode(), b"\xff\xfe\xfd")


# Kinds of entries

for title, mode in {
    "a symbolic link": stat.S_IFLNK,
    "a pipe": stat.S_IFIFO,
    "a character device": stat.S_IFCHR,
    "a block device": stat.S_IFBLK,
    "a socket": stat.S_IFSOCK,
}.items():
    _entry = zipfile.ZipInfo("content/link.png")
    _entry.external_attr = (mode | 0o777) << 16
    extra(title, {_entry: "/etc/passwd"})
_link = zipfile.ZipInfo(f"{MAIN}/js")
_link.external_attr = (stat.S_IFLNK | 0o777) << 16
extra("a link in place of a folder", {_link: "/etc"})
for method, title in {zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "lzma"}.items():
    _entry = zipfile.ZipInfo("content/other.png")
    _entry.compress_type = method
    extra(f"compressed by {title}", {_entry: PNG})


@kind
def a_folder_with_content(packer: Packer) -> Path:
    path = packer.pack(extra={"content/folder#": "content of a folder"})
    return _changed(path, b"content/folder#", b"content/folder/")


def flags(title: str, bits: int) -> None:
    def make(packer: Packer) -> Path:
        path = packer.pack()
        content = bytearray(path.read_bytes())
        at = content.index(b"PK\1\2") + 8
        struct.pack_into("<H", content, at, struct.unpack_from("<H", content, at)[0] | bits)
        path.write_bytes(content)
        return path

    KINDS[title] = make


flags("encrypted", 0x1)
flags("strongly encrypted", 0x41)
flags("encrypted directory", 0x2000)


@kind
def compressed_by_an_unknown_method(packer: Packer) -> Path:
    path = packer.pack()
    content = bytearray(path.read_bytes())
    struct.pack_into("<H", content, content.index(b"PK\1\2") + 10, 99)
    path.write_bytes(content)
    return path


# Bombs

extra("bomb of one file", {"content/zeros.txt": bytes(64 * MIB)}, takes=True)
extra("bomb of many files", {f"content/{n}.txt": bytes(MIB) for n in range(100)}, takes=True)
extra("bomb of too many files", {f"content/{n}.txt": "x" for n in range(2500)}, takes=True)
extra("bomb of long names", {f"content/{n:0200}.txt": "x" for n in range(12_000)}, takes=True)
extra("bomb of json lists", {"content/content.json": "[" + "[]," * MIB + "0]"}, takes=True)
extra(
    "bomb of json objects",
    {"content/content.json": "[" + '{"a":0},' * (MIB // 3) + "0]"},
    takes=True,
)
extra("bomb of json depth", {"content/content.json": "[" * MIB + "]" * MIB}, takes=True)
extra("bomb of json digits", {"content/content.json": '{"a": ' + "9" * MIB + "}"}, takes=True)
extra(
    "bomb of json in many files",
    {f"H5P.L{n}-1.0/library.json": json.dumps({"a": ["x" * 90] * 11_000}) for n in range(40)},
    takes=True,
)
extra(
    "bomb of json in language after language",
    {f"H5P.L{n}-1.0/semantics.json": "[" + "{}," * 40_000 + "{}]" for n in range(40)}
    | {f"H5P.L{n}-1.0/library.json": json.dumps(described(f"H5P.L{n} 1.0.0")) for n in range(40)},
    takes=True,
)


@bomb
def bomb_of_shared_bytes(packer: Packer) -> Path:
    path = packer.pack(extra={"content/kernel.txt": random.Random(1).randbytes(5000)})
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("content/kernel.txt").header_offset
    content = bytearray(path.read_bytes())
    entry = content.index(b"content/images/photo.png", archive.start_dir) - 46
    struct.pack_into("<L", content, entry + 42, at)
    path.write_bytes(content)
    return path


@bomb
def bomb_that_promises_little(packer: Packer) -> Path:
    path = packer.pack(extra={"content/zeros.txt": bytes(64 * MIB)})
    return _changed(path, struct.pack("<L", 64 * MIB), struct.pack("<L", 4096))


@bomb
def bomb_that_promises_gigabytes(packer: Packer) -> Path:
    path = packer.pack(extra={"content/little.txt": "x" * 1234})
    return _changed(path, struct.pack("<L", 1234), struct.pack("<L", 0xF0000000))


@bomb
def bomb_of_json_that_promises_little(packer: Packer) -> Path:
    path = packer.pack(extra={"content/content.json": b"[" * 50_000_000})
    return _changed(path, struct.pack("<L", 50_000_000), struct.pack("<L", 50))


@bomb
def bomb_of_a_chain_of_libraries(packer: Packer) -> Path:
    files: Files = {}
    for at in range(1500):
        needs = described(f"H5P.L{at} 1.0.0", f"H5P.L{(at + 1) % 1500} 1.0")
        files[f"H5P.L{at}-1.0/library.json"] = json.dumps(needs)
    return packer.pack(extra=files)


@bomb
def bomb_of_a_web_of_libraries(packer: Packer) -> Path:
    names = [f"H5P.L{at} 1.0" for at in range(150)]
    files: Files = {
        f"{name.replace(' ', '-')}/library.json": json.dumps(described(f"{name}.0", *names))
        for name in names
    }
    return packer.pack(extra=files)


# Archives that lie


def header(title: str, offset: int, size: str, value: int) -> None:
    """The local header of the picture says something else than the directory."""

    def make(packer: Packer) -> Path:
        path = packer.pack()
        with zipfile.ZipFile(path) as archive:
            at = archive.getinfo("content/images/photo.png").header_offset
        content = bytearray(path.read_bytes())
        struct.pack_into(size, content, at + offset, value)
        path.write_bytes(content)
        return path

    KINDS[title] = make


header("header without its mark", 0, "<L", 0)
header("header says encrypted", 6, "<H", 1)
header("header says another method", 8, "<H", 0)
header("header says another checksum", 14, "<L", 1)
header("header says another packed size", 18, "<L", 1)
header("header says another size", 22, "<L", 1)
header("header says a longer name", 26, "<H", 0xFFFF)
header("header says much extra", 28, "<H", 0xFFFF)


@kind
def header_says_another_name(packer: Packer) -> Path:
    path = packer.pack()
    content = path.read_bytes()
    path.write_bytes(content.replace(b"images/photo.png", b"images/phota.png", 1))
    return path


def bytes_of(title: str, change: Callable[[bytes], bytes]) -> None:
    """The file as a whole, changed."""

    def make(packer: Packer) -> Path:
        path = packer.pack()
        path.write_bytes(change(path.read_bytes()))
        return path

    KINDS[title] = make


def _end(content: bytes) -> int:
    return content.rindex(b"PK\5\6")


bytes_of("empty file", lambda content: b"")
bytes_of("text in place of a zip", lambda content: b"<html><script>alert(1)</script></html>")
bytes_of("gzip in place of a zip", gzip.compress)
bytes_of("end record alone", lambda content: b"PK\5\6" + bytes(18))
bytes_of("picture with a zip behind it", lambda content: b"GIF89a" + bytes(500) + content)
bytes_of("page with a zip behind it", lambda content: b"<script>alert(1)</script>" + content)
bytes_of("something behind the zip", lambda content: content + b"more")
bytes_of("two end records", lambda content: content + content[_end(content) :])
bytes_of("cut in the middle", lambda content: content[: len(content) // 2])
bytes_of("cut by one byte", lambda content: content[:-1])
bytes_of("without its beginning", lambda content: content[100:])
bytes_of("directory at another place", lambda c: c[:-6] + struct.pack("<L", 7) + c[-2:])
bytes_of("directory of another size", lambda c: c[:-10] + struct.pack("<L", 50) + c[-6:])
bytes_of("comment that is not there", lambda content: content[:-2] + b"\xff\xff")
bytes_of(
    "zip64 where none is needed",
    lambda content: content[: _end(content)] + b"PK\6\7" + bytes(16) + content[_end(content) :],
)
bytes_of("a directory of nothing", lambda content: content.replace(b"PK\1\2", b"PK\1\3"))


@kind
def tar_in_place_of_a_zip(packer: Packer) -> Path:
    path = packer.folder / "package.h5p"
    with tarfile.open(path, "w") as archive:
        archive.addfile(tarfile.TarInfo("h5p.json"), io.BytesIO())
    return path


def stored(title: str, change: Callable[[bytearray, int, int], None]) -> None:
    """A stored picture, its bytes changed: the archive, where they begin, how many they are."""

    def make(packer: Packer) -> Path:
        entry = zipfile.ZipInfo("content/stored.png")
        path = packer.pack(extra={entry: PNG})
        content = bytearray(path.read_bytes())
        change(content, content.index(PNG), len(PNG))
        path.write_bytes(content)
        return path

    KINDS[title] = make


def _flip(content: bytearray, at: int, size: int) -> None:
    content[at + size - 1] ^= 1


stored("a picture that is damaged", _flip)


@kind
def bytes_behind_the_end_of_a_stream(packer: Packer) -> Path:
    """The promised bytes are right, and more are hidden behind them."""
    path = packer.pack(extra={"content/zeros.txt": bytes(1000)})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("content/zeros.txt")
        following = archive.start_dir  # it is the last
    begin = entry.header_offset + 30 + len(entry.filename)
    hidden = b"hidden"
    packed = entry.compress_size + len(hidden)
    struct.pack_into("<L", content, entry.header_offset + 18, packed)
    at = content.index(b"content/zeros.txt", following) - 46
    struct.pack_into("<L", content, at + 20, packed)
    start = _end(bytes(content)) + 16
    struct.pack_into("<L", content, start, following + len(hidden))
    content[begin + entry.compress_size : begin + entry.compress_size] = hidden
    path.write_bytes(content)
    return path


# JSON

for where in ("h5p.json", "content/content.json", f"{MAIN}/library.json", f"{MAIN}/semantics.json"):
    for title, text in {
        "empty": b"",
        "no json": b"<script>alert(1)</script>",
        "a number": b"7",
        "not a number": b'{"title": NaN}',
        "infinity": b'{"title": -Infinity}',
        "beyond all bounds": b'{"title": 1e999}',
        "many digits": b'{"title": ' + b"9" * 5_000 + b"}",
        "deep": b"[" * 5_000 + b"]" * 5_000,
        "utf-16": json.dumps(MANIFEST).encode("utf-16"),
        "latin": b'{"title": "\xe9"}',
        "a byte order mark": b"\xef\xbb\xbf{}",
        "half a character": b'{"title": "\\ud800"}',
        "nul": b'{"title": "a\\u0000b"}',
        "raw nul": b'{"title": "a\0b"}',
        "a comma too many": b'{"title": "a",}',
        "two values": b"{} {}",
    }.items():
        extra(f"{where} is {title}", {where: text})


# h5p.json

DEPENDENCY = link("H5P.MultiChoice 1.16")
for field in MANIFEST:
    manifest(f"h5p.json without {field}", without(field))
for title, change in {
    "no title": {"title": " "},
    "a long title": {"title": "x" * 256},
    "a title that is a list": {"title": ["a"]},
    "a language that climbs": {"language": "../vi"},
    "a main library that climbs": {"mainLibrary": "../H5P"},
    "a main library it does not list": {"mainLibrary": "H5P.Absent"},
    "a main library that is not there": {
        "mainLibrary": "H5P.Absent",
        "preloadedDependencies": [link("H5P.Absent 1.0")],
    },
    "a main library that does not run": {
        "mainLibrary": "H5P.Question",
        "preloadedDependencies": [link("H5P.Question 1.5")],
    },
    "a library of another minor": {"preloadedDependencies": [DEPENDENCY, link("H5P.Question 1.6")]},
    "another way of embedding": {"embedTypes": ["parent"]},
    "dependencies that are an object": {"preloadedDependencies": {"0": DEPENDENCY}},
    "a dependency that climbs": {
        "preloadedDependencies": [DEPENDENCY, DEPENDENCY | {"machineName": "../../etc"}]
    },
    "a version that is true": {"preloadedDependencies": [DEPENDENCY | {"majorVersion": True}]},
    "a version that is negative": {"preloadedDependencies": [DEPENDENCY | {"minorVersion": -1}]},
    "a version in other digits": {"preloadedDependencies": [DEPENDENCY | {"minorVersion": "١"}]},
}.items():
    manifest(f"h5p.json with {title}", MANIFEST | change)


# Libraries


def main_library(title: str, /, **fields: Any) -> None:
    needs = fields.pop("needs", ["H5P.Question 1.5"])
    content = described("H5P.MultiChoice 1.16.4", *needs, runnable=1) | fields
    extra(f"library {title}", {f"{MAIN}/library.json": json.dumps(content)})


main_library("without a title", title="")
main_library("of another name", machineName="H5P.Other")
main_library("whose name climbs", machineName="../H5P.MultiChoice")
main_library("whose name is a path", machineName="H5P/MultiChoice")
main_library("of another version", minorVersion=17)
main_library("without a patch", patchVersion=None)
main_library("of half a version", majorVersion=1.5)
main_library("that does not say whether it runs", runnable=None)
main_library("for a newer core", coreApi={"majorVersion": 1, "minorVersion": 29})
main_library("for a core of no version", coreApi="1.0")
main_library("with a script that is not there", preloadedJs=[{"path": "absent.js"}])
main_library("with a script outside", preloadedJs=[{"path": "../H5P.Question-1.5/js/it.js"}])
main_library("with a script far outside", preloadedJs=[{"path": "../../../etc/passwd.js"}])
main_library("with a script of the parent page", preloadedJs=[{"path": "//parent/it.js"}])
main_library("with a script from elsewhere", preloadedJs=[{"path": "https://evil.example/x.js"}])
main_library("with a script in its address", preloadedJs=[{"path": "javascript:alert(1).js"}])
main_library("with a script that is a text", preloadedJs=[{"path": "library.json"}])
main_library("with a style that is not there", preloadedCss=[{"path": "absent.css"}])
main_library("with scripts that are a text", preloadedJs="js/it.js")
main_library("that needs one not there", needs=["H5P.Absent 1.0"])
main_library("that needs itself", needs=["H5P.MultiChoice 1.16"])
main_library("that needs a name that climbs", preloadedDependencies=[{"machineName": ".."}])
main_library("that needs a text", preloadedDependencies="H5P.Question 1.5")
extra("libraries in a circle", library("H5P.Ground 2.0.1", "H5P.Question 1.5"))
extra("library hidden in a script", {f"{MAIN}/library.json": "alert(1)"})
extra("folder that is no library", {"Rogue-1.0/it.js": "alert(1)"})
extra("library twice", {"H5P.Ground/library.json": json.dumps(described("H5P.Ground 2.0.1"))})
for title, described_as in {
    "that are an object": {"fields": SEMANTICS},
    "with a field that is a text": ["question"],
    "with a field without a name": [{"type": "text"}],
    "with a field of a long name": [{"type": "text", "name": "x" * 1000}],
    "with the prototype for a field": [{"type": "text", "name": "__proto__"}],
    "with options that are no list": [{"type": "select", "name": "a", "options": "b"}],
    "with an option that is a list": [{"type": "select", "name": "a", "options": [[1]]}],
    "with libraries that are no list": [{"type": "library", "name": "a", "options": "b"}],
    "with a list of nothing": [{"type": "list", "name": "a"}],
    "with a group of nothing": [{"type": "group", "name": "a", "fields": None}],
}.items():
    extra(f"semantics {title}", {f"{MAIN}/semantics.json": json.dumps(described_as)})


# Files of other types, and files that are not what they say

for ending in ("html", "svg", "php", "exe", "js", "zip", "h5p", "swf", "xml", "PHP", "sh", "htm"):
    extra(f"content with {ending}", {f"content/file.{ending}": "x"})
for ending in ("html", "php", "exe", "sh", "py", "jar", "zip", "wasm", "phtml"):
    extra(f"library with {ending}", {f"{MAIN}/file.{ending}": "x"})
extra("content without a type", {"content/file": "x"})
extra("picture that is a page", {"content/a.png": b"\n <html><script>alert(1)</script>"})
extra("picture that is a drawing", {"content/a.JPG": b"<svg onload='alert(1)'/>"})
extra("picture that is a program", {"content/a.gif": b"\x7fELF" + bytes(100)})
extra("film that is a zip", {"content/a.mp4": b"PK\3\4" + bytes(100)})
extra("sound that is a program", {"content/a.mp3": b"MZ" + bytes(100)})
extra("font that is a script", {f"{MAIN}/a.woff": b"#!/bin/sh"})


# Parts that are missing

for title, name in {
    "no h5p.json": "h5p.json",
    "no content": "content/content.json",
    "no library.json": f"{MAIN}/library.json",
    "no script": f"{MAIN}/js/it.js",
    "no library it needs": "H5P.Ground-2.0/library.json",
}.items():
    KINDS[title] = lambda packer, name=name: packer.pack(leave_out=name)  # type: ignore[misc]


@kind
def no_libraries_at_all(packer: Packer) -> Path:
    return packer.pack(files={"content/content.json": json.dumps(CONTENT)})


@kind
def all_in_a_folder(packer: Packer) -> Path:
    """How people pack by hand: nothing lies where it should."""
    files = {f"package/{name}": text for name, text in sound().items()}
    return packer.pack(files=files)


def _changed(path: Path, old: bytes, new: bytes) -> Path:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))
    return path
