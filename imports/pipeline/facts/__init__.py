"""Learns facts about the person from what they wrote, each with the words that prove it.

    plan packs -> ask about each -> read -> gate -> checkpoint -> ... -> one account -> rows

No fact is stored until everything was read. What a pack taught is a checkpoint, what was answered
lies in the ledger: a job that is resumed comes to the same rows, and begins where it was.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from typing import Any

from imports.amounts import money
from imports.errors import PermanentFailure
from imports.models import ImportJob, StageName
from imports.pipeline.facts import checkpoints, packs
from imports.pipeline.facts.consolidation import consolidate
from imports.pipeline.facts.packs import Pack, Planned
from imports.pipeline.facts.questions import (
    expected_cost,
    expected_cost_of_memory,
    request_for,
)
from imports.pipeline.facts.reading import Reading
from imports.pipeline.facts.rows import store
from imports.pipeline.ledger import Question, Waiting, ask_all
from imports.pipeline.material import read_declared
from imports.ports import Ports, Progress

logger = logging.getLogger(__name__)

# A refused pack is halved once; one that was cut off goes on behind what it reached.
ROUNDS = 4


def run(job: ImportJob, ports: Ports) -> Iterator[Progress]:
    """Read everything the person wrote, as far as the budget goes, and store what was learned."""
    yield Progress(done=0, total=1, unit="messages")
    declared = yield from _quietly(read_declared(job.user_id))
    plan = yield from _quietly(packs.plan(job.user_id))
    planned = sum(each.messages for pack in plan for each in pack)
    reading = Reading(
        total=len(declared) + planned,
        save=partial(checkpoints.save, job, ports.language_model),
    )
    fresh = _fresh(job, ports, plan, reading)
    parts = list(packs.declared_packs(declared))
    yield from _say_expected_cost(job, ports, reading, parts, list(fresh.values()))
    waiting = _waiting(fresh, parts)
    follow_ups: list[Pack] = []
    try:
        for _ in range(ROUNDS):
            yield from _asked(job, ports, waiting, reading)
            follow_ups = reading.take_follow_ups()
            waiting = iter(follow_ups)
        reading.give_up(follow_ups)
    except PermanentFailure as failure:
        # A person gets what was learned so far; what was not read is read by a later import.
        logger.warning("job %s: no more facts: %s", job.id, failure.code)
        reading.end_early(failure.code)
    yield from _conclude(job, ports, reading)


def _conclude(job: ImportJob, ports: Ports, reading: Reading) -> Iterator[Progress]:
    """Make one account of all that was learned, and store it."""
    account = consolidate(reading.candidates, user_id=job.user_id)
    yield reading.progress()
    store(job, ports, account, reading)
    logger.info(
        "job %s: %s facts of %s candidates, read %s of %s messages, rejected: %s",
        job.id,
        len(account),
        len(reading.candidates),
        reading.read,
        reading.total,
        dict(+reading.rejected),
    )
    yield reading.progress()


def _asked(
    job: ImportJob, ports: Ports, waiting: Iterable[Pack], reading: Reading
) -> Iterator[Progress]:
    questions = _questions(waiting, reading)
    for event in ask_all(job, ports, questions, stage=StageName.FACTS):
        if not isinstance(event, Waiting):
            reading.take(event)
        yield reading.progress(event.in_flight)


def _questions(waiting: Iterable[Pack], reading: Reading) -> Iterator[Question[Pack]]:
    for pack in waiting:
        reading.begin(pack)
        if pack.shown:
            yield Question(key=pack, request=request_for(pack))
        else:
            reading.skip(pack)


def _fresh(
    job: ImportJob, ports: Ports, plan: packs.Plan, reading: Reading
) -> dict[str, tuple[Planned, ...]]:
    """Give the packs that nothing is known of yet, by their keys; take over what is known."""
    fresh = {checkpoints.key_of(pack, ports.language_model): pack for pack in plan}
    for key, lesson in checkpoints.load(job, list(fresh)):
        del fresh[key]
        reading.remember(lesson)
    return fresh


def _say_expected_cost(
    job: ImportJob, ports: Ports, reading: Reading, declared: list[Pack], plan: packs.Plan
) -> Iterator[Progress]:
    """Say what the rest of the full pass is likely to cost, before any of it is asked."""
    price = ports.language_model.price
    if not (price.input or price.output):
        return
    facts = yield from _quietly(expected_cost(declared, plan, price))
    expected = facts + expected_cost_of_memory(job, price)
    reading.note = f"Facts and memory are expected to cost {money(expected)}."
    logger.info(
        "job %s: %s messages in about %s packs, expected cost with memory %s microdollars",
        job.id,
        reading.total - reading.read,
        len(plan),
        expected,
    )


def _waiting(fresh: dict[str, tuple[Planned, ...]], declared: list[Pack]) -> Iterator[Pack]:
    """Yield what is to be asked about, each pack filled when it is its turn."""
    yield from declared
    for key, pack in fresh.items():
        yield from packs.filled(pack, key=key)


def _quietly(reading: Generator[None, None, Any]) -> Any:
    while True:
        try:
            next(reading)
        except StopIteration as end:
            return end.value
        yield Progress(done=0, total=1, unit="messages")
