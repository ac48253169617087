"""The API keeps what its description promises, whatever is sent: schemathesis makes up requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as promised

from exchange.keying import create_key
from kit.limiting import counts
from lms import middleware
from lms.wsgi import application
from tests import cast
from tests.exchange.building import ALL

EXAMPLES = 6
CHECKS = [
    not_a_server_error,
    promised.status_code_conformance,
    promised.content_type_conformance,
    promised.response_schema_conformance,
]


def described() -> Any:
    """The description as it is served."""
    generator = SchemaGenerator()
    told = generator.get_schema(request=None, public=True)
    return json.loads(OpenApiJsonRenderer().render(told, renderer_context={}))


schema = schemathesis.openapi.from_dict(described())
schema.app = application


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests go to the application itself, which would close the test's connection."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def token(db: None, one_connection: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A key that may do all, and never too often."""
    monkeypatch.setattr(middleware, "KEY_REQUESTS", 10**6)
    counts().clear()
    cast.build_units()
    _key, token = create_key("HRM", source="hrm", abilities=ALL, by=cast.make_admin())
    return token


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # one world for all requests
)
def test_whatever_is_sent_is_answered_as_described(case: Any, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    case.call_and_validate(headers=headers, checks=CHECKS)
