"""Grok: a conversation with its responses, whose times may be wrapped by Mongo.

Whoever is no person is Grok, and may go by the name of a model. Tools write the responses without
the wrapping that the export puts around each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from imports.formats.decoding import Undecodable, decode_plain
from imports.formats.limits import Limits
from imports.formats.providers.each import skipped
from imports.formats.providers.turns import (
    About,
    Turn,
    chained,
    conversation,
    count_listed,
    decode_object,
    files_of,
    joined,
    object_in,
    objects_in,
    text_in,
)
from imports.formats.records import Conversation, MessageKind, Position, Record
from imports.formats.slicing import Element
from imports.formats.times import read_time

_MEDIA = "media_posts"
BESIDE = {"projects", _MEDIA}

_ROLES = {"human": "user", "user": "user", "system": "system", "": "unknown"}
# What its screen shows as a small card: a source, a picture.
_CARD, _CARD_ENDS = "<grok:render", "</grok:render>"


def read_conversation(
    element: Element, /, *, position: Position, limits: Limits
) -> Conversation:
    """Make a conversation of one element."""
    source = decode_object(element)
    about = object_in(source, "conversation")
    source_id = text_in(about, "id", "conversation_id")
    listed = count_listed(source, "responses", source_id=source_id)
    wrapped = objects_in(source, "responses")
    responses = [object_in(r, "response") or r for r in wrapped]
    turns = [_turn(response, number) for number, response in enumerate(responses)]
    if not any(turn.parent for turn in turns):
        turns = chained(turns)
    return conversation(
        About(
            source_id=source_id,
            provider="grok",
            position=position,
            title=text_in(about, "title"),
            created_at=read_time(about.get("create_time")),
            updated_at=read_time(about.get("modify_time")),
            current=text_in(about, "leaf_response_id") or None,
            is_remembered=about.get("temporary") is not True,
        ),
        turns,
        listed=listed,
    )


def read_beside(
    values: Iterable[tuple[str, Element]], /, *, position: Position
) -> Iterator[Record]:
    """Read what the person instructed Grok in its projects; count pictures and videos."""
    turns: list[Turn] = []
    oddities: Counter[str] = Counter()
    for key, element in values:
        try:
            listed = decode_plain(element)
        except Undecodable:
            oddities[f"{key}_unread"] += 1
            continue
        if not isinstance(listed, list):
            oddities[f"{key}_unread"] += listed is not None
        elif key == _MEDIA:
            oddities[f"{key}_unread"] += len(listed)
        else:
            projects = [each for each in listed if isinstance(each, dict)]
            oddities[f"{key}_unread"] += len(listed) - len(projects)
            turns += map(_instructions, projects)
    turns = [turn for turn in turns if turn.text]
    oddities = +oddities
    if turns:
        about = About(
            source_id="projects",
            provider="grok",
            position=position,
            title="Instructions for projects",
            oddities=oddities,
        )
        yield conversation(about, chained(turns))
    elif oddities:
        yield skipped(next(iter(oddities)), position=position)


def _instructions(project: dict[str, Any]) -> Turn:
    return Turn(
        id=text_in(project, "id", "_id", "project_id") or "project",
        parent=None,
        role="user",
        text=text_in(project, "custom_personality"),
        created_at=read_time(project.get("create_time")),
        kind=MessageKind.CONTEXT,
    )


def _turn(response: dict[str, Any], number: int) -> Turn:
    return Turn(
        id=text_in(response, "_id", "response_id") or f"response-{number}",
        parent=text_in(response, "parent_response_id") or None,
        role=_ROLES.get(text_in(response, "sender").lower(), "assistant"),
        text=joined(
            _without_cards(text_in(response, "message")),
            *files_of(response, "file_attachments", "file_name", "name"),
        ),
        created_at=read_time(response.get("create_time")),
        model=text_in(response, "model"),
    )


def _without_cards(text: str) -> str:
    said, *rest = text.split(_CARD)
    for piece in rest:
        card, ends, after = piece.partition(_CARD_ENDS)
        said += after if ends else _CARD + card
    return said
