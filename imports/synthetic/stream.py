"""The conversations of an export, newest first, as many or as much as asked.

Planted conversations are few and made first; everyday ones are made one by one as they
are read, so memory does not grow with the export.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

from imports.synthetic.conversation import Conversation
from imports.synthetic.declarations import make_declarations
from imports.synthetic.dice import dice
from imports.synthetic.grouping import Group, grouped
from imports.synthetic.library import table, topic_names
from imports.synthetic.persona import ENDED_AT, STARTED_AT, Persona
from imports.synthetic.plan import make_plan
from imports.synthetic.plants import Planted
from imports.synthetic.prose import log_normal, voice
from imports.synthetic.rhythm import wake
from imports.synthetic.tally import Tally

MEAN_BYTES = 88_000
_MANY_BYTES = 430_000_000
_MANY = 6000
_SPAN = ENDED_AT - STARTED_AT
# The first chats may begin a little before the start, on the evening of another day.
_BEFORE_ALL = STARTED_AT - _SPAN
_CLOSE_ENOUGH = 0.003
# Near the end of a size, conversations stay small and plain, so that it is not missed.
_TIGHT_BYTES, _MOST_NODE_BYTES = 450_000, 7500
_ROOMY_FROM = 120
_SECOND_LANGUAGE, _OTHER_LANGUAGE, _OWN_TOPIC = 0.05, 0.007, 4.0

Parts = Iterator[str]


class Stream:
    """All conversations of one seed; what was planted is known from the start."""

    def __init__(self, *, seed: int, expected: int, lengthened: float = 1.0) -> None:
        self.plan = make_plan(seed)
        self.tally = Tally()
        self.planted: list[Planted] = []
        self._seed = seed
        self._lengthened = lengthened
        self._declarations = make_declarations(self.plan, seed=seed)
        self._weights = _topic_weights(self.plan.persona)
        groups = grouped(self.plan, conversations=expected)
        self._waiting = [(group.at, self._document(group, expected)) for group in groups]
        self._written = 0

    def by_count(self, count: int) -> Iterator[Parts]:
        """Yield exactly so many conversations, each as an iterator of its pieces."""
        everyday = count - len(self._waiting)
        for position in range(everyday):
            at = ENDED_AT - _SPAN * ((position + 0.5) / everyday)
            yield from self._newer_than(at)
            yield self._everyday(position, at, room=None)
        yield from self._newer_than(_BEFORE_ALL)

    def by_size(self, size: int) -> Iterator[Parts]:
        """Yield conversations until their JSON, with separators, has about that size."""
        room = size - sum(len(text) + 2 for _, text in self._waiting)
        if room < 0:
            least = (size - room) // 1000 + 1
            raise ValueError(f"the planted conversations alone take {least} kB")
        position = 0
        while room - self._written > size * _CLOSE_ENOUGH:
            left = room - self._written
            at = ENDED_AT - _SPAN * (self._written / room)
            yield from self._newer_than(at)
            yield self._counted(self._everyday(position, at, room=left))
            position += 1
        yield from self._newer_than(_BEFORE_ALL)

    def _counted(self, parts: Parts) -> Parts:
        for part in parts:
            self._written += len(part)
            yield part
        self._written += 2

    def _newer_than(self, at: datetime) -> Iterator[Parts]:
        while self._waiting and self._waiting[-1][0] > at:
            yield iter([self._waiting.pop()[1]])

    def _document(self, group: Group, expected: int) -> str:
        rng = dice(self._seed, "planted", group.number)
        conversation = Conversation(
            rng,
            voice(group.plants[0].topic, rng),
            self._declarations,
            started_at=group.at,
            instructed=False,
            is_forgotten=group.is_forgotten,
        )
        roomy = expected > _ROOMY_FROM and not group.is_forgotten
        self.planted += conversation.plant(group.plants, is_roomy=roomy)
        return "".join(conversation.parts(self.tally))

    def _everyday(self, position: int, at: datetime, *, room: int | None) -> Parts:
        rng = dice(self._seed, "everyday", position)
        started_at = wake(rng, self.plan.persona, at)
        topic = rng.choices(*self._weights)[0]
        is_tight = room is not None and room < _TIGHT_BYTES
        longest = max(200, room // 10) if room is not None and is_tight else 10**6
        conversation = Conversation(
            rng,
            voice(topic, rng, longest=longest),
            self._declarations,
            started_at=started_at,
            instructed=started_at > self.plan.instructed_at,
        )
        nodes = self._nodes(rng)
        most = nodes if room is None else room // _MOST_NODE_BYTES
        conversation.fill(min(nodes, most), shape="plain" if is_tight else None)
        return conversation.parts(self.tally)

    def _nodes(self, rng: random.Random) -> int:
        chance = rng.random()
        if chance < 0.0007:
            return rng.randrange(800, 3000)
        if self._lengthened > 1.0 and chance > 1 - 10 / _MANY:
            return rng.randrange(3600, 6800)
        return int(self._lengthened * log_normal(rng, 14.3, 1.05))


def expected_for(size: int) -> tuple[int, float]:
    """Return how many conversations a size has, and how much longer than usual.

    Past 430 MB real accounts have longer conversations rather than more of them.
    """
    if size <= _MANY_BYTES:
        return size // MEAN_BYTES, 1.0
    return _MANY, size / (_MANY * MEAN_BYTES)


def _topic_weights(persona: Persona) -> tuple[list[str], list[float]]:
    """Weigh the topics: those of the job more, few in the persona's second language."""
    names = topic_names()
    english = [n for n in names if table(f"topics/{n}")["language"] == "en"]
    weights = {n: 1.0 + _OWN_TOPIC * persona.topics.count(n) for n in english}
    total, second = sum(weights.values()), persona.words["language"].lower()
    foreign = {n: _OTHER_LANGUAGE * total for n in names if n not in english}
    weights |= foreign | {second: _SECOND_LANGUAGE * total}
    return names, [weights[name] for name in names]
