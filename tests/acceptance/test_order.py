"""The order of conversations in an export is nobody's choice: it changes nothing that came out."""

from __future__ import annotations

import io
import json
import random
import uuid
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from imports import erase
from imports.models import Fact, Soulprint
from imports.search import Question, search
from imports.synthetic import Truth, write_export
from tests.acceptance.journeys import bring, work_to_the_end

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]
USER = uuid.UUID("6f1c2a34-9b0d-4e57-8a61-3c5d7e9f0b12")  # ids of rows come from it
_CONVERSATIONS = 60


def test_any_order_and_any_shards_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    truth = write_export(path, seed=3, conversations=_CONVERSATIONS)
    history = json.loads(path.read_text())
    shuffled = random.Random(3).sample(history, k=len(history))

    as_written = _what_comes_of(_shards(history, size=len(history)), truth)
    as_shuffled = _what_comes_of(_shards(shuffled, size=25), truth)
    backwards = _what_comes_of(_shards(history[::-1], size=7), truth)

    assert as_shuffled == as_written
    assert backwards == as_written


def _shards(history: Sequence[Any], *, size: int) -> list[Sequence[Any]]:
    return [history[at : at + size] for at in range(0, len(history), size)]


def _what_comes_of(shards: Sequence[Sequence[Any]], truth: Truth) -> dict[str, Any]:
    """Import a history as a person who was never here before, and tell all that can be read."""
    job = work_to_the_end(bring(_zipped(shards), user_id=USER))
    assert job.conversations_stored == _CONVERSATIONS
    told = {"facts": _facts(), "soulprints": _soulprints(), "hits": _hits(truth)}
    erase.request(USER, requested_by="test")
    erase.erase_due()
    return told


def _zipped(shards: Sequence[Sequence[Any]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, shard in enumerate(shards):
            archive.writestr(f"conversations-{number:03}.json", json.dumps(shard))
    return packed.getvalue()


def _facts() -> list[dict[str, Any]]:
    return list(Fact.objects.order_by("id").values(*_FACT_FIELDS))


_FACT_FIELDS = [
    field.attname
    for field in Fact._meta.concrete_fields
    if field.attname not in {"job_id", "created_at"}
]


def _soulprints() -> list[dict[str, Any]]:
    fields = ("pass_name", "ai_name", "archetype", "note", *Soulprint.SECTIONS)
    return list(Soulprint.objects.order_by("pass_name").values(*fields))


def _hits(truth: Truth) -> dict[str, list[tuple[Any, ...]]]:
    return {
        asked.question: [
            (hit.conversation_id, hit.start, hit.end, hit.text, hit.score, hit.facts)
            for hit in search(USER, Question(text=asked.question))
        ]
        for asked in truth.questions
    }
