"""The ports of a test: those that it names, and nothing behind the others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Stands for ``imports.ports.Ports``; what was not given is missed loudly, as None."""

    objects: Any = None
    spool: Path | None = None
    language_model: Any = None
    stand_in: Any = None
    embedder: Any = None
