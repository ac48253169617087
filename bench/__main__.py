"""`make bench`: what pages cost with ten thousand people, beside a bare view in the same run."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import django
from django.db import connection
from django.test.client import Client
from django.test.utils import CaptureQueriesContext

from bench.loading import Ask, Result, load, wait_until_up

if TYPE_CHECKING:
    from bench.seeding import Seed

HOUSE = Path(__file__).resolve().parent.parent
CLIENTS = (1, 8, 32)
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
PORT, FLOOR_PORT = 8765, 8766


@contextmanager
def server(target: str, port: int, environment: dict[str, str]) -> Iterator[int]:
    command = ["granian", target, "--interface", "wsgi", "--no-ws", "--log-level", "critical"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "2"]
    process = subprocess.Popen(command, cwd=HOUSE, env=environment)
    try:
        wait_until_up(port, "/healthz" if port == PORT else "/")
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def database_address(name: str) -> str:
    return os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"


def reading(seed: Seed) -> dict[str, list[Ask]]:
    from bench.seeding import cookie_of

    lesson = seed.edition.lessons.all()[3]
    users = [cadre.user for cadre in seed.learners[:64] if cadre.user]
    cookies = [(("Cookie", cookie_of(user)),) for user in users]
    manager = (("Cookie", cookie_of(seed.manager)),)
    slug, top = seed.course.slug, seed.top
    return {
        "my learning": [Ask("/hoc/", headers=cookie) for cookie in cookies],
        "lesson": [Ask(f"/hoc/{slug}/{lesson.slug}/", headers=cookie) for cookie in cookies],
        "catalogue": [Ask("/khoa-hoc/", headers=cookie) for cookie in cookies],
        "manager, whole province": [Ask("/don-vi/", headers=manager)],
        "people, first page": [Ask("/don-vi/nguoi/", headers=manager)],
        "people, page 200": [Ask("/don-vi/nguoi/?page=200", headers=manager)],
        "people of a unit, page 200": [Ask(f"/don-vi/nguoi/?unit={top}&page=200", headers=manager)],
        "people of a group": [Ask("/don-vi/nguoi/?group=co-so&page=20", headers=manager)],
        "confirming, whole province": [Ask(f"/don-vi/xac-nhan/{top}/", headers=manager)],
        "plan, whole province": [Ask("/chi-tieu/", headers=manager)],
        "verification": visitors(f"/xac-minh/{seed.certificate.code}/"),
    }


def visitors(path: str) -> list[Ask]:
    """One page asked for by many, as a proxy tells of them: each may look up sixty a minute."""
    return [
        Ask(path, headers=(("X-Forwarded-For", f"198.18.{number // 250}.{number % 250 + 1}"),))
        for number in range(4000)
    ]


def _post(user_cookie: str, kind: str) -> tuple[tuple[str, str], ...]:
    from bench.seeding import CSRF

    return (
        ("Cookie", user_cookie),
        ("X-CSRFToken", CSRF),
        ("Content-Type", kind),
        ("Accept", "application/json" if "json" in kind else "text/html"),
    )


def saving(seed: Seed, first: int, count: int) -> list[Ask]:
    """Each ask is another answer of another learner."""
    from bench.seeding import attempts_of, cookie_of

    asks = []
    for user, attempt in attempts_of(seed, first, count):
        headers = _post(cookie_of(user), "application/json")
        path = f"/hoc/{seed.course.slug}/kiem-tra/{attempt.pk}/luu/"
        for slot in attempt.slots.all():
            answer = {
                "position": slot.position,
                "sequence": slot.position,
                "chosen": [slot.choice_order[0]],
                "age_ms": 0,
            }
            body = json.dumps({"device": "bench", "answers": [answer]}).encode()
            asks.append(Ask(path, "POST", headers, body))
    return asks


def submitting(seed: Seed, first: int, count: int) -> list[Ask]:
    from bench.seeding import attempts_of, cookie_of

    return [
        Ask(
            f"/hoc/{seed.course.slug}/kiem-tra/{attempt.pk}/nop/",
            "POST",
            _post(cookie_of(user), "application/x-www-form-urlencoded"),
            status=302,
        )
        for user, attempt in attempts_of(seed, first, count)
    ]


def count_queries(ask: Ask) -> int:
    client = Client(enforce_csrf_checks=False)
    headers = dict(ask.headers)
    for part in filter(None, headers.pop("Cookie", "").split("; ")):
        name, _equals, value = part.partition("=")
        client.cookies[name] = value
    with CaptureQueriesContext(connection) as queries:
        client.generic(
            ask.method,
            ask.path,
            ask.body,
            content_type=headers.get("Content-Type", "text/html"),
            headers={"Host": "127.0.0.1", "Accept": headers.get("Accept", "text/html")},
        )
    return len(
        [q for q in queries if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    )


def report(name: str, queries: int | None, results: list[Result], floor: list[Result]) -> None:
    for result, bare in zip(results, floor, strict=True):
        print(
            f"{name:<26}{'' if queries is None else queries:>8}{result.clients:>9}"
            f"{result.per_second:>10.0f}{result.p95:>10.1f}{result.cpu:>9.1f}"
            f"{result.cpu / bare.cpu if bare.cpu else 0:>8.1f}{result.failures:>7}",
            flush=True,
        )


def run(seed: Seed, environment: dict[str, str]) -> dict[str, object]:
    table: dict[str, object] = {}
    header = ("page", "queries", "clients", "req/s", "p95 ms", "cpu ms", "× floor", "bad")
    print("\n{:<26}{:>8}{:>9}{:>10}{:>10}{:>9}{:>8}{:>7}".format(*header))
    with server("bench.floor:application", FLOOR_PORT, environment) as pid:
        floor = [
            load(FLOOR_PORT, [Ask("/")], clients=n, seconds=SECONDS, server=pid) for n in CLIENTS
        ]
    report("floor: bare view", 1, floor, floor)
    table["floor"] = [asdict(result) for result in floor]
    with server("lms.wsgi:application", PORT, environment) as pid:

        def measure(name: str, asks: list[list[Ask]], *, forever: bool) -> None:
            queries = count_queries(asks[0].pop() if not forever else asks[0][0])
            results = [
                load(PORT, batch, clients=n, seconds=SECONDS * 4, server=pid, forever=False)
                if not forever
                else load(PORT, batch, clients=n, seconds=SECONDS, server=pid)
                for n, batch in zip(CLIENTS, asks, strict=True)
            ]
            report(name, queries, results, floor)
            table[name] = {"queries": queries, "runs": [asdict(result) for result in results]}

        for name, asks in reading(seed).items():
            measure(name, [asks] * len(CLIENTS), forever=True)
        batches = [saving(seed, 100 + 120 * i, 60) for i in range(len(CLIENTS))]
        measure("save an answer", batches, forever=False)
        batches = [submitting(seed, 1000 + 300 * i, 200) for i in range(len(CLIENTS))]
        measure("submit 20 questions", batches, forever=False)
    return table


def enter_rosters(database: str) -> dict[str, dict[str, float]]:
    """Fifty thousand people entered by a list, then all of them corrected by another."""
    from bench import roster

    print(f"\nA list of {roster.ROWS} rows:")
    with TemporaryDirectory() as folder:
        found = roster.measure(database, Path(folder))
    for name, told in found.items():
        print(
            f"  {name}: checked in {told['check']:.0f} s, written in {told['write']:.0f} s"
            f" ({told['cpu']:.0f} s of processor), at most {told['peak_mb']:.0f} MB"
        )
    return found


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "lms.settings"
    os.environ.setdefault("BASE_URL", f"http://127.0.0.1:{PORT}")
    os.environ.setdefault("SECOND_STEP", "0")  # its visitors have no phones
    django.setup()
    from bench import tree
    from bench.seeding import seed

    name = connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        print(f"{'tree, 10 years':<26}{'median ms':>10}{'slowest':>10}")
        questions = tree.measure()
        act = tree.reorganise()
        print(f"Seeding ({connection.vendor}) …")
        seeded = seed()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        environment = os.environ | {"DATABASE_URL": database_address(name)}
        table = run(seeded, environment)
        rosters = enter_rosters(environment["DATABASE_URL"])
        found = {
            "date": date.today().isoformat(),
            "database": connection.vendor,
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "seeding_seconds": seeded.timings,
            "tree": questions,
            "reorganisation_seconds": act,
            "pages": table,
            "rosters": rosters,
        }
        (HOUSE / "var").mkdir(exist_ok=True)
        (HOUSE / "var" / "bench.json").write_text(json.dumps(found, indent=2))
    finally:
        connection.creation.destroy_test_db(
            os.environ["DATABASE_URL"].rsplit("/", 1)[1], verbosity=0
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
