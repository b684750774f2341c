"""A language model that follows a script: deterministic, counts what it is asked."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from imports.adapters.local_analyst import LocalAnalyst
from imports.models import Conversation, ImportJob, StageName, Status
from imports.ports import (
    Embedder,
    LanguageModel,
    ModelAnswer,
    ModelRequest,
    ObjectStore,
    Price,
)
from tests.factories import make_job

PRICE = Price(input=1_000_000, output=5_000_000)
START = datetime(2025, 1, 1, 9, 0, tzinfo=UTC)

Script = Callable[[ModelRequest], ModelAnswer | Exception]
Result = TypeVar("Result")


@dataclass
class ScriptedModel:
    """Answers each request by its script."""

    script: Script
    engine: str = "scripted"
    model: str = "scripted-1"
    price: Price = PRICE
    asked: list[ModelRequest] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, request: ModelRequest) -> ModelAnswer:
        with self._lock:
            self.asked.append(request)
        outcome = self.script(request)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@dataclass
class ScriptedPorts:
    """The ports of a stage that only asks a model."""

    language_model: ScriptedModel

    @property
    def stand_in(self) -> LanguageModel:
        return LocalAnalyst()

    @property
    def objects(self) -> ObjectStore:
        raise AssertionError("this stage reads no objects")

    @property
    def embedder(self) -> Embedder:
        raise AssertionError("this stage embeds nothing")

    @property
    def spool(self) -> Path:
        raise AssertionError("this stage spools nothing")


def answer(
    text: str, *, stop_reason: str = "end", tokens: tuple[int, int] = (100, 10)
) -> ModelAnswer:
    """Make an answer that took so many tokens in and out."""
    return ModelAnswer(
        text=text, stop_reason=stop_reason, input_tokens=tokens[0], output_tokens=tokens[1]
    )


def make_running_job(stage: StageName, **fields: Any) -> ImportJob:
    """Make a job whose lease is held, with money to spend."""
    return make_job(
        status=Status.RUNNING,
        stage=stage,
        **{"budget_microdollars": 5_000_000, **fields},
    )


Said = tuple[str, str] | tuple[str, str, dict[str, Any]]


def make_conversation(
    job: ImportJob,
    *said: Said,
    at: datetime | None = START,
    title: str = "A conversation",
    richness: float = 10.0,
    source_id: str = "",
    **fields: Any,
) -> Conversation:
    """Store a conversation of (role, text) pairs; a third value overrides parts of the span."""
    source_id = source_id or f"{title}-{uuid.uuid4()}"
    pieces: list[str] = []
    spans: list[list[Any]] = []
    cursor = 0
    for number, (role, text, *more) in enumerate(said):
        special = more[0] if more else {}
        spans.append(
            [
                special.get("id", f"{source_id}-m{number}"),
                role,
                special.get("kind", "visible"),
                special.get("time", at.timestamp() + 60 * number if at else None),
                cursor,
                cursor + len(text),
                special.get("is_active", True),
                special.get("origin", "typed" if role == "user" else ""),
            ]
        )
        pieces += (text, "\n\n")
        cursor += len(text) + 2
    return Conversation.objects.create(
        id=Conversation.id_for(job.user_id, "chatgpt", source_id),
        user_id=job.user_id,
        job=job,
        provider="chatgpt",
        source_id=source_id,
        title=title,
        created_at=at,
        updated_at=at,
        message_count=len(said),
        user_message_count=sum(role == "user" for role, *_ in said),
        richness=richness,
        content_hash=source_id.encode(),
        transcript="".join(pieces),
        shown_length=cursor,
        spans=spans,
        **fields,
    )


def replies(*answers: ModelAnswer | Exception) -> Script:
    """Script answers in the order of the requests."""
    left: list[ModelAnswer | Exception] = list(answers)
    return lambda request: left.pop(0)


def to_the_end(reading: Generator[None, None, Result]) -> Result:
    """Run a reading without a stage around it; give what was read."""
    while True:
        try:
            next(reading)
        except StopIteration as end:
            result: Result = end.value
            return result
