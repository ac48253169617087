"""Multiple choice, true or false, and the single choices of sets and summaries."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from h5p.scoring.fields import Params, flag, group, groups, number, text, texts
from h5p.scoring.marks import NOTHING, Mark, Part
from h5p.scoring.plain import plain

ONE = Decimal(1)


def picked(response: str | None) -> list[str]:
    """`0[,]2` is the first and the third."""
    picks = (pick.strip() for pick in (response or "").split("[,]"))
    return list(dict.fromkeys(pick for pick in picks if pick))


def weigh(options: Sequence[str], right: set[str], picks: Sequence[str]) -> tuple[Part, ...]:
    """What was picked, then what was missed. What is no option counts as a wrong pick."""
    words = {str(at): option for at, option in enumerate(options)}
    hits = [
        Part(words.get(pick, pick), words[pick] if pick in right else "", pick in right)
        for pick in picks
    ]
    left = right.difference(picks)
    missed = [option for at, option in words.items() if at in left]
    return (*hits, *(Part("", option, False) for option in missed))


def balance(parts: Sequence[Part]) -> Decimal:
    """Right picks less wrong ones, never below nothing."""
    hits = sum(part.correct for part in parts)
    misses = sum(bool(part.given) and not part.correct for part in parts)
    return Decimal(max(hits - misses, 0))


def listed(words: Sequence[str]) -> str:
    return "; ".join(word for word in words if word)


def multiple_choice(params: Params, response: str | None) -> Mark:
    answers = groups(params, "answers")
    options = [plain(text(answer, "text")) for answer in answers]
    right = {str(at) for at, answer in enumerate(answers) if flag(answer, "correct", False)}
    picks = picked(response)
    parts = weigh(options, right, picks)
    most = Decimal(len(right)) or ONE
    points = balance(parts)
    if not right:  # picking nothing is the answer
        points = ONE if response is not None and not picks else NOTHING
    behaviour = group(params, "behaviour")
    if flag(behaviour, "singlePoint", False):
        enough = number(behaviour, "passPercentage", 100)
        most, points = ONE, ONE if points and 100 * points >= enough * most else NOTHING
    elif _is_single(behaviour, right):
        most, points = ONE, points if len(picks) <= 1 else NOTHING
    words = {str(at): option for at, option in enumerate(options)}
    return Mark(
        points,
        most,
        question=plain(text(params, "question")),
        given=listed([words.get(pick, pick) for pick in picks]),
        right=listed([option for at, option in words.items() if at in right]),
        parts=parts,
    )


def _is_single(behaviour: Params, right: set[str]) -> bool:
    kind = text(behaviour, "type") or "auto"
    return kind == "single" or (kind == "auto" and len(right) == 1)


def true_false(params: Params, response: str | None) -> Mark:
    names = group(params, "l10n")
    words = {
        "true": plain(text(names, "trueText")) or "true",
        "false": plain(text(names, "falseText")) or "false",
    }
    right = "true" if flag(params, "correct", False) else "false"
    given = words.get(response or "", response or "")
    return Mark(
        ONE if response == right else NOTHING,
        ONE,
        question=plain(text(params, "question")),
        given=given,
        right=words[right],
        parts=(Part(given, words[right], response == right),),
    )


def first_is_right(params: Params, response: str | None) -> Mark:
    """One choice of a single choice set: answers are shuffled only on the screen."""
    return _first(plain(text(params, "question")), texts(params, "answers"), response)


def first_try(params: Params, response: str | None) -> Mark:
    """One list of a summary: every try is told, and only a right first one counts."""
    return _first("", texts(params, "summary"), response)


def _first(question: str, answers: Sequence[str], response: str | None) -> Mark:
    options = [plain(answer) for answer in answers]
    picks = picked(response)
    parts = weigh(options, {"0"} if options else set(), picks)
    return Mark(
        ONE if options and picks == ["0"] else NOTHING,
        ONE,
        question=question,
        given=listed([part.given for part in parts]),
        right=options[0] if options else "",
        parts=parts,
    )
