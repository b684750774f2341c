"""The word lists and templates that synthetic exports are made of, as TOML."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@cache
def table(name: str) -> dict[str, Any]:
    """Read one TOML file of the library, for example ``personas`` or ``topics/web``."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def templates(name: str) -> list[dict[str, Any]]:
    """Return the list of a file with one list of tables: facts, poison or episodes."""
    return list(next(value for value in table(name).values() if type(value) is list))


def topic_names() -> list[str]:
    """Return the names of all topics, sorted."""
    return sorted(path.stem for path in (_FOLDER / "topics").glob("*.toml"))
