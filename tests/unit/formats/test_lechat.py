"""Le Chat lists messages, of one chat or of several that interlace."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from imports.formats import Conversation, Limits, Record, read_conversations
from imports.formats.failures import TruncatedJson
from tests.unit.formats.chats import LIMITS, read

SMALL = replace(LIMITS, max_conversation_bytes=5_000)


def said(chat: str, number: int) -> dict[str, Any]:
    """Make a message of about a thousand bytes."""
    return {
        "id": f"{chat}-{number}",
        "chatId": chat,
        "role": "user",
        "content": "x" * 1_000,
        "createdAt": f"2025-06-21T20:24:{number:02}Z",
    }


def ids(records: list[Record]) -> list[tuple[str, int, dict[str, int]]]:
    conversations = [each for each in records if isinstance(each, Conversation)]
    return [(c.source_id, len(c.messages), dict(c.oddities)) for c in conversations]


def read_whole_and_resumed(
    messages: list[Any], folder: Path, *, limits: Limits
) -> list[Record]:
    records = read(messages, folder, limits=limits)
    for done, record in enumerate(records, start=1):
        rest = read(messages, folder, limits=limits, start=record.position)
        assert rest == records[done:]
    return records


def test_of_a_chat_beyond_the_limit_the_rest_is_counted(tmp_path: Path) -> None:
    messages = [*[said("long", n) for n in range(10)], said("short", 0)]

    records = read_whole_and_resumed(messages, tmp_path, limits=SMALL)

    assert ids(records) == [("long", 4, {"message_beyond_limit": 6}), ("short", 1, {})]


def test_no_more_chats_are_held_open_than_one_may_be_large(tmp_path: Path) -> None:
    messages = [said(chat, n) for n, chat in enumerate("abacada")]

    records = read_whole_and_resumed(messages, tmp_path, limits=SMALL)

    assert ids(records) == [("b", 1, {}), ("c", 1, {}), ("d", 1, {}), ("a", 4, {})]


def test_a_file_that_breaks_off_yields_the_chats_that_were_open(tmp_path: Path) -> None:
    path = tmp_path / "chat.json"
    path.write_text(json.dumps([said("a", 0), said("b", 1), said("a", 2)])[:-100])
    records = read_conversations([path], limits=LIMITS)

    assert ids([next(records), next(records)]) == [("a", 1, {}), ("b", 1, {})]
    with pytest.raises(TruncatedJson):
        next(records)
