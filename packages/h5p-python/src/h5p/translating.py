"""`language/<code>.json`: a library's labels in another language, laid over its semantics."""

from __future__ import annotations

from typing import Any

WORDS = ("label", "description", "placeholder", "entity", "default")


def path_of(code: str) -> str:
    """Where a library keeps the words of a language."""
    return f"language/{code}.json"


def translated(semantics: Any, language: Any) -> Any:
    """The value of a semantics.json with the words of a language file, matched by their places.

    What does not fit is left as the semantics say it; nothing but words is ever taken over.
    """
    words = language.get("semantics") if isinstance(language, dict) else None
    return _listed(semantics, words)


def _listed(fields: Any, words: Any) -> Any:
    if not isinstance(fields, list) or not isinstance(words, list):
        return fields
    told = [*words, *[None] * (len(fields) - len(words))]
    return [_one(field, said) for field, said in zip(fields, told, strict=False)]


def _one(field: Any, said: Any) -> Any:
    if not isinstance(field, dict) or not isinstance(said, dict):
        return field
    found = dict(field)
    for name in WORDS:
        # A default that is no text (true, 3) is no word.
        if isinstance(said.get(name), str) and isinstance(field.get(name, ""), str):
            found[name] = said[name]
    for name in ("fields", "options"):
        if isinstance(field.get(name), list):
            found[name] = _listed(field[name], said.get(name))
    if isinstance(field.get("field"), dict):
        found["field"] = _one(field["field"], said.get("field"))
    return found
