"""Shows staff what a person said, and writes down each time that it did.

The only way from the console, or from the API with an account, to the words of a conversation.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from imports import audit
from imports.actors import Who, require
from imports.models import Conversation, Erasure, Soulprint
from imports.search import Hit, Question, search

PERMISSION = "imports.read_conversation"
LONGEST_SHOWN = 200_000  # characters; a longer transcript says that it was cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of the branch that was last shown."""

    id: str
    role: str
    at: datetime | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    turns: tuple[Turn, ...]
    is_cut: bool


def read_conversation(conversation_id: uuid.UUID, *, who: Who) -> Transcript:
    """Give what was said in a conversation, in order.

    :raises NotAllowed: this account may not read what people said
    :raises DoesNotExist: there is no such conversation
    """
    require(who, PERMISSION)
    row = Conversation.objects.only("user_id", "transcript", "shown_length", "spans")
    conversation = row.get(id=conversation_id)
    _note(
        who, "read a conversation", conversation.user_id, f"conversation {conversation_id}"
    )
    return _turns(conversation)


def open_quotes(user_id: uuid.UUID, *, target: str, who: Who) -> None:
    """Let quotes of a person's facts be shown; ``target`` says of which.

    :raises NotAllowed: this account may not read what people said
    """
    require(who, PERMISSION)
    _note(who, "read quotes", user_id, target)


def open_soulprint(soulprint: Soulprint, *, who: Who) -> None:
    """Note that staff read a soulprint; who may do so was settled by the door."""
    _note(who, "read a soulprint", soulprint.user_id, f"soulprint {soulprint.id}")


def search_memory(user_id: uuid.UUID, question: Question, *, who: Who) -> list[Hit]:
    """Search what a person said; the question itself is not written down.

    :raises NotAllowed: this account may not read what people said
    :raises QuestionRefused: it is too long, or asks for a tier that cannot be searched
    """
    require(who, PERMISSION)
    _note(who, "searched the memory", user_id, f"user {user_id}")
    return [] if Erasure.objects.is_wished_by(user_id) else search(user_id, question)


def _note(who: Who, action: str, user_id: uuid.UUID, target: str) -> None:
    audit.record(who, action, target=target, user_id=user_id)


def _turns(conversation: Conversation) -> Transcript:
    end = min(conversation.shown_length, LONGEST_SHOWN)
    spans = [span for span in conversation.spans if span[5] > span[4] and span[4] < end]
    turns = (
        Turn(
            id=span[0],
            role=span[1],
            at=datetime.fromtimestamp(span[3], UTC) if span[3] is not None else None,
            text=conversation.transcript[span[4] : min(span[5], end)],
        )
        for span in spans
    )
    return Transcript(turns=tuple(turns), is_cut=conversation.shown_length > end)
