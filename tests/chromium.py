"""A real browser for the tests: Chromium, driven by Playwright."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

# One that is installed; else the one `playwright install chromium` brings.
INSTALLED = [Path("/usr/bin/chromium"), Path("/usr/bin/chromium-browser")]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "is_mobile": True,
    "has_touch": True,
    "locale": "vi-VN",
    "timezone_id": "Asia/Ho_Chi_Minh",
}


@contextmanager
def chromium_running() -> Iterator[Browser]:
    # Playwright's loop lives in this thread; Django would take its queries here for async ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    path = next((str(path) for path in INSTALLED if path.exists()), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()
