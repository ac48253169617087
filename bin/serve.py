"""The demo: prepares its database, then serves pages and does queued work until stopped.

With the word `tables` it only makes the tables, while something else builds the pages.

All children stay in this process group; when this process ends, for whatever reason, they end.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import FrameType

HOUSE = Path(__file__).resolve().parent.parent
VAR = HOUSE / "var"
PORT = int(os.environ.get("PORT") or 8000)
ADDRESS = f"http://127.0.0.1:{PORT}"
EMBEDDED = {
    "DEMO": "1",
    "DEBUG": "0",
    "HOST": "127.0.0.1",
    "PORT": str(PORT),
    "BASE_URL": ADDRESS,
    "DATABASE_URL": f"sqlite:///{VAR / 'kheo.sqlite3'}",
    "REDIS_URL": "",
    "STORAGE_URL": str(VAR / "uploads"),
    "WORKER_PROCESSES": "1",
    "PYTHONWARNINGS": "ignore:You're running the worker",
}
PREPARED_BY = ["uv.lock", "*/migrations/*.py", "lms/demo/**/*", "lms/management/**/*.py"]
PATIENCE = 120.0
ENDINGS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]

Child = subprocess.Popen[bytes]
_libc = ctypes.CDLL(None, use_errno=True)
_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36


class Stopped(Exception):
    """Someone asked the demo to end."""


def stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def say(text: str) -> None:
    print(text, flush=True)


def fingerprint() -> str:
    """Changes whenever the demo's database has to be looked at again."""
    seen = hashlib.sha256(f"{ADDRESS} {time.strftime('%x')}".encode())
    for pattern in PREPARED_BY:
        for path in sorted(HOUSE.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                seen.update(str(path.relative_to(HOUSE)).encode() + path.read_bytes())
    return seen.hexdigest()


def make_tables(environment: dict[str, str]) -> int:
    VAR.mkdir(exist_ok=True)
    say("Making the tables …")
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    code = subprocess.run(command, cwd=HOUSE, env=environment, check=False).returncode
    if code == 0:
        (VAR / ".tables").touch()
    return code


def prepare(environment: dict[str, str]) -> None:
    marker, now = VAR / "demo.prepared", fingerprint()
    written = [VAR / "kheo.sqlite3", VAR / "demo.json", marker]
    if all(path.exists() for path in written) and marker.read_text() == now:
        return
    VAR.mkdir(exist_ok=True)
    marker.unlink(missing_ok=True)
    say("Preparing the demo data …")
    command = [sys.executable, "manage.py", "demo"]
    subprocess.run(command, cwd=HOUSE, env=environment, check=True)
    marker.write_text(now)


def refuse_a_taken_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            sys.exit(f"Port {PORT} is in use. Choose another: PORT={PORT + 1} make demo")


def die_with_parent() -> None:
    _libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def start(command: list[str], environment: dict[str, str]) -> Child:
    return subprocess.Popen(command, cwd=HOUSE, env=environment, preexec_fn=die_with_parent)


def is_up() -> bool:
    try:
        with urllib.request.urlopen(f"{ADDRESS}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def ended(children: list[Child]) -> int | None:
    """The exit code of a child that ended; None while all run. A silent end is a failure too."""
    for child in children:
        if (code := child.poll()) is not None:
            return 128 - code if code < 0 else code or 1
    return None


def announce() -> None:
    demo = json.loads((VAR / "demo.json").read_text(encoding="utf-8"))
    say(f"\nKhéo is ready: {ADDRESS}/   (Ctrl-C ends it)\n")
    say(f"  {'role':<10} {'sign in as':<24} password")
    for role, account in demo["accounts"].items():
        say(f"  {role:<10} {account['username']:<24} {account['password']}")
    say("")
    for name in ["course", "lesson", "paper", "certificate", "indicator"]:
        if address := demo.get(f"{name}_url"):
            say(f"  {name:<12} {address}")


def serve(environment: dict[str, str]) -> int:
    """Pages first, since someone waits for them; then the worker. Both, or neither."""
    say("Starting …")
    children = [start(["bin/web"], environment)]
    deadline = time.monotonic() + PATIENCE
    while not is_up():
        if (code := ended(children)) is not None:
            return code
        if time.monotonic() > deadline:
            say(f"{ADDRESS}/healthz did not answer within {PATIENCE:.0f} seconds.")
            return 1
        time.sleep(0.1)
    children.append(start(["bin/worker", "--pool", "solo", "--beat"], environment))
    announce()
    while (code := ended(children)) is None:
        time.sleep(0.5)
    return code


def below() -> list[int]:
    """Our children, and what they left to us when they died."""
    me = os.getpid()
    return [int(pid) for pid in Path(f"/proc/{me}/task/{me}/children").read_text().split()]


def finish() -> None:
    """Ends everything below us: asked once, and after ten seconds no longer asked."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)
    deadline = time.monotonic() + 10
    asked: set[int] = set()
    while running := below():
        is_late = time.monotonic() > deadline
        for pid in running:
            if is_late:
                os.kill(pid, signal.SIGKILL)
            elif pid not in asked:
                os.kill(pid, signal.SIGTERM)
                asked.add(pid)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.05)


def main() -> int:
    if sys.argv[1:] == ["tables"]:
        return make_tables(os.environ | EMBEDDED)
    refuse_a_taken_port()
    _libc.prctl(_SET_CHILD_SUBREAPER, 1)
    for number in ENDINGS:
        signal.signal(number, stop)
    environment = os.environ | EMBEDDED
    try:
        prepare(environment)
        return serve(environment)
    except subprocess.CalledProcessError as failure:
        return failure.returncode
    except Stopped:
        say("\nStopping …")
        return 0
    finally:
        finish()


if __name__ == "__main__":
    sys.exit(main())
