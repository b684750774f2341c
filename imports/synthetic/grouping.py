"""Which plants share a conversation, so that a small export holds all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from imports.synthetic.dice import dice
from imports.synthetic.plan import Plan
from imports.synthetic.plants import Plant
from imports.synthetic.rhythm import wake

FEWEST = 6
_SHARE = 0.55


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Plants that are said in one conversation."""

    number: int
    at: datetime
    plants: tuple[Plant, ...]
    is_forgotten: bool


def grouped(plan: Plan, *, conversations: int) -> list[Group]:
    """Put the plants into at most about half of the conversations, oldest first.

    What is said before a move and what is said after it never share a conversation.
    """
    shared = [plant for plant in plan.plants if not plant.is_alone]
    alone = [plant for plant in plan.plants if plant.is_alone]
    eras = _eras(plan, shared)
    wanted = int(conversations * _SHARE) - len(alone)
    size = max(1, -(-len(shared) // max(1, wanted)))
    if wanted <= len(eras):
        size = len(shared)
    cut = [era[i : i + size] for era in eras for i in range(0, len(era), size)]
    lists = [*cut, *([plant] for plant in alone)]
    groups = [_group(plan, number, plants) for number, plants in enumerate(lists)]
    return sorted(groups, key=lambda group: group.at)


def _eras(plan: Plan, plants: list[Plant]) -> list[list[Plant]]:
    persona = plan.persona
    first, last = sorted((persona.moved_on, persona.hired_on))
    before = [p for p in plants if p.at.date() < first]
    after = [p for p in plants if p.at.date() > last]
    between = [p for p in plants if first <= p.at.date() <= last]
    return [era for era in (before, between, after) if era]


def _group(plan: Plan, number: int, plants: list[Plant]) -> Group:
    rng = dice(plan.seed, "group", number)
    return Group(
        number=number,
        at=wake(rng, plan.persona, plants[-1].at),
        plants=tuple(plants),
        is_forgotten=plants[0].is_alone,
    )
