"""What the readers of the smaller providers share: turns of talk, and a safe look into JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from imports.formats.assembly import assemble
from imports.formats.decoding import Undecodable, decode_plain
from imports.formats.origins import origin_of_text
from imports.formats.records import Conversation, Message, MessageKind, Position
from imports.formats.slicing import Element
from imports.formats.tree import Edges, arrange

# As most exports name them.
ROLES = {"user": "user", "assistant": "assistant", "system": "system", "tool": "tool"}
_TITLE_CHARS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message before it has found its place in the tree."""

    id: str
    parent: str | None
    role: str
    text: str
    created_at: datetime | None = None
    kind: MessageKind = MessageKind.VISIBLE
    model: str = ""
    origin: str = ""
    children: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a provider says of a whole conversation."""

    source_id: str
    provider: str
    position: Position
    title: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    current: str | None = None
    model: str = ""
    project_id: str = ""
    is_remembered: bool = True
    oddities: Mapping[str, int] = field(default_factory=dict)


def conversation(
    about: About, turns: Sequence[Turn], *, listed: int | None = None
) -> Conversation:
    """Order the turns by their tree and make the record.

    :param listed: how many messages the export lists; those that made no turn are counted
    """
    by_id = {turn.id: turn for turn in _distinct(turns)}
    tree = arrange(
        Edges(
            parents={turn.id: turn.parent for turn in by_id.values()},
            children_of=lambda key: by_id[key].children,
            time_of=lambda key: _seconds(by_id[key].created_at),
            has_message=lambda key: True,
        ),
        current=about.current,
    )
    messages = [
        _message(by_id[key], tree.parents[key], is_active=key in tree.active)
        for key in tree.order
    ]
    times = [turn.created_at for turn in turns if turn.created_at]
    oddities = {**about.oddities, **tree.oddities}
    if listed is not None and listed > len(turns):
        oddities["message_not_an_object"] = listed - len(turns)
    return assemble(
        source_id=about.source_id,
        provider=about.provider,
        title=about.title or _first_words(messages),
        created_at=about.created_at or min(times, default=None),
        updated_at=about.updated_at or max(times, default=None),
        messages=messages,
        position=about.position,
        oddities=oddities,
        is_remembered=about.is_remembered,
        project_id=about.project_id,
        default_model=about.model,
    )


def chained(turns: Sequence[Turn]) -> list[Turn]:
    """Hang each turn on the one before, for providers that know no branches."""
    distinct = _distinct(turns)
    parents = [None, *(turn.id for turn in distinct)]
    pairs = zip(distinct, parents, strict=False)
    return [replace(turn, parent=parent) for turn, parent in pairs]


def decode_object(element: Element) -> dict[str, Any]:
    """Decode an element that must be an object.

    :raises Undecodable: it is none.
    """
    value = decode_plain(element)
    if not isinstance(value, dict):
        raise Undecodable("not_a_conversation")
    return value


def count_listed(holder: dict[str, Any], key: str, *, source_id: str = "") -> int:
    """Tell how many messages a conversation lists, whatever each of them is.

    :raises Undecodable: it is none: it has no list of messages.
    """
    values = holder.get(key)
    if not isinstance(values, list | dict):
        raise Undecodable("no_mapping", source_id=source_id)
    return len(values)


def text_in(holder: Any, *keys: str) -> str:
    """Give the first of these fields that holds text, "" if none does."""
    values = (holder.get(key) for key in keys) if isinstance(holder, dict) else ()
    return next((value for value in values if isinstance(value, str) and value), "")


def objects_in(holder: Any, key: str) -> list[dict[str, Any]]:
    """Give the objects in a list field; whatever else is in it is left out."""
    values = holder.get(key) if isinstance(holder, dict) else None
    return [v for v in values if isinstance(v, dict)] if isinstance(values, list) else []


def texts_in(holder: Any, key: str) -> list[str]:
    """Give the texts in a list field; whatever else is in it is left out."""
    values = holder.get(key) if isinstance(holder, dict) else None
    return [v for v in values if isinstance(v, str)] if isinstance(values, list) else []


def object_in(holder: Any, key: str) -> dict[str, Any]:
    """Give an object field, an empty one if it is none."""
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def joined(*texts: str) -> str:
    """Join the texts that are not empty, one a line."""
    return "\n".join(filter(None, texts))


def files_of(holder: Any, key: str, *names: str) -> list[str]:
    """Stand in for attached files by their names."""
    found = (text_in(each, *names) for each in objects_in(holder, key))
    return [f"[file: {name[:200]}]" for name in found if name]


def _distinct(turns: Sequence[Turn]) -> list[Turn]:
    """Give each turn an id of its own, so that a repeated id loses nothing."""
    ids: dict[str, int] = {}
    distinct = []
    for turn in turns:
        ids[turn.id] = ids.get(turn.id, 0) + 1
        again = ids[turn.id]
        distinct.append(turn if again == 1 else replace(turn, id=f"{turn.id}#{again}"))
    return distinct


def _message(turn: Turn, parent: str | None, *, is_active: bool) -> Message:
    kind = turn.kind
    if kind is MessageKind.VISIBLE and not turn.text.strip():
        kind = MessageKind.HIDDEN
    is_spoken = turn.role == "user" and kind is MessageKind.VISIBLE
    return Message(
        id=turn.id,
        parent_id=parent,
        role=turn.role,
        kind=kind,
        created_at=turn.created_at,
        text=turn.text,
        is_active=is_active,
        origin=turn.origin or (origin_of_text(turn.text) if is_spoken else ""),
        model=turn.model,
    )


def _first_words(messages: Sequence[Message]) -> str:
    """Name a conversation without a title by the first line of the person."""
    spoken = (m.text for m in messages if m.role == "user" and m.origin)
    return next(spoken, "").strip().partition("\n")[0][:_TITLE_CHARS]


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
