"""One reader per provider: elements of a file in, records out."""

from __future__ import annotations

from imports.formats.providers.each import READERS, skipped

__all__ = ["READERS", "skipped"]
