"""Makes what a browser hands in, as `getXAPIData()` gives it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from h5p import scoring

IDS = {
    "content": "http://h5p.org/x-api/h5p-local-content-id",
    "piece": "http://h5p.org/x-api/h5p-subContentId",
}


def answer(
    response: object = None, *children: Any, piece: str = "", content: object = 7, **result: Any
) -> dict[str, Any]:
    """One node of the tree; `result` may hold what a forger adds."""
    extensions = {IDS["content"]: content} | ({IDS["piece"]: piece} if piece else {})
    statement: dict[str, Any] = {
        "actor": {"account": {"name": "an"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
        "object": {"objectType": "Activity", "definition": {"extensions": extensions}},
        "result": result if response is None else {"response": response, **result},
    }
    return {"statement": statement} | ({"children": list(children)} if children else {})


def outcome(library: str, params: Any, given: Any, **more: Any) -> scoring.Outcome:
    return scoring.score(library, params, scoring.read_submission(given), **more)


def marks(library: str, params: Any, response: object) -> tuple[Decimal, Decimal]:
    """Points, and out of how many, for one response."""
    scored = outcome(library, params, answer(response))
    return scored.points, scored.maximum


def piece(library: str, params: Any, sub_content_id: str) -> dict[str, Any]:
    return {"library": library, "params": params, "subContentId": sub_content_id}
