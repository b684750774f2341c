"""A synthetic export is shaped like a real one, down to its separators."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from imports.synthetic import Truth
from tests.unit.synthetic.conftest import Written

JSON_TOOLS = {"canmore.create_textdoc", "file_search.msearch", "dalle.text2im"}


def nodes_of(written: Written) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    chats = [chat["mapping"] for chat in written.conversations]
    return [(mapping, node) for mapping in chats for node in mapping.values()]


def test_it_is_written_as_the_site_writes_json(written: Written) -> None:
    assert json.dumps(written.conversations).encode("ascii") == written.raw


def test_every_parent_names_its_children_and_every_child_its_parent(
    written: Written,
) -> None:
    edges_down = {
        (node["id"], child) for _, node in nodes_of(written) for child in node["children"]
    }
    edges_up = {
        (node["parent"], node["id"]) for _, node in nodes_of(written) if node["parent"]
    }

    assert edges_down == edges_up


def test_every_node_is_found_under_its_own_id(written: Written) -> None:
    assert all(mapping[node["id"]] is node for mapping, node in nodes_of(written))


def test_the_current_node_is_a_leaf(written: Written) -> None:
    current = [chat["mapping"][chat["current_node"]] for chat in written.conversations]

    assert [node["children"] for node in current] == [[] for _ in current]


def test_conversations_have_ids_of_their_own(written: Written) -> None:
    ids = {chat["conversation_id"] for chat in written.conversations}

    assert len(ids) == written.truth.totals.conversations


def test_the_newest_conversations_come_first_give_or_take_a_few_days(
    written: Written,
) -> None:
    starts = [chat["create_time"] for chat in written.conversations]

    assert all(later - earlier < 8 * 86400 for earlier, later in pairwise(starts))
    assert starts[0] - starts[-1] > 2.8 * 365 * 86400


def test_some_questions_are_dated_after_their_answer(written: Written) -> None:
    answered = [
        mapping[child]["message"]["create_time"] < node["message"]["create_time"]
        for mapping, node in nodes_of(written)
        if node["message"] and node["message"]["author"]["role"] == "user"
        for child in node["children"]
        if node["message"]["create_time"] and mapping[child]["message"]["create_time"]
    ]

    assert 0.05 < sum(answered) / len(answered) < 0.25


def test_messages_are_counted_as_they_are_found(written: Written) -> None:
    messages = [node["message"] for _, node in nodes_of(written) if node["message"]]
    totals = written.truth.totals

    assert len(messages) == totals.messages
    assert len(written.raw) == totals.bytes
    assert len(nodes_of(written)) == totals.nodes
    assert sum(m["weight"] == 0.0 for m in messages) == totals.weight_zero
    assert sum(m["recipient"] != "all" for m in messages) == totals.recipient_not_all


def test_what_is_sent_to_tools_is_json_of_its_own(written: Written) -> None:
    sent = [
        node["message"]["content"]["parts"][0]
        for _, node in nodes_of(written)
        if node["message"] and node["message"]["recipient"] in JSON_TOOLS
    ]

    assert len(sent) > 10
    assert all(json.loads(arguments) for arguments in sent)


@pytest.mark.parametrize(
    ("role", "share"),
    [("assistant", 0.418), ("user", 0.322), ("tool", 0.147), ("system", 0.113)],
)
def test_roles_have_the_shares_of_real_accounts(
    large: Truth, role: str, share: float
) -> None:
    found = large.totals.messages_by_role[role] / large.totals.messages

    assert found == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize(
    ("content_type", "share", "tolerance"),
    [
        ("text", 0.8275, 0.02),
        ("tether_quote", 0.0646, 0.02),
        ("code", 0.0242, 0.008),
        ("multimodal_text", 0.0196, 0.006),
        ("tether_browsing_display", 0.0156, 0.005),
        ("user_editable_context", 0.0146, 0.005),
        ("thoughts", 0.013, 0.004),
        ("reasoning_recap", 0.0099, 0.004),
        ("execution_output", 0.0097, 0.004),
        ("system_error", 0.001, 0.001),
    ],
)
def test_content_types_have_the_shares_of_real_accounts(
    large: Truth, content_type: str, share: float, tolerance: float
) -> None:
    found = large.totals.messages_by_content_type[content_type] / large.totals.messages

    assert found == pytest.approx(share, abs=tolerance)


@pytest.mark.parametrize(
    ("name", "share", "tolerance"),
    [
        ("hidden", 0.214, 0.03),
        ("weight_zero", 0.0987, 0.02),
        ("recipient_not_all", 0.0559, 0.015),
        ("forks", 0.02, 0.008),
    ],
)
def test_oddities_have_the_shares_of_real_accounts(
    large: Truth, name: str, share: float, tolerance: float
) -> None:
    found = getattr(large.totals, name) / large.totals.messages

    assert found == pytest.approx(share, abs=tolerance)


def test_conversations_have_the_size_of_real_accounts(large: Truth) -> None:
    totals = large.totals

    assert 22 < totals.nodes / totals.conversations < 42
    assert 41_000 < totals.bytes / totals.conversations < 110_000
    assert totals.deepest > 400
    assert totals.project_conversations / totals.conversations == pytest.approx(
        0.257, abs=0.05
    )
    assert 0 < totals.null_titles / totals.conversations < 0.01
