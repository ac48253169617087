"""The API's pages for people: made from its own description, so they cannot differ from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

Schema = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A field of an answer; those of a nested one stand deeper."""

    name: str
    kind: str
    text: str
    depth: int
    is_null: bool


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    summary: str
    askers: list[str]
    parameters: list[Schema]
    sent: list[Field]
    example: str
    answers: list[str]
    fields: list[Field]

    @property
    def anchor(self) -> str:
        path = self.path.strip("/").replace("/", "-").replace("{", "").replace("}", "")
        return f"{self.method.lower()}-{path}"

    @property
    def can_be_opened(self) -> bool:
        return self.method == "GET" and "{" not in self.path and "session" in self.askers


def only_ours(endpoints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Of all that speaks JSON in the house, what is promised to the outside."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def with_refusals(result: Schema, **_kwargs: Any) -> Schema:
    """What any operation may answer at the door: sign in, may not, not found, wait."""
    problem = {"$ref": "#/components/schemas/Problem"}
    for told in (told for methods in result["paths"].values() for told in methods.values()):
        for status in (401, 403, 404, 429):
            content = {"application/json": {"schema": problem}}
            told["responses"].setdefault(str(status), {"content": content, "description": ""})
    return result


@cache
def operations(language: str) -> list[Operation]:
    """Once a process and a language: the description changes only with the code."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    found = []
    for path, methods in schema["paths"].items():
        if "/schema/" in path:
            continue
        found += [_operation(schema, path, method, told) for method, told in methods.items()]
    return found


def _operation(schema: Schema, path: str, method: str, told: Schema) -> Operation:
    sent = _content(told.get("requestBody", {}))
    return Operation(
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        askers=[scheme for way in told.get("security", [{}]) for scheme in way or ["anyone"]],
        parameters=told.get("parameters", []),
        sent=list(_fields(schema, sent.get("schema", {}), 0)),
        example=_example(sent),
        answers=sorted(told["responses"]),
        fields=list(_fields(schema, _content(told["responses"]["200"])["schema"], 0)),
    )


def _content(part: Schema) -> Schema:
    """What is said of a body: its form, and examples."""
    return next(iter(part.get("content", {}).values()), {})


def _example(sent: Schema) -> str:
    examples = [example["value"] for example in sent.get("examples", {}).values()]
    return json.dumps(examples[0], ensure_ascii=False, indent=2) if examples else ""


def _resolved(schema: Schema, part: Schema) -> Schema:
    """What a reference, or the only one of several, stands for."""
    for key in ("allOf", "oneOf"):
        if key in part:
            part = {**part, **part[key][0]}
    if "$ref" not in part:
        return part
    name = part["$ref"].rsplit("/", 1)[-1]
    return {**part, **schema["components"]["schemas"][name]}


def _fields(schema: Schema, part: Schema, depth: int) -> Iterator[Field]:
    part = _resolved(schema, part)
    if part.get("type") == "array":
        yield from _fields(schema, part["items"], depth)
        return
    for name, inner in part.get("properties", {}).items():
        whole = _resolved(schema, inner)
        yield Field(
            name=name,
            kind=_kind(schema, whole),
            text=inner.get("description", ""),
            depth=depth,
            is_null=bool(inner.get("nullable")),
        )
        yield from _fields(schema, whole, depth + 1)


def _kind(schema: Schema, part: Schema) -> str:
    if part.get("type") == "array":
        return f"[{_kind(schema, _resolved(schema, part['items']))}]"
    if "enum" in part:
        return " | ".join(str(value) for value in part["enum"] if value)
    return str(part.get("format") or part.get("type", "object"))


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html", {"operations": operations(get_language() or "vi")})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect("api:docs")


@csrf_exempt
def nothing(request: HttpRequest, path: str) -> JsonResponse:
    """An address under the API that leads nowhere."""
    detail = _("There is no such address. /api/v1/docs/ lists those there are.")
    return JsonResponse({"detail": detail}, status=404)
