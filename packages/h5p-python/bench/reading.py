"""How long a package of 441 files takes to judge: `python bench/reading.py`, prints a table.

The package is as large as the largest real ones: 40 libraries with scripts, styles and 5 languages
each, semantics of the size of a question set's, pictures and sound in the content.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import h5p

FILES, LIBRARIES, ROUNDS = 441, 40, 15
WORDS = ["dân", "vận", "khéo", "cơ sở", "function", "return", "const", "question", "answer"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.h5p")
        _pack(path)
        package = h5p.read_package(path)
        store = h5p.Store(Path(folder, "store"))
        proposal = store.propose(package)
        store.install(package, proposal)
        content = store.add_content(package)
        print(f"{len(package.members)} files, {package.size:,} bytes, "
              f"{path.stat().st_size:,} packed; {ROUNDS} rounds each")  # fmt: skip
        _time("read_package", lambda: h5p.read_package(path))
        _time("filtered", package.filtered)
        _time("propose", lambda: store.propose(package))
        _time("resolve", lambda: store.resolve(package.manifest.dependencies))
        _time("export", lambda: h5p.export(content, store, Path(folder, "out.h5p")))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{'memory at most':16}{peak / 1024:8.1f} MiB")


def _time(name: str, do: Callable[[], object]) -> None:
    taken, worked = [], []
    for _ in range(ROUNDS):
        begun, began = time.perf_counter(), time.process_time()
        do()
        taken.append(1000 * (time.perf_counter() - begun))
        worked.append(1000 * (time.process_time() - began))
    at_least, usual = min(taken), statistics.median(taken)
    print(f"{name:16}{usual:8.1f} ms  (at least {at_least:.1f}, processor {min(worked):.1f})")


def _pack(path: Path) -> None:
    chance = random.Random(441)  # noqa: S311 - the same package each time
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        names = 0
        for name, content in _files(chance):
            archive.writestr(name, content)
            names += 1
        for at in range(FILES - names):
            archive.writestr(f"content/images/{at}.jpg", b"\xff\xd8\xff" + chance.randbytes(60_000))


def _files(chance: random.Random) -> Iterator[tuple[str, str | bytes]]:
    libraries = [(f"H5P.Kind{at}", 1, at) for at in range(LIBRARIES)]
    links = [{"machineName": n, "majorVersion": a, "minorVersion": i} for n, a, i in libraries]
    yield (
        "h5p.json",
        json.dumps(
            {
                "title": "Bộ câu hỏi",
                "language": "vi",
                "mainLibrary": "H5P.Kind0",
                "embedTypes": ["iframe"],
                "preloadedDependencies": links,
            }
        ),
    )
    question = {"question": "<p>" + _prose(chance, 400) + "</p>", "answer": _prose(chance, 100)}
    yield "content/content.json", json.dumps({"questions": [question] * 200})
    for at, link in enumerate(links):
        folder = f"{link['machineName']}-1.{at}"
        yield (
            f"{folder}/library.json",
            json.dumps(
                link
                | {
                    "title": f"Kind {at}",
                    "patchVersion": 3,
                    "runnable": 1,
                    "preloadedJs": [{"path": "scripts/it.js"}],
                    "preloadedCss": [{"path": "styles/it.css"}],
                    "preloadedDependencies": links[at + 1 : at + 4],
                }
            ),
        )
        yield f"{folder}/semantics.json", json.dumps(_semantics(chance))
        yield f"{folder}/scripts/it.js", _prose(chance, 120_000)
        yield f"{folder}/styles/it.css", _prose(chance, 20_000)
        for language in ("vi", "en", "fr", "de", "es"):
            yield f"{folder}/language/{language}.json", json.dumps(_semantics(chance))


def _semantics(chance: random.Random) -> list[dict[str, object]]:
    texts = [
        {"name": f"text{at}", "type": "text", "label": _prose(chance, 60), "common": True}
        for at in range(40)
    ]
    rich = {"name": "question", "type": "text", "widget": "html", "tags": ["strong", "em", "table"]}
    fields = [rich, {"name": "answer", "type": "text"}]
    group = {"name": "question", "type": "group", "fields": fields}
    return [*texts, {"name": "questions", "type": "list", "field": group}]


def _prose(chance: random.Random, size: int) -> str:
    return " ".join(chance.choices(WORDS, k=size // 6)) + f" {chance.getrandbits(64):x}"


if __name__ == "__main__":
    main()
