"""Fuzzes reading, guided by coverage. Linux; atheris is not among the project's libraries:

    uv run --with atheris python fuzz/fuzz_package.py -max_total_time=300

Any exception but InvalidPackage is a find, and so is a read of over a second. Half of the runs
change the archive, half the JSON inside a sound one, which changed archives seldom reach.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["h5p", "zipfile"]):
    import h5p

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from packing import MANIFEST, Packer, sound

FOLDER = Path(tempfile.mkdtemp(prefix="h5p-fuzz-"))
FUZZED = FOLDER / "fuzzed.h5p"
INSIDE = [name for name in sound() if name.endswith(".json")] + ["h5p.json"]


def one(content: bytes) -> None:
    if content[:1] < b"\x80":
        FUZZED.write_bytes(content[1:])
    else:
        name = INSIDE[content[0] % len(INSIDE)]
        files = {"h5p.json": json.dumps(MANIFEST)} | sound() | {name: content[1:]}
        with zipfile.ZipFile(FUZZED, "w") as archive:
            for entry, text in files.items():
                archive.writestr(entry, text)
    try:
        package = h5p.read_package(FUZZED)
    except h5p.InvalidPackage:
        return
    json.dumps(package.filtered().value, allow_nan=False).encode()


def main() -> None:
    corpus = FOLDER / "corpus"
    corpus.mkdir()
    seed = Packer(FOLDER).pack().read_bytes()
    (corpus / "archive").write_bytes(b"\0" + seed)
    texts = sound() | {"h5p.json": json.dumps(MANIFEST)}
    for at, name in enumerate(INSIDE):
        first = 0x80 + (at - 0x80) % len(INSIDE)
        (corpus / f"json{at}").write_bytes(bytes([first]) + texts[name].encode())
    atheris.Setup([*sys.argv, "-timeout=1", "-max_len=20000", str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
