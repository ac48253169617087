"""What every test stands on: a database file of its own, its own folders, the cast."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.db import connection
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from cadres import attesting
from kit.limiting import counts
from operations import journalling

hypothesis.register_profile(
    "kheo", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.load_profile("kheo")


# --- Database, cache, queue, files: never those of the demo ------------------------------------
@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A folder for files, static names that need no build."""
    folder = tmp_path_factory.mktemp("var")
    with override_settings(
        VAR=folder,
        MEDIA_ROOT=str(folder / "uploads"),
        STORAGES=settings.STORAGES
        | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
        WHITENOISE_AUTOREFRESH=True,
        CACHES=_own_caches(folder),
        SECOND_STEP=False,  # as in the demo; where it matters a test asks for it
    ):
        yield folder


@pytest.fixture(scope="session", autouse=True)
def own_queue() -> Any:
    """Tasks are done where they are sent (Celery's eager mode does not know `send_task`)."""
    current_app.loader.import_default_modules()
    current_app.conf.update(broker_url="memory://", broker_transport_options={})

    def do(name: str, args: Any = (), **_options: Any) -> None:
        current_app.tasks[name].apply(args, throw=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Celery, "send_task", staticmethod(do))
        yield


def _own_caches(folder: Path) -> dict[str, Any]:
    """Parallel test processes share a Redis, not its databases."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    caches = {name: dict(cache) for name, cache in settings.CACHES.items()}
    caches["signs"]["LOCATION"] = str(folder / "signs")
    if settings.REDIS_URL:
        address = urlsplit(settings.REDIS_URL)._replace(path=f"/{int(worker) + 1}").geturl()
        for cache in caches.values():
            cache["LOCATION"] = address
    return caches


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings: None
) -> None:
    """SQLite is tried in a file, with its real locks, not in memory."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        name = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(name)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests with real transactions empty the tables afterwards, which on SQLite is deleting."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            for trigger in (
                "operations_entry_kept",
                "operations_link_kept",
                "operations_unit_kept",
            ):
                connection.cursor().execute(f"DROP TRIGGER IF EXISTS {trigger}")


@pytest.fixture(scope="module", autouse=True)
def nothing_lies_about(django_db_blocker: Any) -> Iterator[None]:
    """What was rolled back still lies in PostgreSQL's tables, and nothing else clears it away."""
    yield
    is_tested = str(connection.settings_dict["NAME"]).startswith("test_")
    if connection.vendor == "postgresql" and is_tested:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("VACUUM")


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is open among people is counted anew each time."""
    monkeypatch.setattr(attesting._lately, "default_timeout", 0)
    attesting._lately.clear()


@pytest.fixture(autouse=True)
def nothing_waits_to_be_linked() -> None:
    """What a test wrote to the journal is rolled back, and never linked."""
    journalling._waiting.__dict__.clear()


@pytest.fixture(autouse=True)
def nobody_has_asked_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a minute end while a test counts how often one may ask."""
    monkeypatch.setattr("kit.limiting.time", lambda: 0.0)
    counts().clear()


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: collecting need not go through it again and again."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    is_postgresql = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    met = {"postgresql": is_postgresql, "redis": bool(settings.REDIS_URL)}
    for item in items:
        for need, is_met in met.items():
            if not is_met and item.get_closest_marker(need):
                item.add_marker(pytest.mark.skip(reason=f"needs {need}"))
