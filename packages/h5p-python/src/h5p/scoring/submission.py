"""The answers a browser hands in: `instance.getXAPIData()`, a tree of xAPI statements.

Only responses and the ids that say where they belong are read. Scores, success, verbs, actors
and the definitions of the questions are the browser's word, and are not even looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import parse_qs, urlsplit

_CONTENT_ID = "http://h5p.org/x-api/h5p-local-content-id"
_SUB_CONTENT_ID = "http://h5p.org/x-api/h5p-subContentId"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # what databases and UTF-8 refuse


@dataclass(frozen=True)
class SubmissionLimits:
    bytes: int = 1024 * 1024
    statements: int = 2_000
    depth: int = 12
    response: int = 20_000  # characters
    id: int = 200  # characters


LIMITS = SubmissionLimits()


class InvalidSubmission(Exception):
    """The answers handed in are not such as this content's player sends."""

    def __init__(self, place: str, message: str) -> None:
        self.place = place  # "children[2].statement.result.response"; empty for the whole
        self.message = message
        super().__init__(f"{place}: {message}" if place else message)


@dataclass(frozen=True)
class Statement:
    place: str
    content_id: str
    sub_content_id: str
    response: str | None
    children: tuple[Statement, ...] = ()

    def tree(self) -> Iterator[Statement]:
        yield self
        for child in self.children:
            yield from child.tree()


def read_submission(
    content: bytes | str | Mapping[str, object], limits: SubmissionLimits = LIMITS
) -> Statement:
    """Reads JSON, or what has been parsed from it. Raises InvalidSubmission, nothing else."""
    if not isinstance(content, Mapping):
        if len(content) > limits.bytes:
            raise InvalidSubmission("", f"is larger than {limits.bytes:,} bytes")
        content = _parse(content)
    return _Reader(limits).node(content, "", 0)


def _parse(content: bytes | str) -> Mapping[str, object]:
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        tree = json.loads(text, parse_float=str, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidSubmission("", "is not readable JSON in UTF-8") from error
    return _object(tree, "")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


class _Reader:
    def __init__(self, limits: SubmissionLimits) -> None:
        self.limits = limits
        self.statements = 0

    def node(self, value: object, place: str, depth: int) -> Statement:
        self.statements += 1
        if self.statements > self.limits.statements:
            raise InvalidSubmission("", f"has more than {self.limits.statements:,} statements")
        if depth > self.limits.depth:
            raise InvalidSubmission("", f"is deeper than {self.limits.depth} levels")
        node = _object(value, place)
        within = f"{place}.statement" if place else "statement"
        if "statement" not in node:
            raise InvalidSubmission(within, "is missing")
        statement = _object(node["statement"], within)
        result = _field(statement, "result", within)
        about = _field(statement, "object", within)
        definition = _field(about, "definition", f"{within}.object")
        extensions = _field(definition, "extensions", f"{within}.object.definition")
        return Statement(
            place=place,
            content_id=self.text(extensions.get(_CONTENT_ID), within, self.limits.id) or "",
            sub_content_id=self.sub_content_id(extensions, about, within),
            response=self.text(
                result.get("response"), f"{within}.result.response", self.limits.response
            ),
            children=tuple(self.children(node, place, depth)),
        )

    def children(self, node: Mapping[str, object], place: str, depth: int) -> Iterator[Statement]:
        children = node.get("children")
        children = [] if children is None else children
        within = f"{place}.children" if place else "children"
        if not isinstance(children, list | tuple):
            raise InvalidSubmission(within, "must be a list")
        for at, child in enumerate(children):
            if child is not None:  # a course presentation leaves holes
                yield self.node(child, f"{within}[{at}]", depth + 1)

    def sub_content_id(
        self, extensions: Mapping[str, object], about: Mapping[str, object], place: str
    ) -> str:
        told = self.text(extensions.get(_SUB_CONTENT_ID), place, self.limits.id)
        return told or _from_address(about.get("id"), self.limits.bytes)

    def text(self, value: object, place: str, limit: int) -> str | None:
        if value is None:
            return None
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int) and abs(value) < 10**18:
            return str(value)
        if not isinstance(value, str):
            raise InvalidSubmission(place, "must be text")
        if len(value) > limit:
            raise InvalidSubmission(place, f"is longer than {limit:,} characters")
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)


def _object(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise InvalidSubmission(place, "must be an object")
    return value


def _field(parent: Mapping[str, object], name: str, place: str) -> Mapping[str, object]:
    value = parent.get(name)
    return {} if value is None else _object(value, f"{place}.{name}")


def _from_address(address: object, limit: int) -> str:
    """`https://…?subContentId=…`, which is all some types send."""
    if not isinstance(address, str) or len(address) > limit:
        return ""
    try:
        return parse_qs(urlsplit(address).query).get("subContentId", [""])[0]
    except ValueError:
        return ""
