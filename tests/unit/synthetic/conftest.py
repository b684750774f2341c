"""One export per run that most tests of this room look at, and one large enough to count."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

from imports.synthetic import Truth, write_export


@dataclass(frozen=True, kw_only=True)
class Written:
    """An export as a reader finds it, and what is true of it."""

    raw: bytes
    truth: Truth

    @cached_property
    def conversations(self) -> list[dict[str, Any]]:
        return list(json.loads(self.raw))

    def words(self, conversation_id: str, message_ids: tuple[str, ...]) -> list[str]:
        """Return the content of messages, as JSON with its letters unescaped."""
        found = {c["id"]: c["mapping"] for c in self.conversations}[conversation_id]
        contents = [found[message_id]["message"]["content"] for message_id in message_ids]
        return [json.dumps(content, ensure_ascii=False) for content in contents]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    path = tmp_path_factory.mktemp("synthetic") / "conversations.json"
    truth = write_export(path, seed=3, conversations=150)
    return Written(raw=path.read_bytes(), truth=truth)


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    path = tmp_path_factory.mktemp("large") / "conversations.json"
    truth = write_export(path, seed=11, size_bytes=120_000_000)
    path.unlink()
    return truth
