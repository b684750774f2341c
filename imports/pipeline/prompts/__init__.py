"""What language models are told: one file per purpose, and how material is put into a user turn.

A prompt file that changes gets a new version here: the version is part of the request's hash and
stands on what was made with it. Text of an export appears only in numbered ``<msg>`` lines of the
user turn, with ``<``, ``>`` and ``&`` escaped, so it can close nothing and open nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

from imports.ports import Excerpt, KnownFact, NumberedMessage, Statistics

VERSIONS = {
    "sections": "sections-2",
    "facts": "facts-2",
    "consolidation": "consolidation-1",
    "memory": "memory-2",
}
_FOLDER = Path(__file__).parent
_MODEL_NAME = re.compile(r"[\w.:-]{1,40}")


@cache
def system_prompt(purpose: str) -> str:
    """Give the system prompt of a purpose."""
    return (_FOLDER / f"{purpose}.txt").read_text(encoding="utf-8").strip()


def message_line(number: int, text: str, *, by: str, at: datetime | None) -> str:
    """Fence one text of an export."""
    when = f' at="{at:%Y-%m-%d}"' if at else ""
    return f'<msg n="{number}"{when} by="{by}">{escaped(text)}</msg>'


def escaped(text: str) -> str:
    """Make a text unable to close its fence or to open another."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def message_lines(messages: Iterable[NumberedMessage]) -> Iterator[str]:
    """Fence messages of the person, conversation by conversation."""
    conversation = None
    for message in messages:
        if conversation not in (None, message.conversation):
            yield ""
        conversation = message.conversation
        by = "user" if message.kind == "message" else message.kind
        yield message_line(message.number, message.text, by=by, at=message.at)


def excerpt_lines(excerpts: Iterable[Excerpt], *, first_number: int) -> Iterator[str]:
    """Fence excerpts: the title, then the turns."""
    number = first_number
    for excerpt in excerpts:
        yield ""
        yield message_line(number, excerpt.title, by="title", at=excerpt.at)
        for turn in excerpt.turns:
            number += 1
            yield message_line(number, turn.text, by=turn.role, at=excerpt.at)
        number += 1


def fact_lines(facts: Iterable[KnownFact], *, first_number: int) -> Iterator[str]:
    """Fence verified facts, with what is known of their time and weight."""
    for number, fact in enumerate(facts, first_number):
        holds = "" if fact.is_current else "past; "
        since = f"since {fact.since:%Y-%m-%d}; " if fact.since else ""
        about = f"({fact.category}; {holds}{since}confidence {fact.confidence:.2f})"
        yield message_line(number, f"{fact.statement} {about}", by="fact", at=fact.at)


def statistics_lines(statistics: Statistics) -> Iterator[str]:
    """Tell what was counted; names of models come from the export and are checked."""
    models = [name for name in statistics.models if _MODEL_NAME.fullmatch(name)]
    months = list(statistics.by_month.items())
    yield f"conversations: {statistics.conversations}"
    yield f"messages of the person: {statistics.user_messages}"
    if statistics.first_at and statistics.last_at:
        yield f"from {statistics.first_at:%Y-%m-%d} to {statistics.last_at:%Y-%m-%d}"
    if any(statistics.by_hour):
        yield "messages by hour of the day, UTC, from 0: " + " ".join(
            map(str, statistics.by_hour)
        )
    if months:
        yield "conversations by month: " + ", ".join(f"{m} {n}" for m, n in months[-36:])
    if models:
        yield "models, most used first: " + ", ".join(models[:12])
