"""Sets the excerpt of a hit as it is read: who speaks, and which words were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from imports.search.excerpts import Excerpt
from imports.search.hits import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    text: str
    is_asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one message says of an excerpt."""

    role: str
    pieces: tuple[Piece, ...]


def said_in(hit: Hit) -> list[Said]:
    """Cut an excerpt where another speaks, and where something begins that was asked for."""
    return list(_said(hit))


def _said(hit: Hit) -> Iterator[Said]:
    cut = hit.excerpt
    turns = [turn for turn in hit.turns if turn.start < cut.end]
    roles = [turn.role for turn in turns] or [hit.role]
    starts = [0, *(turn.start for turn in turns[1:])]
    for role, start, end in zip(roles, starts, [*starts[1:], cut.end], strict=True):
        if end > cut.start:
            before = "… " if start <= cut.start > 0 else ""
            after = " …" if cut.end == end < len(hit.text) else ""
            pieces = _pieces(cut, max(start - cut.start, 0), end - cut.start)
            yield Said(role=role, pieces=(Piece(text=before), *pieces, Piece(text=after)))


def _pieces(excerpt: Excerpt, start: int, end: int) -> Iterator[Piece]:
    for mark in excerpt.marks:
        if start <= mark.start and mark.end <= end:
            yield Piece(text=excerpt.text[start : mark.start])
            yield Piece(text=excerpt.text[mark.start : mark.end], is_asked=True)
            start = mark.end
    yield Piece(text=excerpt.text[start:end])
