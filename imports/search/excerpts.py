"""Shows why a hit was found: which of its words were asked for, and the line that answers best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LONGEST = 320  # characters of an excerpt: four lines in a list of hits
_LEAD = 60  # characters shown before the first word that was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A word that was asked for, as characters of the text that it stands in."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The part of a hit to show in a list; ``start`` and ``end`` are characters of its text."""

    text: str
    marks: tuple[Mark, ...]
    start: int
    end: int


def excerpt_of(text: str, marks: Sequence[Mark], *, around: int) -> Excerpt:
    """Cut out the part of a text that its best line is in, at the borders of words.

    :param around: where that line begins
    """
    start = _start(text, marks, around)
    end = _word_end(text, min(start + _LONGEST, len(text)), start)
    inside = [mark for mark in marks if start <= mark.start and mark.end <= end]
    return Excerpt(
        text=text[start:end],
        marks=tuple(Mark(start=m.start - start, end=m.end - start) for m in inside),
        start=start,
        end=end,
    )


def _start(text: str, marks: Sequence[Mark], around: int) -> int:
    """Begin where the line does; if it comes to the point late, a little before that."""
    if len(text) <= _LONGEST:
        return 0
    near = range(around, around + _LONGEST - _LEAD)
    first = next((mark.start for mark in marks if mark.start in near), around)
    start = first - _LEAD
    if first <= around + _LONGEST // 2:
        start = first = around
    return _word_start(text, min(start, len(text) - _LONGEST), first)


def _word_start(text: str, start: int, latest: int) -> int:
    """Give the next place at or behind ``start`` where a word begins."""
    if start == 0 or text[start - 1].isspace():
        return start
    while start < latest and not text[start].isspace():
        start += 1
    while start < latest and text[start].isspace():
        start += 1
    return start


def _word_end(text: str, end: int, earliest: int) -> int:
    """Give the last place at or before ``end`` where a word ends."""
    if end == len(text) or text[end].isspace():
        return end
    space = max(
        text.rfind(" ", earliest + _LEAD, end), text.rfind("\n", earliest + _LEAD, end)
    )
    return space if space > 0 else end
