"""Cuts a transcript into spans of about 200, 1,000 and 4,000 tokens, at borders people would choose.

A span ends at the last message border that fits; a message that is longer than a span by itself
is cut at a blank line, a line end, a sentence end or a space, whichever comes first in that
order. Sizes are in characters: 4 per token is what English chat text measures (formats profile).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from imports.models import Tier
from imports.pipeline.long_text import LongText

CHARACTERS_PER_TOKEN = 4
TIER_CHARACTERS = {
    Tier.MICRO: 200 * CHARACTERS_PER_TOKEN,
    Tier.MEDIUM: 1_000 * CHARACTERS_PER_TOKEN,
    Tier.MACRO: 4_000 * CHARACTERS_PER_TOKEN,
}
_BORDERS = ("\n\n", "\n", ". ", " ")

Span = tuple[int, int]


def cut(text: str | LongText, *, borders: Sequence[int], size: int) -> Iterator[Span]:
    """Cut ``text`` into spans of at most ``size`` characters that cover everything but white space.

    :param borders: where messages end, ascending; the last one is where cutting ends
    """
    start = 0
    fits = 0  # index of the first border that no longer fits
    end_of_text = borders[-1] if borders else 0
    while start < end_of_text:
        fits = bisect_right(borders, start + size, fits)
        end = borders[fits - 1] if fits and borders[fits - 1] > start else 0
        # A border in the first quarter would leave a crumb: cut inside the long message instead.
        if not end or (end < end_of_text and end - start < size // 4):
            end = _inner_border(text, start, min(start + size, end_of_text))
        span = _trimmed(text, start, end)
        if span:
            yield span
        start = end


def _inner_border(text: str | LongText, start: int, limit: int) -> int:
    least = start + (limit - start) // 2
    for border in _BORDERS:
        found = text.rfind(border, least, limit)
        if found > start:
            return found + len(border)
    return limit


def _trimmed(text: str | LongText, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if end > start else None
