"""What the truth says is in the export, and what it calls poison is nowhere true."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from imports.synthetic import Truth, write_export
from imports.synthetic.library import topic_names
from imports.synthetic.prose import pool_of
from imports.synthetic.stream import Stream
from tests.unit.synthetic.conftest import Written

ABOUT_ONESELF = re.compile(
    r"\b(my name|I live|I work|I love|I like|I hate|I use|I want|I moved|I have an?|my goal"
    r"|I'm an?|I am an?|I've been|I was born|allergic|my (wife|husband|son|daughter|dog|cat))\b"
)
SEEDS = range(12)


def truth_of(tmp_path: Path, seed: int) -> Truth:
    return write_export(tmp_path / "export.json", seed=seed, conversations=12)


def asked_at(written: Written, conversation_id: str) -> datetime:
    times = {chat["id"]: chat["create_time"] for chat in written.conversations}
    return datetime.fromtimestamp(times[conversation_id], tz=UTC)


def test_every_quote_stands_in_a_message_it_cites(written: Written) -> None:
    missing = [
        fact.quote
        for fact in written.truth.facts
        if fact.quote not in " ".join(written.words(fact.conversation_id, fact.message_ids))
    ]

    assert missing == []


def test_every_poison_stands_in_the_message_it_cites(written: Written) -> None:
    missing = [
        poison.value
        for poison in written.truth.poison
        if poison.value
        not in written.words(poison.conversation_id, (poison.message_id,))[0]
    ]

    assert missing == []


def test_every_answer_stands_in_the_message_it_cites(written: Written) -> None:
    missing = [
        asked.question
        for asked in written.truth.questions
        if asked.answer.lower()
        not in written.words(asked.conversation_id, (asked.message_id,))[0].lower()
    ]

    assert missing == []


@pytest.mark.parametrize("conversations", [6, 20, 130])
def test_an_export_of_any_size_holds_all_facts(tmp_path: Path, conversations: int) -> None:
    path = tmp_path / "export.json"

    truth = write_export(path, seed=3, conversations=conversations)

    assert truth.totals.conversations == conversations
    assert len({(fact.slot, fact.value) for fact in truth.facts}) == 33
    assert {fact.level for fact in truth.facts} == {"plain", "indirect", "declared"}
    assert len(truth.poison) == 26


@pytest.mark.parametrize("seed", [*SEEDS, 31, 108])  # the last two speak very early
def test_what_is_planted_is_written_whatever_its_date(seed: int) -> None:
    stream = Stream(seed=seed, expected=160)

    written = {json.loads("".join(parts))["id"] for parts in stream.by_count(160)}

    assert len(written) == stream.tally.totals(size=0).conversations == 160
    assert {planted.conversation_id for planted in stream.planted} < written


@pytest.mark.parametrize("seed", SEEDS)
def test_no_poison_is_true_of_the_persona(tmp_path: Path, seed: int) -> None:
    truth = truth_of(tmp_path, seed)
    true = " | ".join(f"{f.statement} | {f.quote}" for f in truth.facts).lower()

    assert [p.value for p in truth.poison if p.value.lower() in true] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_hinted_at_is_said_plainly_nowhere(tmp_path: Path, seed: int) -> None:
    facts = truth_of(tmp_path, seed).facts

    hinted = {(f.slot, f.value) for f in facts if f.level == "indirect"}
    told = {(f.slot, f.value) for f in facts if f.level != "indirect"}

    assert hinted & told == set()


def test_the_old_home_is_told_before_the_move_and_the_new_one_after(
    written: Written,
) -> None:
    moved_on = written.truth.persona.moved_on
    homes = [fact for fact in written.truth.facts if fact.slot == "home"]

    told = {
        (
            fact.valid_to is not None,
            asked_at(written, fact.conversation_id).date() < moved_on,
        )
        for fact in homes
    }

    assert told == {(True, True), (False, False)}
    assert {fact.valid_from or fact.valid_to for fact in homes} == {moved_on.isoformat()}


def test_a_conversation_not_to_be_remembered_is_marked(written: Written) -> None:
    marked = {chat["id"] for chat in written.conversations if chat["is_do_not_remember"]}

    poisoned = {
        poison.conversation_id
        for poison in written.truth.poison
        if poison.kind == "do_not_remember"
    }

    assert marked == poisoned
    assert marked & {fact.conversation_id for fact in written.truth.facts} == set()


@pytest.mark.parametrize("topic", topic_names())
def test_everyday_questions_say_nothing_about_the_person(topic: str) -> None:
    pool = pool_of(topic)
    groups = [*pool.openers, *pool.details, *pool.background, pool.shorts]

    told = [text for group in groups for text in group if ABOUT_ONESELF.search(text)]

    assert told == []
