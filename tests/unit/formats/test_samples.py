"""Every file in tests/samples reads as its ``.expected`` neighbor says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from imports.formats import ExportFailure, Record, Skipped, read_conversations
from tests.unit.formats.chats import LIMITS

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.json"))


LISTS = [
    name
    for name in NAMES
    if name != "truncated" and (SAMPLES / f"{name}.json").read_bytes().startswith(b"[")
]


def outcome(path: Path) -> list[dict[str, Any]]:
    """Read a sample into plain values; a failure is its last line."""
    lines = []
    try:
        lines.extend(map(summary, read_conversations([path], limits=LIMITS)))
    except ExportFailure as failure:
        lines.append({"failure": failure.code})
    return lines


def summary(record: Record) -> dict[str, Any]:
    """Give what a reader of the sample wants to see; what is empty is left out."""
    if isinstance(record, Skipped):
        return {"skipped": record.reason}
    about = {
        "id": record.source_id,
        "provider": record.provider,
        "title": record.title,
        "created_at": record.created_at and record.created_at.isoformat(),
        "updated_at": record.updated_at and record.updated_at.isoformat(),
        "models": list(record.models),
        "project_id": record.project_id,
        "gizmo_id": record.gizmo_id,
        "is_forgotten": not record.is_remembered,
        "oddities": dict(record.oddities),
        "messages": [
            {
                "id": each.id,
                "parent": each.parent_id,
                "who": f"{each.role} {each.kind} {each.origin}".strip(),
                "off_branch": not each.is_active,
                "at": each.created_at and each.created_at.isoformat(),
                "text": each.text,
            }
            for each in record.messages
        ],
    }
    about["messages"] = [{k: v for k, v in m.items() if v} for m in about["messages"]]
    return {key: value for key, value in about.items() if value}


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_reads_as_expected(name: str) -> None:
    expected = json.loads((SAMPLES / f"{name}.expected").read_text(encoding="utf-8"))

    assert outcome(SAMPLES / f"{name}.json") == expected


@pytest.mark.parametrize("name", [name for name in NAMES if name != "truncated"])
def test_reading_a_sample_goes_on_behind_any_record(name: str) -> None:
    parts = [SAMPLES / f"{name}.json"]
    records = list(read_conversations(parts, limits=LIMITS))

    resumed = [
        list(read_conversations(parts, limits=LIMITS, start=record.position))
        for record in records
    ]

    assert resumed == [records[done + 1 :] for done in range(len(records))]


@pytest.mark.parametrize("name", LISTS)
def test_of_a_sample_that_breaks_off_everything_before_is_read(
    name: str, tmp_path: Path
) -> None:
    whole = SAMPLES / f"{name}.json"
    cut = tmp_path / "cut.json"
    cut.write_bytes(whole.read_bytes().rstrip().removesuffix(b"]"))

    *read, failure = outcome(cut)

    assert read == [each for each in outcome(whole) if "failure" not in each]
    assert failure == {"failure": "truncated_json"}
