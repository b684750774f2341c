"""One reader per provider: elements of a file in, records out."""

from imports.formats.providers.each import skipped
from imports.formats.providers.registry import BESIDE, DECODERS, INTERLACED, READERS

__all__ = ["BESIDE", "DECODERS", "INTERLACED", "READERS", "skipped"]
