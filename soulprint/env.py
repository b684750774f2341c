"""Reads environment variables into typed values; a wrong one stops the start with a sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class BadSetting(SystemExit):
    """A variable is missing or cannot be read."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool = False) -> bool:
    return _read(name, default, _flag)


def whole(name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    value = _read(name, default, int)
    if value < least:
        raise BadSetting(name, f"must be at least {least}, not {value}")
    if value > most:
        raise BadSetting(name, f"must be at most {most}, not {value}")
    return value


def number(name: str, default: float, *, least: float = 0.0) -> float:
    value = _read(name, default, float)
    if not least <= value < float("inf"):
        raise BadSetting(name, f"must be at least {least:g}, not {value:g}")
    return value


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def size(name: str, default: int) -> int:
    """Read a number of bytes; ``20GB``, ``64 MB`` and plain numbers are understood."""
    value = _read(name, default, parse_size)
    if value < 1:
        raise BadSetting(name, f"must be at least 1 byte, not {value}")
    return value


def postgres(name: str, default: str = "") -> str:
    """Read the address of a database; it is not shown when it is wrong, for it holds a password."""
    value = text(name, default)
    if value and not re.fullmatch(r"(?:postgres|postgresql|pgsql)://\S*", value):
        raise BadSetting(name, "must begin with postgres:// or postgresql://")
    return value


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().resolve()


def address(name: str) -> str:
    """Read the address of a web service; it is not shown when it is wrong, for it may be a secret."""
    value = text(name)
    if value and not re.fullmatch(r"https?://[^\s/?#]+\S*", value):
        raise BadSetting(name, "must begin with https:// or http:// and name a host")
    return value


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise BadSetting(name, f"must be one of {', '.join(allowed)}, not {value!r}")
    return value


def service_keys(name: str, default: str = "") -> dict[str, str]:
    """Read ``kid:sha256hex,kid2:sha256hex`` into hashes by name."""
    keys: dict[str, str] = {}
    for word in words(name, default):
        found = re.fullmatch(r"([A-Za-z0-9_-]{1,60}):([0-9a-f]{64})", word)
        if not found or found[1] in keys:
            raise BadSetting(name, "must read kid:sha256hex, each kid once")
        keys[found[1]] = found[2]
    return keys


def required(name: str, why: str) -> str:
    value = text(name)
    if not value:
        raise BadSetting(name, f"is not set. {why}")
    return value


def parse_size(value: str) -> int:
    value = value.strip().upper().removesuffix("B")
    unit = value[-1:]
    factor = {"K": 10**3, "M": 10**6, "G": 10**9}.get(unit, 1)
    return int(float(value.rstrip("KMG")) * factor)


def _flag(value: str) -> bool:
    lowered = value.lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off"}:
        return False
    raise ValueError(value)


def _read(name: str, default: T, convert: Callable[[str], T]) -> T:
    value = text(name)
    if not value:
        return default
    try:
        return convert(value)
    except (ValueError, OverflowError):
        raise BadSetting(name, f"cannot be read: {value!r}") from None
