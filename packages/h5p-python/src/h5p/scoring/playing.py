"""Scores answers to the content of a package as it lies in its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike

from h5p.archive import Archive
from h5p.package import CONTENT, LIMITS, read_package
from h5p.problems import InvalidPackage, Problem
from h5p.scoring.fields import Params
from h5p.scoring.judging import score
from h5p.scoring.kinds import Registry
from h5p.scoring.marks import Outcome
from h5p.scoring.official import OFFICIAL
from h5p.scoring.submission import Statement


def score_package(
    path: str | PathLike[str], submission: Statement, *, registry: Registry = OFFICIAL
) -> Outcome:
    """Raises InvalidPackage, InvalidSubmission, or OSError when there is no such file."""
    manifest = read_package(path, LIMITS).manifest
    with Archive(path, LIMITS) as archive:
        params = _parse(archive.read(CONTENT, LIMITS.json_bytes))
    return score(manifest.main_library, params, submission, title=manifest.title, registry=registry)


def _parse(content: bytes) -> Params:
    try:
        params = json.loads(content.decode("utf-8"), parse_float=str)
    except (ValueError, RecursionError) as error:
        problem = Problem("json", CONTENT, "is not readable JSON in UTF-8")
        raise InvalidPackage([problem]) from error
    if not isinstance(params, Mapping):
        raise InvalidPackage([Problem("json", CONTENT, "is not a JSON object")])
    return params
