"""The commands of docker-compose.yml, started as they stand there, on PostgreSQL and Redis.

No container engine is needed: the file says what runs, and the same is run here, with two web
processes side by side.
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from redis import Redis

from tests.chromium import chromium_running
from tests.walkthrough import walk

HOUSE = Path(__file__).resolve().parents[2]
COMPOSE = HOUSE / "docker-compose.yml"
SECRETS = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "MATCH_KEY": secrets.token_urlsafe(50),
    "FIELD_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "POSTGRES_PASSWORD": secrets.token_urlsafe(20),
}
PASSWORD = secrets.token_urlsafe(12)

pytestmark = pytest.mark.deployment


@dataclass
class Deployed:
    addresses: list[str]  # of two web processes that share everything but memory
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]]

    def manage(self, *words: str) -> None:
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=HOUSE, env=self.environment, check=True)


class Visitor:
    """A browser without pages: keeps cookies, follows redirects."""

    def __init__(self) -> None:
        self.cookies = http.cookiejar.CookieJar()
        handler = urllib.request.HTTPCookieProcessor(self.cookies)
        self.opener = urllib.request.build_opener(handler)

    def open(self, address: str, form: dict[str, str] | None = None) -> str:
        request = urllib.request.Request(address, headers={"Referer": address})
        if form is not None:
            request.data = urllib.parse.urlencode(form).encode()
        with self.opener.open(request, timeout=20) as answer:
            return str(answer.read().decode())

    def sign_in(self, address: str, username: str, password: str) -> None:
        door = f"{address}/tai-khoan/dang-nhap/"
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.open(door))
        assert token
        form = {"csrfmiddlewaretoken": token[1], "login": username, "password": password}
        self.open(door, form)


def command_of(service: str) -> list[str]:
    compose = yaml.safe_load(COMPOSE.read_text())
    return list(compose["services"][service]["command"])


def health_check_of(service: str) -> list[str]:
    compose = yaml.safe_load(COMPOSE.read_text())
    kind, *words = compose["services"][service]["healthcheck"]["test"]
    return ["sh", "-c", words[0].replace("$$", "$")] if kind == "CMD-SHELL" else words


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_so: Callable[[], Any], what: str, patience: float = 120) -> None:
    deadline = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < deadline, f"not within {patience:.0f} s: {what}"
        time.sleep(0.1)


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def own_database() -> Iterator[str]:
    server = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    name = f"kheo_deployed_{os.getpid()}"
    before, _, _ = server.path.rpartition("/")
    with psycopg.connect(**connection_of(server), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield server._replace(path=f"{before}/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def connection_of(server: urllib.parse.SplitResult) -> dict[str, Any]:
    folder, _, name = server.path.removeprefix("/").rpartition("/")
    return {
        "host": folder or server.hostname,
        "port": server.port,
        "user": server.username,
        "password": server.password,
        "dbname": name,
    }


@contextmanager
def own_redis() -> Iterator[str]:
    address = urllib.parse.urlsplit(os.environ["REDIS_URL"])._replace(path="/15").geturl()
    with Redis.from_url(address) as client:
        client.flushdb()
        yield address
        client.flushdb()


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=HOUSE, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pytest.skip("needs PostgreSQL and Redis: python bin/with_servers.py pytest -m deployment")
    folder = tmp_path_factory.mktemp("deployed")
    ports = [free_port(), free_port()]
    addresses = [f"http://127.0.0.1:{port}" for port in ports]
    with ExitStack() as stack:
        environment = os.environ | SECRETS
        environment |= {
            "PRODUCTION": "1",
            "DEMO": "0",
            "DEBUG": "0",
            "BASE_URL": addresses[0],
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": stack.enter_context(own_database()),
            "REDIS_URL": stack.enter_context(own_redis()),
            "STORAGE_URL": str(folder / "uploads"),
            "WORKER_PROCESSES": "1",
            "PYTHONWARNINGS": "ignore:You're running the worker",
        }
        subprocess.run(command_of("migrate"), cwd=HOUSE, env=environment, check=True)
        schedule = ["--schedule", str(folder / "schedule")]
        commands = {
            "web 1": (command_of("web"), {"PORT": str(ports[0])}),
            "web 2": (command_of("web"), {"PORT": str(ports[1])}),
            "worker": (command_of("worker"), {}),
            "scheduler": (command_of("scheduler") + schedule, {}),
        }
        processes = {
            name: stack.enter_context(running(command, environment | own))
            for name, (command, own) in commands.items()
        }
        for address in addresses:
            wait_until(partial(is_ready, address), f"{address}/readyz")
        yield Deployed(addresses, environment, processes)


@pytest.fixture(scope="module")
def account(deployed: Deployed) -> str:
    create = "from accounts.models import User; User.objects.create_user"
    deployed.manage(
        "shell", "-v0", "-c", f"{create}('can.bo', password={PASSWORD!r}, full_name='Lò Thị Én')"
    )
    return "can.bo"


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="needs docker-compose")
def test_the_compose_file_is_valid_with_nothing_but_its_env_file() -> None:
    command = ["docker-compose", "--env-file", ".env.example", "--file", COMPOSE.name, "config"]
    environment = os.environ | SECRETS
    subprocess.run([*command, "--quiet"], cwd=HOUSE, env=environment, check=True)


def test_every_service_says_how_it_fares() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    assert {"web", "worker", "scheduler", "database", "redis", "proxy"} <= set(services)
    assert all("healthcheck" in service for service in services.values())


def test_both_web_processes_answer(deployed: Deployed) -> None:
    visitor = Visitor()
    for address in deployed.addresses:
        assert "Khéo" in visitor.open(f"{address}/")


def test_who_signs_in_at_one_process_is_known_at_the_other(
    deployed: Deployed, account: str
) -> None:
    visitor = Visitor()
    visitor.sign_in(deployed.addresses[0], account, PASSWORD)
    for address in deployed.addresses:
        assert "Lò Thị Én" in visitor.open(f"{address}/tai-khoan/")


def test_static_files_are_named_by_their_content_and_kept_for_long(deployed: Deployed) -> None:
    page = Visitor().open(f"{deployed.addresses[1]}/")
    sheet = re.search(r'href="(/static/css/main\.[0-9a-f]{12}\.css)"', page)
    assert sheet
    with urllib.request.urlopen(deployed.addresses[0] + sheet[1]) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_the_walkthrough_goes_through_both_web_processes_and_the_worker(
    deployed: Deployed,
) -> None:
    deployed.manage("shell", "-v0", "-c", "from tests.walkthrough import prepare; prepare()")
    with chromium_running() as browser:
        walk(browser, deployed.addresses)
    deployed.manage("recompute", "--check")
    deployed.manage("verify_register")


@pytest.mark.parametrize("service", ["web", "worker"])
def test_its_health_check_finds_it_well(deployed: Deployed, service: str) -> None:
    port = deployed.addresses[1].rpartition(":")[2]
    environment = deployed.environment | {"PORT": port, "HOSTNAME": socket.gethostname()}
    check = health_check_of(service)
    wait_until(lambda: subprocess.call(check, cwd=HOUSE, env=environment) == 0, f"{service} well")


def test_everything_is_still_running_and_ends_when_asked(deployed: Deployed) -> None:
    assert {name for name, p in deployed.processes.items() if p.poll() is not None} == set()
    for process in deployed.processes.values():
        process.terminate()
    codes = {name: process.wait(20) for name, process in deployed.processes.items()}
    assert codes == dict.fromkeys(deployed.processes, 0)
