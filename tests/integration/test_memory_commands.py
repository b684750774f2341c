"""The terminal's doors to a memory: search it, take it along."""

from __future__ import annotations

import io
import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from imports.adapters.local_embedder import LocalEmbedder
from imports.models import Chunk, Fact, ImportJob, Soulprint, Status
from imports.pipeline import embed
from tests.factories import make_job
from tests.memories import remember
from tests.ports import Ports

pytestmark = pytest.mark.django_db

USER = uuid.UUID("11111111-1111-4111-8111-111111111111")


@pytest.fixture(autouse=True)
def _memory() -> None:
    job = make_job(user_id=USER, status=Status.RUNNING)
    at = datetime(2025, 5, 1, 12, tzinfo=UTC)
    remember(job, ["My sister plays the cello 🎻."], title="Music", at=at)
    _learn(job)
    list(embed.run(job, Ports(embedder=LocalEmbedder())))  # type: ignore[arg-type]


def _learn(job: ImportJob) -> None:
    sections = {name: {"a": "b"} for name in Soulprint.SECTIONS}
    made = {"user_id": USER, "job": job, "engine": "local"}
    Soulprint.objects.create(
        pass_name="full", model="m", prompt_version="1", **made, **sections
    )
    Fact.objects.create(
        id=uuid.uuid4(),
        category="family",
        statement="Has a sister who plays the cello",
        kind="durable",
        basis="stated",
        confidence=0.9,
        evidence=[{"conversation_id": str(uuid.uuid4()), "message_id": "m", "quote": "q"}],
        **made,
    )


def say(*arguments: Any, **options: Any) -> str:
    said = io.StringIO()
    call_command(*arguments, stdout=said, **options)
    return said.getvalue()


def test_search_prints_what_was_said_when_and_where() -> None:
    said = say("search", str(USER), "cello")

    assert "2025-05-01 12:00  user  Music" in said
    assert "My sister plays the cello" in said


@pytest.mark.parametrize(
    "options",
    [["--since", "2026-01-01"], ["--provider", "claude"], ["--role", "assistant"]],
)
def test_search_takes_filters(options: list[str]) -> None:
    assert say("search", str(USER), "cello", *options) == "nothing found\n"


def test_search_says_why_it_cannot_ask_that() -> None:
    with pytest.raises(CommandError, match="limit: Ask for 1 to 50 hits"):
        say("search", str(USER), "cello", limit=0)


def test_a_memory_is_taken_along_as_lines_of_json(tmp_path: Path) -> None:
    path = tmp_path / "memory.jsonl"

    said = say("export_memory", str(USER), str(path))

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["record"] for line in lines] == ["soulprint", "fact", "conversation"]
    assert lines[2]["transcript"] == "My sister plays the cello 🎻."
    assert lines[2]["spans"][0][:2] == ["m0", "user"]
    assert f"3 lines, {path.stat().st_size / 1000:.1f}\u00a0kB" in said


def test_the_memory_of_another_person_is_not_in_it(tmp_path: Path) -> None:
    path = tmp_path / "memory.jsonl"

    say("export_memory", str(uuid.uuid4()), str(path))

    assert path.read_text() == ""


def test_what_is_there_is_replaced_only_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "memory.jsonl"
    path.write_text("precious")

    with pytest.raises(CommandError, match="--force"):
        say("export_memory", str(USER), str(path))

    assert path.read_text() == "precious"


def test_a_search_says_that_vectors_of_another_embedder_were_left_out() -> None:
    Chunk.objects.exclude(embedding=None).update(embedding=[1, 0], embedding_space="old/2")
    told = io.StringIO()

    said = say("search", str(USER), "cello", stderr=told)

    assert "My sister plays the cello" in said
    assert f"manage.py reembed {USER}" in told.getvalue()


def test_a_search_keeps_quiet_when_all_is_well() -> None:
    told = io.StringIO()

    say("search", str(USER), "cello", stderr=told)

    assert told.getvalue() == ""


def test_a_house_with_nothing_to_embed_again_says_so() -> None:
    Chunk.objects.all().delete()

    assert say("reembed", all=True).startswith("Nothing to do")
