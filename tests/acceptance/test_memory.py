"""Memory: what a stage takes does not depend on how long a conversation is."""

from __future__ import annotations

import json
import random
import uuid
from pathlib import Path

import pytest

from imports import uploads, wiring
from imports.models import ImportJob, Status
from imports.pipeline import STAGES
from imports.runner import memory
from tests.exports import chat
from tests.factories import make_job

_PEAK = Path("/proc/self/clear_refs")

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not _PEAK.exists(), reason="only Linux tells peaks"),
]

LONGEST_MB = 8
# Its JSON, its text as strings and as bytes: ingest has all three at a time, no other stage has one.
MOST_TIMES = 5
# One of these in a string, and it takes four times as much memory.
EMOJI = "\U0001f642"
WORDS = ("ferry", "leaves", "harbor", "early", "while", "rain", "falls", "over", "stone")


def test_no_stage_grows_by_more_than_a_few_times_the_longest_conversation() -> None:
    _peaks(_small())  # libraries, compiled patterns and caches stay

    usual = _peaks(_small())
    long = _peaks([*_small(), _conversation("long", LONGEST_MB * 1_000_000)])

    times = {stage: (long[stage] - usual[stage]) / LONGEST_MB for stage in usual}
    assert max(times.values()) < MOST_TIMES, times


def _small() -> list[dict[str, object]]:
    return [_conversation(f"small {number}", 20_000) for number in range(20)]


def _conversation(name: str, characters: int) -> dict[str, object]:
    dice = random.Random(name)
    turns: list[str] = []
    while characters > 0:
        own = f"I live near the {dice.choice(WORDS)} {EMOJI}."
        answer = " ".join(dice.choices(WORDS, k=400)) + dice.choice([*[""] * 7, EMOJI])
        turns += [own, answer]
        characters -= len(own) + len(answer)
    return chat(name, turns)


def _peaks(conversations: list[dict[str, object]]) -> dict[str, float]:
    """Import, and give for each stage by how many megabytes it grew at its peak."""
    job = _job(json.dumps(conversations).encode())
    ports = wiring.ports()
    peaks = {}
    for stage in STAGES:
        memory.give_back()
        _PEAK.write_text("5")
        before = _megabytes("VmRSS")
        for _ in stage.run(job, ports):
            pass
        peaks[stage.name.value] = _megabytes("VmHWM") - before
    return peaks


def _job(content: bytes) -> ImportJob:
    user = uuid.uuid4()
    path = uploads.store(user_id=user, filename="conversations.json", blocks=[content])
    return make_job(user_id=user, storage_path=path, status=Status.RUNNING)


def _megabytes(what: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    line = next(each for each in lines if each.startswith(what))
    return int(line.split()[1]) / 1_000
