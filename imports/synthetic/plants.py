"""A plant: messages to be said at some time, and what they make true or false."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from imports.synthetic.truth import Fact, Poison, Question

Speaker = Literal["user", "assistant", "document", "memory", "instructions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """Something to be said; its facts, poison and question still lack their place."""

    says: tuple[str, ...]
    at: datetime
    topic: str = "planning"
    by: Speaker = "user"
    is_alone: bool = False
    facts: tuple[dict[str, Any], ...] = ()
    poison: dict[str, str] | None = None
    question: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A plant and the messages that came to say it."""

    plant: Plant
    conversation_id: str
    message_ids: tuple[str, ...]

    def facts(self) -> list[Fact]:
        """Return the facts with their place."""
        return [
            Fact(
                **fact,
                conversation_id=self.conversation_id,
                message_ids=self.message_ids,
            )
            for fact in self.plant.facts
        ]

    def poison(self) -> list[Poison]:
        """Return the poison with its place, if this is poison."""
        found = self.plant.poison
        return [] if found is None else [Poison(**found, **self._place())]

    def questions(self) -> list[Question]:
        """Return the question that this answers, if there is one."""
        found = self.plant.question
        if found is None:
            return []
        answer = found["answer"].lower()
        answering = [answer in text.lower() for text in self.plant.says]
        return [Question(**found, **self._place(answering.index(True)))]

    def _place(self, position: int = 0) -> dict[str, str]:
        message_id = self.message_ids[position]
        return {"conversation_id": self.conversation_id, "message_id": message_id}
