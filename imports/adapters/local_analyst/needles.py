"""Finds which of many short texts stand in a long one, by the words that they stand in.

Most words hint at nothing, and people use the same ones over and over: what a word hints at is
looked up, not searched for. That leaves next to nothing to do for expressions that would find
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_WORDS_KEPT = 20_000  # with what they hint at


class Needles:
    """Short texts in lower case, looked for all at once."""

    def __init__(self, needles: Iterable[str]) -> None:
        # One of several words is looked for by the longest of them.
        self._by_word: dict[str, list[str]] = {}
        for needle in dict.fromkeys(needles):
            self._by_word.setdefault(longest_word(needle), []).append(needle)
        self._longest = max(map(len, self._by_word), default=0)
        self._hinted = lru_cache(maxsize=_WORDS_KEPT)(self._hinted_by)

    def standing_in(self, lower: str) -> set[str]:
        """Give those that stand in a text in lower case."""
        return {
            hint for word in lower.split() for hint in self._hinted(word) if hint in lower
        }

    def _hinted_by(self, word: str) -> tuple[str, ...]:
        """Give the needles that may stand where this word does."""
        parts = {
            word[start:end]
            for start in range(len(word))
            for end in range(start + 1, min(len(word), start + self._longest) + 1)
        }
        return tuple(
            needle
            for part in parts & self._by_word.keys()
            for needle in self._by_word[part]
            if _may_hold(word, needle, part)
        )


def _may_hold(word: str, needle: str, part: str) -> bool:
    """Tell whether this part of a needle is in a word as it is in the needle: at an end, or within."""
    before, _, behind = needle.partition(part)
    return not (
        (before and not word.startswith(part)) or (behind and not word.endswith(part))
    )


def longest_word(text: str) -> str:
    """Give the longest of the words of a text."""
    return max(text.split(), key=len)
