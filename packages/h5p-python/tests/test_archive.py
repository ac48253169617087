from __future__ import annotations

import random
import stat
import struct
import zipfile
from pathlib import Path

import pytest

import h5p
from packing import Packer


def codes(path: Path, limits: h5p.Limits | None = None) -> set[str]:
    with pytest.raises(h5p.InvalidPackage) as refusal:
        h5p.read_package(path, limits or h5p.Limits())
    return {problem.code for problem in refusal.value.problems}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../outside.txt", "name-escapes"),
        ("content/../../outside.txt", "name-escapes"),
        ("/etc/cron.d/job", "name-escapes"),
        ("C:/autoexec.bat", "name-escapes"),
        ("content\\..\\outside.txt", "name-escapes"),
        ("content//image.png", "name-invalid"),
        ("content/./image.png", "name-invalid"),
        ("content/line\nbreak.png", "name-invalid"),
        ("CONTENT/Content.JSON", "name-twice"),
        ("content", "name-twice"),
        ("content/content.json/inside.txt", "name-twice"),
    ],
)
def test_it_refuses_the_name(packer: Packer, name: str, code: str) -> None:
    assert codes(packer.pack(extra={name: "x"})) == {code}


def test_it_refuses_two_spellings_of_one_letter(packer: Packer) -> None:
    spellings = {"content/\u1ea1.png": "x", "content/a\u0323.png": "x"}
    assert codes(packer.pack(extra=dict(spellings))) == {"name-twice"}


def test_it_refuses_a_name_that_python_would_cut_at_nul(packer: Packer) -> None:
    path = packer.pack(extra={"content/photo.png#.exe": "x"})
    path.write_bytes(path.read_bytes().replace(b"photo.png#.exe", b"photo.png\0.exe"))
    assert codes(path) == {"name-invalid"}


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_it_refuses_a_link_or_special_file(packer: Packer, kind: int) -> None:
    entry = zipfile.ZipInfo("content/link.png")
    entry.external_attr = (kind | 0o777) << 16
    assert codes(packer.pack(extra={entry: "/etc/passwd"})) == {"not-a-file"}


def test_it_refuses_a_bomb_by_its_ratio(packer: Packer) -> None:
    assert codes(packer.pack(extra={"content/zeros.txt": bytes(2 * 1024 * 1024)})) == {"ratio"}


def test_it_refuses_what_is_too_large_alone_or_together(packer: Packer) -> None:
    path = packer.pack(extra={"content/a.txt": bytes(600), "content/b.txt": bytes(600)})
    assert codes(path, h5p.Limits(file_bytes=500)) == {"too-large"}
    assert codes(path, h5p.Limits(total_bytes=1000)) == {"too-large"}


def test_it_refuses_too_many_files(packer: Packer) -> None:
    path = packer.pack(extra={f"content/{n}.txt": "x" for n in range(30)})
    assert codes(path, h5p.Limits(files=20)) == {"too-many-files"}


def test_it_refuses_a_directory_too_large_to_be_read(packer: Packer) -> None:
    path = packer.pack(extra={f"content/{'x' * 200}{n}.txt": "x" for n in range(100)})
    assert codes(path, h5p.Limits(files=20)) == {"too-many-files"}


def test_it_does_not_believe_the_size_that_is_promised(packer: Packer) -> None:
    path = packer.pack(b"[" * 5000)
    real, promised = struct.pack("<L", 5000), struct.pack("<L", 50)
    path.write_bytes(path.read_bytes().replace(real, promised))
    assert codes(path) <= {"unreadable", "json"}


def test_it_refuses_entries_that_share_their_bytes(packer: Packer) -> None:
    path = packer.pack(extra={"content/kernel.txt": random.Random(1).randbytes(5000)})
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("content/kernel.txt").header_offset
        other = archive.getinfo("content/content.json").header_offset
    content = bytearray(path.read_bytes())
    entry = content.index(b"content/content.json", archive.start_dir) - 46
    assert struct.unpack_from("<L", content, entry + 42) == (other,)
    struct.pack_into("<L", content, entry + 42, at)
    path.write_bytes(content)
    assert "overlap" in codes(path)


def test_it_refuses_an_encrypted_entry(packer: Packer) -> None:
    path = packer.pack()
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    assert codes(path) == {"encrypted"}


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all", b"PK\5\6" + bytes(10)])
def test_it_refuses_what_is_no_zip(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "package.h5p"
    path.write_bytes(content)
    assert codes(path) == {"not-a-zip"}


def test_damage_anywhere_is_one_kind_of_error(packer: Packer) -> None:
    sound = packer.pack().read_bytes()
    chance = random.Random(2026)
    path = packer.folder / "damaged.h5p"
    for _ in range(500):
        damaged = bytearray(sound)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(sound))] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            h5p.read_package(path)
        except h5p.InvalidPackage as refusal:
            assert refusal.problems
