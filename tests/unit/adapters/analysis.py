"""Asks the local analyst about a few texts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from imports.adapters.local_analyst import LocalAnalyst
from imports.ports import FactsMaterial, Material, ModelRequest, NumberedMessage

AT = datetime(2025, 6, 1, 9, 0, tzinfo=UTC)


def ask(material: Material) -> dict[str, Any]:
    """Ask the local analyst and read its answer."""
    request = ModelRequest(
        purpose="test",
        prompt_version="test",
        system="",
        prompt="",
        schema={},
        max_tokens=100,
        material=material,
    )
    answer: dict[str, Any] = json.loads(LocalAnalyst().ask(request).text)
    return answer


def facts_of(*texts: str, kind: str = "message") -> list[dict[str, Any]]:
    """Give the facts of texts that are numbered from 1."""
    messages = tuple(
        NumberedMessage(number=number, text=text, at=AT, kind=kind)
        for number, text in enumerate(texts, 1)
    )
    facts: list[dict[str, Any]] = ask(FactsMaterial(messages=messages))["facts"]
    return facts


def statements_of(*texts: str, kind: str = "message") -> list[str]:
    """Give the statements of texts, without the subject."""
    return [fact["s"].removeprefix("User ") for fact in facts_of(*texts, kind=kind)]
