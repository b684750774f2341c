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

    content: tuple[str, ...]
    messages: int
    characters: int
    fill: Callable[[str], list[Pack]]  # gives the parts, marked with a key
    is_declared: bool = False


def all_due(declared: tuple[Declared, ...], plan: Plan) -> list[Due]:
    """Give all that is to be read: what was declared first, then the richest."""
    due = [_of_pack(pack) for pack in plan]
    return [_of_declared(declared), *due] if declared else due


def _of_declared(declared: tuple[Declared, ...]) -> Due:
    content = tuple(
        hashlib.sha256(f"{each.kind} {each.at} {each.text}".encode()).hexdigest()
        for each in declared
    )
    return Due(
        content=content,
        messages=len(declared),
        characters=sum(len(each.text) for each in declared),
        fill=partial(_declared, declared),
        is_declared=True,
    )


def _declared(declared: tuple[Declared, ...], key: str) -> list[Pack]:
    return [replace(part, key=key) for part in packs.declared_packs(declared)]


def _of_pack(pack: tuple[Planned, ...]) -> Due:
    return Due(
        content=tuple(f"{each.id} {each.content_hash.hex()}" for each in pack),
        messages=sum(each.messages for each in pack),
        characters=sum(each.characters for each in pack),
        fill=lambda key: packs.filled(pack, key=key),
    )
