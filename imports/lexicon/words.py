"""Cuts a text into words once, for all parts of it that somebody asks for.

A word comes with the spaces before it: one behind the other, the words of a text are the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

# A word with the spaces before it; spaces at the end of a line; a line end.
_WORD = re.compile(r" *[^ \n]+| +|\n")

Span = tuple[int, int]  # in characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The words of some parts of a text, as slices of one list of words."""

    words: list[str]
    slices: list[slice]  # those of the first part, then those of the second one, ...
    lengths: list[int]  # how many words each part has


def words_of(text: str) -> list[str]:
    """Give the words of a text; each text begins with a space."""
    return _WORD.findall(f" {text}") if text else []


def lay_out(text: str, parts: Sequence[Sequence[Span]]) -> Layout:
    """Give for each part what ``words_of`` does for its spans with line ends between them."""
    words = _WORD.findall(text)
    ends = list(accumulate(map(len, words)))
    slices: list[slice] = []
    lengths: list[int] = []

    def put(*edge: str) -> int:
        slices.append(slice(len(words), len(words) + len(edge)))
        words.extend(edge)
        return len(edge)

    for spans in parts:
        length = 0
        for start, end in spans:
            first, last = bisect_right(ends, start), bisect_left(ends, end)
            before = "\n" if length else " "
            length += put(*_WORD.findall(before + text[start : min(ends[first], end)]))
            if first < last:
                # Inside of a span the words are those of the text; its edges may cut one.
                is_cut = end < ends[last]
                slices.append(slice(first + 1, last + (not is_cut)))
                length += last - first - is_cut
                if is_cut:
                    length += put(text[ends[last - 1] : end])
        lengths.append(length)
    return Layout(words=words, slices=slices, lengths=lengths)
