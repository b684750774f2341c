"""Shows why a hit was found: which of its words were asked for, and the part that says most."""

from __future__ import annotations

from collections import Counter
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


def excerpt_of(text: str, marks: Sequence[Mark], *, around: int | None = None) -> Excerpt:
    """Cut out the part of a text that holds most marks, at the borders of words.

    :param around: where the best line begins; it decides when there is no mark near it
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


def _start(text: str, marks: Sequence[Mark], around: int | None) -> int:
    if len(text) <= _LONGEST:
        return 0
    room = _LONGEST - _LEAD
    if around is not None:
        marks = [mark for mark in marks if around <= mark.start < around + room]
    if marks:
        first = _densest(text, marks, room=room).start
        start = first - _LEAD
    else:
        first = start = around or 0
    if around is not None and first <= around + _LONGEST // 2:
        first = start = around  # the line is shown from where it begins
    return _word_start(text, min(max(start, 0), len(text) - _LONGEST), first)


def _densest(text: str, marks: Sequence[Mark], *, room: int) -> Mark:
    """Give the mark from which on, within so many characters, most different words follow."""
    words = [text[mark.start : mark.end].lower() for mark in marks]
    held: Counter[str] = Counter()
    most, best, left = 0, marks[0], 0
    for mark, word in zip(marks, words, strict=True):
        held[word] += 1
        while mark.end > marks[left].start + room and marks[left] is not mark:
            held[words[left]] -= 1
            if not held[words[left]]:
                del held[words[left]]
            left += 1
        if len(held) > most:
            most, best = len(held), marks[left]
    return best


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
