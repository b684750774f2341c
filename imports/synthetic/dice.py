"""Seeded chance: the same seed and the same names give the same numbers, everywhere."""

from __future__ import annotations

import random


def dice(*names: object) -> random.Random:
    """Return a generator that depends on the names alone."""
    text = ":".join(str(name) for name in names)
    return random.Random(text)


def new_id(rng: random.Random) -> str:
    """Return a random UUID in its usual spelling."""
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
