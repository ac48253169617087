"""`h5p check FILE`, `h5p info FILE` and `h5p score FILE RESPONSES`.

Exits 0: well; 1: refused, or a score that is not verified; 2: wrong use.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from h5p.package import Package, read_package
from h5p.problems import InvalidPackage
from h5p.scoring import InvalidSubmission, Outcome, State, read_submission, score_package
from h5p.scoring.submission import LIMITS


def main(words: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(words)
    try:
        package = read_package(asked.file)
        if asked.verb != "score":  # what answers are worth, the content alone tells
            package.refuse_gaps()
    except InvalidPackage as refusal:
        problems = [asdict(problem) for problem in refusal.problems]
        answer = {"file": asked.file, "valid": False, "problems": problems}
        if asked.verb == "score":
            answer |= {"state": "refused", "problem": str(refusal)}
        _tell(answer, _lines_of_refusal(asked.file, refusal), as_json=asked.json)
        return 1
    except OSError as error:
        return _misused(asked.file, error)
    if asked.verb == "score":
        return _score(asked)
    findings = _findings(package)
    answer = {"file": asked.file, "valid": True, "problems": []} | findings
    lines = [f"{asked.file}: valid", *_lines_of_findings(findings)]
    if asked.verb == "info":
        answer |= _facts(package)
        lines = [*_lines_of_facts(package), *_lines_of_findings(findings)]
    _tell(answer, lines, as_json=asked.json)
    return 0


def _misused(file: str, error: OSError) -> int:
    print(f"h5p: {file}: {error.strerror}", file=sys.stderr)
    return 2


def _score(asked: argparse.Namespace) -> int:
    answer: dict[str, Any] = {"file": asked.file, "responses": asked.responses}
    try:
        with Path(asked.responses).open("rb") as file:
            submission = read_submission(file.read(LIMITS.bytes + 1))
        outcome = score_package(asked.file, submission)
    except (InvalidPackage, InvalidSubmission) as refusal:
        answer |= {"state": "refused", "problem": str(refusal)}
        _tell(answer, [f"{asked.responses}: refused", f"  {refusal}"], as_json=asked.json)
        return 1
    except OSError as error:
        return _misused(asked.responses, error)
    _tell(answer | _marks(outcome), _lines_of_marks(outcome), as_json=asked.json)
    return 0 if outcome.state is State.VERIFIED else 1


def _marks(outcome: Outcome) -> dict[str, Any]:
    return {
        "state": outcome.state,
        "points": outcome.points,
        "maximum": outcome.maximum,
        "questions": [asdict(question) for question in outcome.questions],
    }


def _lines_of_marks(outcome: Outcome) -> list[str]:
    lines = [f"{outcome.state}: {outcome.points} of {outcome.maximum}"]
    for question in outcome.questions:
        marks = f"{question.points} of {question.maximum}"
        lines.append(f"  {marks:<8}  {question.question or question.library}")
        lines.append(f"    given   {question.given}")
        lines.append(f"    right   {question.right}")
        if question.reason:
            lines.append(f"    {question.state}: {question.reason}")
    return lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="h5p", description="Reads H5P packages.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, words in {
        "check": "say whether a package is sound, and what is wrong with it",
        "info": "say what a package is and which libraries it needs",
        "score": "say what answers to a package's content are worth",
    }.items():
        command = verbs.add_parser(verb, help=words, description=words.capitalize() + ".")
        command.add_argument("file", metavar="FILE")
        if verb == "score":
            given = "what getXAPIData() gave, as JSON"
            command.add_argument("responses", metavar="RESPONSES", help=given)
        command.add_argument("--json", action="store_true", help="answer for programs")
    return parser


def _tell(answer: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    print(
        json.dumps(answer, indent=2, default=str) if as_json else "\n".join(map(_printable, lines))
    )


def _printable(line: str) -> str:
    """A title from a stranger steers no terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)


def _findings(package: Package) -> dict[str, Any]:
    """Of a sound package: libraries, those that only an editor misses, what is not kept."""
    filtered = package.filtered()
    return {
        "libraries": [
            {
                "name": library.machine_name,
                "version": packaged.release.version,
                "license": packaged.release.license,
                "files": len(packaged.files),
                "bytes": packaged.size,
            }
            for library, packaged in sorted(package.libraries.items())
        ],
        "missing_in_editor": [str(library) for library in package.missing_in_editor],
        "changes": [asdict(note) for note in filtered.notes],
    }


def _lines_of_findings(findings: dict[str, Any]) -> list[str]:
    return [
        *[f"  has {one['name']} {one['version']}" for one in findings["libraries"]],
        *[f"  lacks {name}, only for editing" for name in findings["missing_in_editor"]],
        *[f"  content {note['place']}: {note['message']}" for note in findings["changes"]],
    ]


def _facts(package: Package) -> dict[str, Any]:
    manifest = package.manifest
    return {
        "title": manifest.title,
        "language": manifest.language,
        "main_library": str(manifest.main_library),
        "embed_types": list(manifest.embed_types),
        "dependencies": [str(library) for library in manifest.dependencies],
        "files": len(package.members),
        "bytes": package.size,
        "ignored": [member.name for member in package.ignored],
    }


def _lines_of_facts(package: Package) -> list[str]:
    facts = _facts(package)
    return [
        f"title         {facts['title']}",
        f"language      {facts['language']}",
        f"main library  {facts['main_library']}",
        f"embedded as   {', '.join(facts['embed_types'])}",
        f"files         {facts['files']:,} ({facts['bytes']:,} bytes)",
        *[f"needs         {library}" for library in facts["dependencies"]],
        *[f"ignored       {name}" for name in facts["ignored"]],
    ]


def _lines_of_refusal(file: str, refusal: InvalidPackage) -> list[str]:
    lines = [f"{file}: refused"]
    for problem in refusal.problems:
        lines.append(f"  {f'{problem.place}: ' if problem.place else ''}{problem.message}")
    return lines
