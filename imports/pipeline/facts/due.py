"""What is to be read: the declared texts and the planned packs, each under a name of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from imports.pipeline.facts import packs
from imports.pipeline.facts.packs import Pack, Plan, Planned
from imports.pipeline.material import Declared


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Some messages to be read: how many, what they are, and how to get their texts."""

    content: str  # a digest of it
    messages: int
    characters: int
    fill: Callable[[str], list[Pack]]  # gives the parts, marked with a key
    is_declared: bool = False


def all_due(declared: tuple[Declared, ...], plan: Plan) -> list[Due]:
    """Give all that is to be read: what was declared first, then the richest."""
    due = [_of_pack(pack) for pack in plan]
    return [_of_declared(declared), *due] if declared else due


def _of_declared(declared: tuple[Declared, ...]) -> Due:
    texts = (f"{each.kind} {each.at} {each.message_id} {each.text}" for each in declared)
    return Due(
        content=hashlib.sha256("\n".join(texts).encode()).hexdigest(),
        messages=len(declared),
        characters=sum(len(each.text) for each in declared),
        fill=partial(_declared, declared),
        is_declared=True,
    )


def _declared(declared: tuple[Declared, ...], key: str) -> list[Pack]:
    return [replace(part, key=key) for part in packs.declared_packs(declared)]


def _of_pack(pack: Planned) -> Due:
    return Due(
        content=pack.digest,
        messages=pack.messages,
        characters=pack.characters,
        fill=lambda key: packs.filled(pack, key=key),
    )
