"""Patterns that come with packages: run with a time limit, since one can run for years."""

from __future__ import annotations

import time
from dataclasses import dataclass

import regex

LENGTH = 500  # characters; compiling takes time too


@dataclass
class PatternClock:
    """The seconds that all patterns of one content may take together, and one of them alone."""

    left: float = 0.5
    each: float = 0.1

    def matches(self, text: str, pattern: str, flags: str = "") -> bool:
        """Whether a JavaScript pattern is found in the text.

        A pattern that cannot be read here says nothing against a text: its author tried it in
        a browser. Raises TimeoutError when it takes too long.
        """
        if self.left <= 0 or len(pattern) > LENGTH:
            raise TimeoutError
        begun = time.monotonic()
        try:
            chosen = regex.IGNORECASE if "i" in flags else 0
            compiled = regex.compile(pattern, chosen | regex.VERSION0)
            return compiled.search(text, timeout=min(self.each, self.left)) is not None
        except (regex.error, RecursionError, OverflowError, ValueError, IndexError, KeyError):
            return True
        finally:
            self.left -= time.monotonic() - begun
