"""How well the local analyst hears and how little it believes, on exports with a known truth."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from rapidfuzz import fuzz

from imports.adapters.local_analyst import LocalAnalyst
from imports.ports import FactsMaterial, ModelRequest, NumberedMessage
from imports.synthetic import Fact, Truth, write_export

SEEDS = (901, 902, 903)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the analyst made of one export."""

    truth: Truth
    facts: list[dict[str, Any]]
    message_ids: list[str]
    texts: list[str]

    def of_message(self, message_ids: tuple[str, ...]) -> list[dict[str, Any]]:
        return [f for f in self.facts if self.message_ids[f["m"][0]] in message_ids]


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> list[Heard]:
    return [listen(tmp_path_factory.mktemp("export"), seed) for seed in SEEDS]


def listen(folder: Any, seed: int) -> Heard:
    truth = write_export(folder / "export.json", seed=seed, conversations=120)
    said = [
        (node["message"]["id"], "\n".join(map(str, node["message"]["content"]["parts"])))
        for conversation in json.loads((folder / "export.json").read_text())
        if not conversation.get("is_do_not_remember")
        for node in conversation["mapping"].values()
        if is_said_by_the_person(node.get("message"))
    ]
    messages = tuple(
        NumberedMessage(number=number, text=text, at=None)
        for number, (_, text) in enumerate(said)
    )
    request = ModelRequest(
        purpose="facts",
        prompt_version="1",
        system="",
        prompt="",
        schema={},
        max_tokens=1,
        material=FactsMaterial(messages=messages),
    )
    facts = json.loads(LocalAnalyst().ask(request).text)["facts"]
    return Heard(
        truth=truth,
        facts=facts,
        message_ids=[message_id for message_id, _ in said],
        texts=[text for _, text in said],
    )


def is_said_by_the_person(message: dict[str, Any] | None) -> bool:
    if not message or message["author"]["role"] != "user":
        return False
    hidden = (message.get("metadata") or {}).get("is_visually_hidden_from_conversation")
    return message["content"].get("content_type") == "text" and not hidden


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", str(text).casefold()).strip()


def is_meant(found: dict[str, Any], planted: Fact) -> bool:
    if planted.slot != found["slot"] and planted.category != found["c"]:
        return False
    value, truth = plain(found["v"]), plain(planted.value)
    return truth in plain(found["s"]) or fuzz.token_set_ratio(value, truth) >= 80


@pytest.mark.parametrize(("level", "least"), [("plain", 0.65), ("indirect", 0.50)])
def test_most_of_what_is_said_is_heard(
    heard: list[Heard], level: str, least: float
) -> None:
    outcomes = [
        any(is_meant(found, planted) for found in each.of_message(planted.message_ids))
        for each in heard
        for planted in each.truth.facts
        if planted.level == level
    ]

    assert sum(outcomes) / len(outcomes) >= least


def test_nearly_all_that_is_heard_is_true(heard: list[Heard]) -> None:
    outcomes = {
        (each.truth.seed, found["s"]): any(
            is_meant(found, fact) for fact in each.truth.facts
        )
        for each in heard
        for found in each.facts
    }

    assert sum(outcomes.values()) / len(outcomes) >= 0.90


def test_no_poison_is_believed(heard: list[Heard]) -> None:
    believed = [
        (poison.kind, found["s"])
        for each in heard
        for poison in each.truth.poison
        for found in each.of_message((poison.message_id,))
        if plain(poison.value) in plain(found["s"])
    ]

    assert believed == []


def test_every_quote_stands_in_its_message(heard: list[Heard]) -> None:
    loose = [
        found["s"]
        for each in heard
        for found in each.facts
        if found["q"] not in each.texts[found["m"][0]]
    ]

    assert loose == []
