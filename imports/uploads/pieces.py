"""One piece of an upload on its way: where it begins, how long it is, and how it is proved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

ALGORITHMS = ("sha1", "sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """``blocks`` may end early when the sender goes away; ``digest`` is that of the whole piece."""

    start: int
    length: int
    blocks: Iterable[bytes]
    algorithm: str = ""
    digest: bytes = b""

    def is_proved_by(self, summed: hashlib._Hash | None) -> bool:
        """Say whether what came is what was sent; without a checksum nobody can tell."""
        return summed is None or summed.digest() == self.digest

    def sum(self) -> hashlib._Hash | None:
        """Begin the sum of this piece; None if it came without one."""
        if not self.algorithm:
            return None
        return hashlib.new(self.algorithm, usedforsecurity=False)
