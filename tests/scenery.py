"""A house full of realistic rows: what screenshots, browser tests and query counts look at."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from imports.models import (
    Conversation,
    Fact,
    ImportJob,
    Soulprint,
    StageLog,
    StageName,
    Status,
)
from imports.models.pauses import Pause
from imports.models.workers import Worker
from tests.factories import make_job

_SECONDS = {
    StageName.DOWNLOAD: (14, "bytes", 312_400_000),
    StageName.INGEST: (41, "conversations", 3_914),
    StageName.QUICK_PASS: (22, "calls", 1),
    StageName.EMBED: (65, "chunks", 41_220),
    StageName.FACTS: (240, "calls", 48),
    StageName.MEMORY: (31, "calls", 2),
}
_SAMPLES = {
    "no_messages": [
        {
            "source_id": "6712c8f0-7a50-8001-9d4f-2f1e6c1b7a10",
            "part": 0,
            "offset": 18_204_771,
        },
        {
            "source_id": "672f0e9c-1d34-8001-8f0b-9c5f5b0e2d44",
            "part": 0,
            "offset": 96_411_030,
        },
    ],
    "too_large": [{"source_id": "", "part": 1, "offset": 140_022_118}],
}
_SECTIONS: dict[str, Any] = {
    "soul": {
        "communication_style": "Warm and direct: says what it thinks, then asks one question.",
        "tone": "Dry, with the occasional joke about roof trusses.",
        "humor": None,
        "values": ["Honesty", "Things that last"],
        "boundaries": ["Does not joke about the illness of her father"],
        "explicit_instructions": [
            "Short paragraphs",
            "No flattery",
            "Metric units, 24-hour times",
        ],
    },
    "identity": {
        "ai_name": "Wren",
        "archetype": "Builder's co-pilot",
        "vibe": "A colleague who has read the drawings before the meeting.",
        "greeting": None,
        "languages": ["English", "German"],
    },
    "user": {
        "name": "Marta",
        "occupation": "Structural engineer",
        "location": "Leipzig",
        "languages": ["German", "English"],
        "relationships": ["Jonas, her brother", "Ada, who teaches her the cello"],
        "projects": ["The roof of an old farmhouse", "A thesis about timber joints"],
        "goals": ["Run a half marathon in May"],
        "active_hours": "Evenings, 20 to 23 h",
        "life_context": "Restores a farmhouse with her brother, learns the cello, and has worked "
        "part time since the spring of 2025.",
    },
    "agents": {
        "response_style": "Plan first, then write.",
        "task_mix": [
            {"task": "coding", "share": 0.46},
            {"task": "planning", "share": 0.31},
        ],
        "working_agreements": ["Name the risk before the remedy"],
        "do_not": ["Do not round loads"],
    },
    "tools": {
        "named_tools": ["RFEM", "Obsidian"],
        "code_languages": ["Python"],
        "models_used": ["gpt-4o"],
    },
    "memory": {
        "summary": "Since 2023 most evenings went into the farmhouse.\n\nIn spring 2025 she changed "
        "to part time.",
        "groups": [
            {
                "category": "family",
                "facts": [
                    {
                        "statement": "Has a brother, Jonas.",
                        "since": "2023",
                        "confidence": 0.9,
                    }
                ],
            }
        ],
        "timeline": [{"date": "2023-03", "event": "Bought the farmhouse"}],
        "topics": ["timber", "cello", "running"],
    },
}


def furnish(*, user_id: uuid.UUID, now: datetime | None = None) -> dict[str, ImportJob]:
    """Fill an empty database; give the jobs that a test or a picture is about, by name."""
    now = now or datetime.now(UTC)
    Worker.objects.create(name="worker-1:4121", slots=2, restarts=1)
    Worker.objects.create(name="worker-0:88", slots=2, beat_at=now - timedelta(hours=3))
    _past(now, random.Random(7))
    jobs = {
        "running": _running(now),
        "failed": _failed(now),
        "stalled": _stalled(now),
        "retrying": _retrying(now),
        "waiting": make_job(bytes_total=48_000_000, requested_by="key site"),
        "complete": _complete(user_id, now - timedelta(hours=2)),
    }
    _results(jobs["complete"])
    return jobs


def furnish_person(*, user_id: uuid.UUID) -> ImportJob:
    """Give one person a complete import, with a soulprint, facts and conversations."""
    job = _complete(user_id, datetime.now(UTC) - timedelta(hours=2))
    _results(job)
    return job


def furnish_oddly(*, user_id: uuid.UUID, now: datetime | None = None) -> ImportJob:
    """Fill a house, and give one person words, names and titles that are hard to set."""
    furnish(user_id=uuid.uuid4(), now=now)
    job = furnish_person(user_id=user_id)
    path = f"imports/{user_id}/abcdefabcdef-{LONG_WORD} {_MANY_SCRIPTS}.zip"
    ImportJob.objects.filter(id=job.id).update(
        storage_path=path,
        error_title=LONG_WORD,
        error_detail=LONG_WORD,
        error_code=LONG_WORD[:60],
    )
    Soulprint.objects.filter(job=job).update(
        ai_name=f"{_MANY_SCRIPTS} {LONG_WORD}", archetype=LONG_WORD, note=LONG_WORD,
        soul={"values": [_MANY_SCRIPTS, LONG_WORD], "tone": LONG_WORD * 3},
        agents={"task_mix": [{"task": LONG_WORD, "share": 0.5}]},
        memory={
            "groups": [{"category": LONG_WORD, "facts": [{"statement": LONG_WORD}]}],
            "timeline": [{"date": "2023-03", "event": LONG_WORD}],
            "topics": [LONG_WORD, _MANY_SCRIPTS],
        },
    )  # fmt: skip
    for fact in Fact.objects.filter(job=job):
        fact.statement = f"{_MANY_SCRIPTS} {LONG_WORD}"
        fact.evidence = [each | {"quote": LONG_WORD * 2} for each in fact.evidence]
        fact.save()
    Conversation.objects.filter(job=job).update(
        title=f"{LONG_WORD} {_MANY_SCRIPTS * 8}", models_used=[LONG_WORD]
    )
    Pause.objects.create(stage=StageName.FACTS, paused_by="ada", reason=LONG_WORD)
    return job


def _past(now: datetime, dice: random.Random) -> None:
    for place in range(60):
        at = now - timedelta(hours=place * 5 + 4)
        if dice.random() < 0.85:
            _complete(
                uuid.UUID(int=dice.getrandbits(128), version=4), at, dice.uniform(0.3, 2)
            )
            continue
        make_job(
            user_id=uuid.UUID(int=dice.getrandbits(128), version=4),
            status=Status.CANCELLED,
            stage=StageName.FACTS,
            progress_percent=63,
            created_at=at,
            finished_at=at + timedelta(minutes=4),
        )


def _complete(user_id: uuid.UUID, at: datetime, scale: float = 1) -> ImportJob:
    took = timedelta(seconds=sum(seconds for seconds, _, _ in _SECONDS.values()) * scale)
    job = make_job(
        user_id=user_id, status=Status.COMPLETE, attempt=6, requested_by="key site",
        created_at=at, started_at=at + timedelta(seconds=3), queued_at=at,
        quick_ready_at=at + timedelta(seconds=80 * scale), finished_at=at + took,
        conversations_found=3914, conversations_stored=3902, skipped=12,
        skipped_reasons={"no_messages": 9, "too_large": 3}, oddities={"repaired_time": 4},
        skipped_samples=_SAMPLES,
        messages=61_204, chunks=41_220, facts=5, bytes_total=312_400_000, bytes_done=312_400_000,
        spent_microdollars=round(412_000 * scale), budget_microdollars=5_000_000, model_calls=51,
    )  # fmt: skip
    _log(job, at + timedelta(seconds=3), until=StageName.MEMORY, scale=scale)
    return job


def _log(job: ImportJob, at: datetime, *, until: StageName, scale: float = 1) -> datetime:
    attempt = 1
    lines: list[StageLog] = []
    for stage, (seconds, unit, items) in _SECONDS.items():
        left, done = seconds * scale, 0
        while left > 0:
            run = min(75.0, left)
            left -= run
            done = items if left <= 0 else done + round(items * run / (seconds * scale))
            lines.append(StageLog(
                job=job, attempt=attempt, stage=stage, worker="worker-1:4121",
                started_at=at, ended_at=at + timedelta(seconds=run),
                outcome="slice" if left > 0 else "done",
                items_done=done, items_total=items, unit=unit,
                tokens=items * 1200 if unit == "calls" else 0,
                spent_microdollars=items * 8000 if unit == "calls" else 0,
            ))  # fmt: skip
            at += timedelta(seconds=run)
            if left > 0:
                attempt += 1
                at += timedelta(seconds=0.4)
        if stage == until:
            break
    StageLog.objects.bulk_create(lines)
    return at


def _running(now: datetime) -> ImportJob:
    at = now - timedelta(seconds=190)
    job = make_job(
        status=Status.RUNNING, stage=StageName.FACTS, progress_percent=71, attempt=3,
        worker="worker-1:4121", created_at=at - timedelta(seconds=9), started_at=at,
        progressed_at=now - timedelta(seconds=2), quick_ready_at=at + timedelta(seconds=80),
        conversations_found=3914, conversations_stored=3902, skipped=12, messages=61_204,
        skipped_reasons={"no_messages": 9, "too_large": 3}, chunks=41_220, facts=31,
        skipped_samples=_SAMPLES,
        bytes_total=312_400_000, bytes_done=312_400_000, spent_microdollars=162_000,
        budget_microdollars=5_000_000, model_calls=19, requested_by="key site",
    )  # fmt: skip
    end = _log(job, at, until=StageName.EMBED)
    StageLog.objects.create(
        job=job, attempt=3, stage=StageName.FACTS, worker="worker-1:4121", started_at=end,
        items_done=18, items_total=48, unit="calls", tokens=21_000, spent_microdollars=144_000,
    )  # fmt: skip
    return job


def _failed(now: datetime) -> ImportJob:
    at = now - timedelta(minutes=42)
    job = make_job(
        status=Status.FAILED, stage=StageName.INGEST, progress_percent=17, attempt=2,
        created_at=at, started_at=at + timedelta(seconds=2),
        finished_at=at + timedelta(seconds=75), bytes_total=1_240_000_000,
        bytes_done=811_000_000, requested_by="key site", error_code="truncated_export",
        error_title="The file breaks off in the middle of a conversation",
        error_detail="Everything before byte 811,000,212 was read. Ask for a new export and "
        "upload it again; what is stored is not stored twice.",
    )  # fmt: skip
    StageLog.objects.create(
        job=job, attempt=1, stage=StageName.DOWNLOAD, worker="worker-1:4121",
        started_at=at + timedelta(seconds=2), ended_at=at + timedelta(seconds=38),
        outcome="done", items_done=1_240_000_000, items_total=1_240_000_000, unit="bytes",
    )  # fmt: skip
    StageLog.objects.create(
        job=job, kind="action", attempt=1, stage=StageName.INGEST, action="retried",
        actor="ada", reason="looked like a hiccup of the disk", started_at=at + timedelta(seconds=60),
    )  # fmt: skip
    StageLog.objects.create(
        job=job, attempt=2, stage=StageName.INGEST, worker="worker-1:4121",
        started_at=at + timedelta(seconds=61), ended_at=at + timedelta(seconds=75),
        outcome="failed", items_done=2100, items_total=3900, unit="conversations",
        error_code="truncated_export", message="The file breaks off (byte 811,000,212)",
        traceback='Traceback (most recent call last):\n  File "imports/runner/turn.py", line 61, in run\n'
        "    for progress in stage.run(job, ports):\nimports.formats.failures.TruncatedExport\n",
    )  # fmt: skip
    return job


def _stalled(now: datetime) -> ImportJob:
    return make_job(
        status=Status.RUNNING, stage=StageName.EMBED, progress_percent=47, attempt=4, crashes=1,
        lease_expires_at=now - timedelta(seconds=40), progressed_at=now - timedelta(seconds=70),
        created_at=now - timedelta(minutes=9), started_at=now - timedelta(minutes=9),
        bytes_total=88_000_000, requested_by="key site",
    )  # fmt: skip


def _retrying(now: datetime) -> ImportJob:
    return make_job(
        stage=StageName.QUICK_PASS, progress_percent=22, attempt=3, failures=2,
        next_attempt_at=now + timedelta(minutes=3), error_code="provider_busy",
        error_title="The language model is busy", error_is_retryable=True,
        error_detail="Nothing is lost. The import tries again by itself.",
        created_at=now - timedelta(minutes=12), started_at=now - timedelta(minutes=11),
        bytes_total=9_400_000, requested_by="user token",
    )  # fmt: skip


def _results(job: ImportJob) -> None:
    for pass_name in ("quick", "full"):
        Soulprint.objects.create(
            user_id=job.user_id, job=job, pass_name=pass_name, ai_name="Wren",
            archetype="Builder's co-pilot", engine="local", model="local-analyst-1",
            prompt_version="1", note="" if pass_name == "quick" else "Read 12,400 of 12,400 messages",
            created_at=job.finished_at if pass_name == "full" else job.quick_ready_at,
            **{
                name: None if (name, pass_name) == ("memory", "quick") else body
                for name, body in _SECTIONS.items()
            },
        )  # fmt: skip
    for place, (category, statement, quote) in enumerate(_FACTS):
        Fact.objects.create(
            id=uuid.uuid4(), user_id=job.user_id, job=job, category=category, statement=statement,
            kind="durable", basis="stated", confidence=0.95 - place * 0.07, engine="local",
            first_seen_at=datetime(2024, 3, 9, tzinfo=UTC), last_seen_at=datetime(2025, 6, 1, tzinfo=UTC),
            evidence=[{"conversation_id": str(Conversation.id_for(job.user_id, "chatgpt", "s1")), "message_id": f"m{place}", "at": "2024-03-09T19:12:00Z", "quote": quote}],
        )  # fmt: skip
    for place, title in enumerate(_TITLES):
        Conversation.objects.create(
            id=Conversation.id_for(job.user_id, "chatgpt", f"s{place}"),
            user_id=job.user_id, job=job, provider="chatgpt", source_id=f"s{place}",
            title=title, created_at=datetime(2025, 1, 1 + place, tzinfo=UTC),
            updated_at=datetime(2025, 1, 2 + place, tzinfo=UTC), message_count=12 + place,
            content_hash=b"x", transcript="secret text", shown_length=11,
            spans=[["m1", "user", "visible", 1_735_700_000, 0, 11, True, "typed"]],
        )  # fmt: skip


LONG_WORD = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
)
_MANY_SCRIPTS = "山田太郎 عمي עידן 🦊"
_FACTS = (
    ("home", "Lives in Leipzig, in the Südvorstadt.", "we moved to Leipzig last winter, Südvorstadt, and I love it"),
    ("work", "Works as a structural engineer.", "As a structural engineer I'd never sign that off"),
    ("family", "Has a brother, Jonas.", "my brother Jonas and I bought the farmhouse together"),
    ("health", "Is allergic to walnuts.", "careful, I'm allergic to walnuts"),
    ("plan", "Wants to run a half marathon in May.", "the half marathon is in May, so twelve weeks"),
)  # fmt: skip
_TITLES = (
    "Roof trusses of an old farmhouse: which ones can stay, which ones must go, and how to tell "
    "a heritage office about it without losing a year",
    "Cello practice plan",
    "<script>alert(1)</script>",
    "",
)
