"""Asking a server for pages with several clients at once, in a process of its own."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Ask:
    """One request: `status` is what must come back."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    status: int = 200


@dataclass(frozen=True)
class Result:
    """`p95` in milliseconds, `cpu` in milliseconds of the server a request."""

    clients: int
    requests: int
    per_second: float
    p95: float
    cpu: float
    failures: int


def _client(
    port: int, asks: Iterator[Ask], until: float, seen: list[float], bad: list[str]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for ask in asks:
        if time.perf_counter() > until:
            break
        begun = time.perf_counter()
        connection.request(ask.method, ask.path, ask.body or None, dict(ask.headers))
        response = connection.getresponse()
        response.read()
        seen.append(time.perf_counter() - begun)
        if response.status != ask.status:
            bad.append(f"{ask.method} {ask.path}: {response.status}")
    connection.close()


class _Shared:
    """Asks dealt to several threads, each once."""

    def __init__(self, asks: list[Ask], forever: bool) -> None:
        self.asks, self.forever = asks, forever
        self.next, self.lock = 0, threading.Lock()

    def __iter__(self) -> Iterator[Ask]:
        while True:
            with self.lock:
                number, self.next = self.next, self.next + 1
            if number >= len(self.asks) and not self.forever:
                return
            yield self.asks[number % len(self.asks)]


def _drive(
    port: int,
    asks: list[Ask],
    clients: int,
    seconds: float,
    forever: bool,
    send: Callable[..., None],
) -> None:
    shared = _Shared(asks, forever)
    seen: list[float] = []
    bad: list[str] = []
    begun = time.perf_counter()
    threads = [
        threading.Thread(target=_client, args=(port, iter(shared), begun + seconds, seen, bad))
        for _number in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    send((seen, bad, time.perf_counter() - begun))


def _cpu(pids: list[int]) -> float:
    """Seconds of processor used so far by the processes and their children."""
    total = 0.0
    for pid in pids:
        for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
            times = process.cpu_times()
            total += times.user + times.system
    return total


def load(
    port: int,
    asks: list[Ask],
    *,
    clients: int,
    seconds: float,
    server: int,
    forever: bool = True,
) -> Result:
    """Sends `asks` (again and again, or each once) for at most `seconds`."""
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    before = _cpu([server])
    driver = context.Process(
        target=_drive, args=(port, asks, clients, seconds, forever, sender.send)
    )
    driver.start()
    seen, bad, took = receiver.recv()
    driver.join()
    used = _cpu([server]) - before
    for line in sorted(set(bad))[:3]:
        print("   ", line)
    seen.sort()
    return Result(
        clients=clients,
        requests=len(seen),
        per_second=len(seen) / took,
        p95=seen[int(len(seen) * 0.95)] * 1000 if seen else 0.0,
        cpu=used * 1000 / max(1, len(seen)),
        failures=len(bad),
    )


def wait_until_up(port: int, path: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise SystemExit(f"Nothing answers on port {port}{path} of {Path.cwd().name}")
