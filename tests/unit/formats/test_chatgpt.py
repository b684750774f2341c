from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from imports.formats import Conversation, Limits
from tests.unit.formats.chats import (
    NOON,
    ROOT,
    chat,
    message,
    node,
    read,
    three_chats,
    tree,
)


def one(source: dict[str, Any], folder: Path, **limits: int) -> Conversation:
    bounds = {"max_unpacked_bytes": 1 << 30, "max_conversation_bytes": 1 << 26, **limits}
    (record,) = read([source], folder, limits=Limits(**bounds))
    assert isinstance(record, Conversation)
    return record


def test_the_deepest_tree_needs_no_recursion_in_any_order(tmp_path: Path) -> None:
    keys = [f"n{number}" for number in range(5_000)]
    parents = [None, *keys]
    pairs = list(zip(keys, parents, strict=False))[::-1]
    mapping = {key: node(message(key), parent=parent) for key, parent in pairs}

    record = one(tree(mapping, current=keys[-1]), tmp_path)

    assert [each.id for each in record.messages] == keys
    assert all(each.is_active for each in record.messages)


def test_a_message_hangs_on_the_nearest_ancestor_that_carries_one(tmp_path: Path) -> None:
    mapping = {
        ROOT: node(None, parent=None),
        "q": node(message("Question"), parent=ROOT),
        "empty": node(None, parent="q"),
        "a": node(message("Answer", role="assistant"), parent="empty"),
    }

    record = one(tree(mapping, current="a"), tmp_path)

    assert [(each.id, each.parent_id) for each in record.messages] == [
        ("q", None),
        ("a", "q"),
    ]


def test_the_hash_is_the_same_when_only_times_and_metadata_changed(tmp_path: Path) -> None:
    before = chat(message("Same"))
    after = chat(
        message("Same", create_time=NOON + 9, metadata={"request_id": "new"}),
        update_time=NOON + 99,
        safe_urls=["https://a.example"],
    )

    assert one(before, tmp_path).content_hash == one(after, tmp_path).content_hash


@pytest.mark.parametrize(
    "changed",
    [
        chat(message("Other")),
        chat(message("Same"), message("More", role="assistant")),
        chat(message("Same"), title="Renamed"),
        chat(message("Same"), is_do_not_remember=True),
        chat(message("Same", role="assistant")),
    ],
)
def test_the_hash_tells_every_change_a_person_could_see(
    changed: dict[str, Any], tmp_path: Path
) -> None:
    original = one(chat(message("Same")), tmp_path)

    assert one(changed, tmp_path).content_hash != original.content_hash


def test_of_two_copies_the_newer_and_then_the_larger_ranks_higher(tmp_path: Path) -> None:
    old = one(chat(message()), tmp_path)
    larger = one(chat(message(), message()), tmp_path)
    newer = one(chat(message(), update_time=NOON + 999), tmp_path)

    assert old.rank < larger.rank < newer.rank


def test_a_conversation_with_too_many_nodes_is_skipped_by_name(tmp_path: Path) -> None:
    limits = Limits(max_unpacked_bytes=1 << 30, max_conversation_bytes=1 << 26, max_nodes=4)
    long = chat(*[message()] * 9, chat_id="long")

    records = read([*three_chats(), long], tmp_path, limits=limits)

    assert records[-1].reason == "too_many_nodes"
    assert records[-1].source_id == "long"


def test_a_text_beyond_the_limit_is_cut_and_counted(tmp_path: Path) -> None:
    record = one(chat(message("x" * 99)), tmp_path, max_text_chars=10)

    assert record.messages[0].text == "x" * 10
    assert record.oddities == {"text_truncated": 1}


def test_models_come_in_the_order_of_their_first_use(tmp_path: Path) -> None:
    answers = [
        message("a", role="assistant", metadata={"model_slug": slug})
        for slug in ("gpt-4o", "o3", "gpt-4o")
    ]

    assert one(chat(*answers), tmp_path).models == ("gpt-4o", "o3")


def test_an_id_longer_than_ids_are_is_known_by_its_digest(tmp_path: Path) -> None:
    """An index of the database holds 2.7 kB; a row beyond that would end the whole import."""
    long, other = ("x" * 9_000 + end for end in "ab")

    ids = {
        one(chat(message("x"), chat_id=id_), tmp_path).source_id
        for id_ in (long, long, other)
    }

    assert len(ids) == 2
    assert max(map(len, ids)) <= 200
