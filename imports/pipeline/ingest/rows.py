"""Turns a conversation of an export into what its rows will hold."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

import msgspec
from msgspec import structs

from imports import formats, models
from imports.formats import Position
from imports.models import ImportJob, Tier
from imports.pipeline.chunking import TIER_CHARACTERS, cut
from imports.pipeline.long_text import LongText
from imports.pipeline.material.tallies import Tally, count
from imports.pipeline.richness import Richness, score
from imports.pipeline.transcript import Transcript, is_shown, lay_out

_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A conversation with its text laid out and its chunks cut; not stored yet.

    Texts wait in the form in which they are sent: with a single emoji in it, a string takes four
    times as much memory.
    """

    id: uuid.UUID
    about: formats.Conversation  # without its messages: the transcript has their text
    rank: tuple[float, int]
    message_count: int
    transcript: bytes  # UTF-8
    milestones: Sequence[int]  # bytes of it, as the row holds them
    shown_length: int  # in characters
    spans: bytes  # JSON
    richness: Richness
    user_messages: int
    tally: Tally | None
    chunks: tuple[tuple[Tier, int, int], ...]

    @property
    def position(self) -> Position:
        return self.about.position


def prepare(source: formats.Conversation, job: ImportJob) -> Prepared:
    """Do everything that needs no database."""
    laid_out = lay_out(source)
    said = [
        (message.text, message.created_at)
        for message in source.messages
        if message.role == "user" and is_shown(message)
    ]
    return Prepared(
        id=models.Conversation.id_for(job.user_id, source.provider, source.source_id),
        about=structs.replace(source, messages=()),
        rank=source.rank,
        message_count=len(source.messages),
        transcript=laid_out.text.encode(),
        milestones=_milestones(laid_out.text),
        shown_length=laid_out.shown_length,
        spans=_json(laid_out.spans),
        richness=score(said, created_at=source.created_at, now=_day_of(job))
        if source.is_remembered
        else Richness(value=0.0, bucket=0),
        user_messages=len(said),
        tally=count(laid_out.spans, laid_out.text, created_at=source.created_at)
        if source.is_remembered
        else None,
        # A conversation that the person took out of memory is kept, but cannot be searched.
        chunks=tuple(_chunks(laid_out)) if source.is_remembered else (),
    )


def _milestones(text: str | LongText) -> list[int]:
    """Give the bytes, as UTF-8, at which every so many characters begin."""
    step = models.Conversation.MILESTONE
    begins = range(step, len(text), step)
    return list(accumulate(len(text[begin - step : begin].encode()) for begin in begins))


def _day_of(job: ImportJob) -> datetime:
    """Give the day that ages count back from.

    The job's own, not today: a resumed import scores as an undisturbed one. And a whole day, so
    that two imports of a day score alike.
    """
    return job.created_at.replace(hour=0, minute=0, second=0, microsecond=0)


def _chunks(transcript: Transcript) -> Iterator[tuple[Tier, int, int]]:
    for tier, size in TIER_CHARACTERS.items():
        for start, end in cut(transcript.text, borders=transcript.shown_borders, size=size):
            yield tier, start, end
