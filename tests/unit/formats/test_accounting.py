"""What an export lists is stored or counted, whoever wrote it: nothing goes without a trace."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.formats import Conversation, Record, Skipped
from tests.unit.formats.chats import message, read
from tests.unit.formats.test_properties import odd_values

MOMENT = "2025-06-21T20:24:42Z"

Wrap = Callable[[list[Any]], Any]


def keyed(messages: list[Any]) -> dict[str, Any]:
    return {str(number): each for number, each in enumerate(messages)}


# How a provider writes a message, and what it writes around the messages of a conversation.
WRITTEN: dict[str, tuple[Any, Wrap]] = {
    "chatgpt": (
        {"message": message("Said"), "parent": None, "children": []},
        lambda messages: [{"id": "1", "mapping": keyed(messages)}],
    ),
    "chatgpt, shared": (
        {"author": {"role": "user"}, "content": {"parts": ["Said"]}},
        lambda messages: {"shared_conversation_id": "1", "linear_conversation": messages},
    ),
    "claude": (
        {"text": "Said", "sender": "human", "content": []},
        lambda messages: [{"uuid": "1", "chat_messages": messages}],
    ),
    "claude design": (
        {"role": "user", "content": {"content": "Said"}},
        lambda messages: {"uuid": "1", "project": {}, "messages": messages},
    ),
    "gemini": (
        {"header": "Gemini Apps", "title": "Prompted Said", "time": MOMENT},
        lambda messages: messages,
    ),
    "gemini history": (
        {"user_turn": {"prompt": "Said"}},
        lambda messages: {"conversation_turns": messages},
    ),
    "aistudio": (
        {"role": "user", "text": "Said"},
        lambda messages: {"chunkedPrompt": {"chunks": messages}},
    ),
    "grok": (
        {"response": {"message": "Said", "sender": "human"}},
        lambda messages: {
            "conversations": [{"conversation": {"id": "1"}, "responses": messages}]
        },
    ),
    "deepseek": (
        {"message": {"fragments": [{"type": "REQUEST", "content": "Said"}]}},
        lambda messages: [{"id": "1", "inserted_at": MOMENT, "mapping": keyed(messages)}],
    ),
    "lechat": (
        {"chatId": "1", "role": "user", "content": "Said", "createdAt": MOMENT},
        lambda messages: messages,
    ),
    "openwebui": (
        {"role": "user", "content": "Said"},
        lambda messages: [
            {"id": "1", "chat": {"history": {"messages": keyed(messages)}}},
        ],
    ),
    "librechat": (
        {"isCreatedByUser": True, "text": "Said"},
        lambda messages: {"conversationId": "1", "messages": messages},
    ),
    "librechat, nested": (
        {"isCreatedByUser": True, "text": "Said"},
        lambda messages: {
            "conversationId": "1",
            "messagesTree": [{"text": "First", "children": messages}],
        },
    ),
    "chatbotui": (
        {"role": "user", "content": "Said"},
        lambda messages: {
            "history": [{"id": "1", "name": "Chat", "model": {}, "messages": messages}]
        },
    ),
}


def accounted(records: list[Record]) -> tuple[int, int]:
    """How many times something was said, and how many odd messages were counted."""
    conversations = [each for each in records if isinstance(each, Conversation)]
    said = sum(m.text == "Said" for each in conversations for m in each.messages)
    counted = sum(sum(each.oddities.values()) for each in conversations)
    no_edges = sum("no_edges" in each.oddities for each in conversations)
    skipped = sum(isinstance(each, Skipped) for each in records)
    return said, counted + skipped - no_edges


@pytest.mark.parametrize("provider", WRITTEN)
@settings(max_examples=15, deadline=None)
@given(
    odd=st.lists(st.none() | odd_values.filter(lambda value: not isinstance(value, dict)))
)
def test_every_message_that_is_listed_is_stored_or_counted(
    provider: str, odd: list[Any]
) -> None:
    said, wrap = WRITTEN[provider]
    half = len(odd) // 2

    with tempfile.TemporaryDirectory() as folder:
        records = read(wrap([said, *odd[:half], said, *odd[half:]]), Path(folder))

    assert accounted(records) == (2, len(odd))


@pytest.mark.parametrize("odd", ["text", 7, True, ["a", "list"]])
def test_a_message_of_chatgpt_that_is_no_object_is_counted_in_its_node(
    odd: Any, tmp_path: Path
) -> None:
    nodes = [{"message": message("Said")}, {"message": odd}, {"message": None}]

    (record,) = read([{"id": "1", "mapping": keyed(nodes)}], tmp_path)

    assert isinstance(record, Conversation)
    assert [each.text for each in record.messages] == ["Said"]
    assert record.oddities["message_not_an_object"] == 1


@pytest.mark.parametrize(
    ("provider", "record"),
    [
        ("claude", {"uuid": "2", "name": "No messages"}),
        ("claude", {"uuid": "2", "chat_messages": None}),
        ("deepseek", {"id": "2", "inserted_at": MOMENT}),
        ("openwebui", {"id": "2", "title": "No messages"}),
    ],
)
def test_a_record_without_messages_is_skipped_among_those_with_some(
    provider: str, record: dict[str, Any], tmp_path: Path
) -> None:
    said, wrap = WRITTEN[provider]

    kept, odd = read([*wrap([said]), record], tmp_path)

    assert isinstance(kept, Conversation)
    assert isinstance(odd, Skipped)
    assert (odd.reason, odd.source_id) == ("no_mapping", "2")
