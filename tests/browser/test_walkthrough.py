"""The whole story against a server in this process, on embedded parts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser

from certificates.verifying import register_faults
from tests.walkthrough import prepare, walk


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_a_roster_to_an_indicator_that_moved_by_one_person(
    chromium: Browser, live_server: Any, settings: Any
) -> None:
    settings.BASE_URL = live_server.url
    settings.SECOND_STEP = True
    prepare()
    walk(chromium, [live_server.url])
    call_command("recompute", "--check")
    assert list(register_faults()) == []
