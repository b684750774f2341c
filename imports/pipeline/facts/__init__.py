"""Learns facts about the person from what they wrote, each with the words that prove it.

    plan packs -> ask about each -> read -> gate -> checkpoint -> ... -> one account -> rows
                  | what the model does not read, the stand-in does

No fact is stored until everything was read. What a pack taught is a checkpoint, what was answered
lies in the ledger: a job that is resumed comes to the same rows, and begins where it was.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import partial

from imports.amounts import money
from imports.errors import PermanentFailure
from imports.models import ImportJob, StageName
from imports.pipeline.facts import checkpoints, doubts, packs, standing_in
from imports.pipeline.facts.consolidation import consolidate
from imports.pipeline.facts.due import Due, all_due
from imports.pipeline.facts.packs import Pack
from imports.pipeline.facts.questions import (
    expected_cost,
    expected_cost_of_memory,
    request_for,
)
from imports.pipeline.facts.reading import Reading
from imports.pipeline.facts.rows import store
from imports.pipeline.ledger import Question, Waiting, ask_all
from imports.pipeline.material import piece_by_piece, read_declared, tally
from imports.ports import Ports, Progress

logger = logging.getLogger(__name__)

# A refused pack is halved once; one that was cut off goes on behind what it reached.
ROUNDS = 4
BEGUN = Progress(done=0, total=1, unit="")


def run(job: ImportJob, ports: Ports) -> Iterator[Progress]:
    """Read everything the person wrote, as far as the budget goes, and store what was learned."""
    yield BEGUN
    yield from piece_by_piece(tally(job), BEGUN)
    declared = yield from piece_by_piece(read_declared(job.user_id), BEGUN)
    plan = yield from piece_by_piece(packs.plan(job.user_id), BEGUN)
    due = all_due(declared, plan)
    model = ports.language_model
    reading = Reading(
        total=sum(each.messages for each in due),
        engine=model.engine,
        save=partial(checkpoints.save, job, model),
    )
    fresh = _fresh(job, ports, due, reading)
    yield from _say_expected_cost(job, ports, reading, fresh)
    yield from _ask_the_model(job, ports, fresh, reading)
    unread = {key: each for key, each in fresh.items() if not reading.has_read(key)}
    unread = standing_in.take_over(job, ports, unread, reading)
    yield from standing_in.read_by_rules(job, ports.stand_in, unread, reading)
    yield from _conclude(job, ports, reading)


def _fresh(
    job: ImportJob, ports: Ports, due: list[Due], reading: Reading
) -> dict[str, Due]:
    """Give what the chosen model has not read yet, by its keys; take over what it has."""
    model = ports.language_model
    fresh = {checkpoints.key_of(each.content, model): each for each in due}
    for key, lesson in checkpoints.load(job, list(fresh)):
        del fresh[key]
        reading.remember(lesson)
    if model.engine != ports.stand_in.engine:
        return fresh
    # Rules do not read again what a language model has understood before.
    return standing_in.take_over(job, ports, fresh, reading)


def _ask_the_model(
    job: ImportJob, ports: Ports, fresh: dict[str, Due], reading: Reading
) -> Iterator[Progress]:
    waiting = _waiting(fresh)
    follow_ups: list[Pack] = []
    try:
        for _ in range(ROUNDS):
            yield from _asked(job, ports, waiting, reading)
            follow_ups = reading.take_follow_ups()
            waiting = iter(follow_ups)
        reading.give_up(follow_ups)
    except PermanentFailure as failure:
        logger.warning("job %s: no more facts: %s", job.id, failure.code)
        reading.end_early(failure.code)
    reading.leave_the_rest()


def _conclude(job: ImportJob, ports: Ports, reading: Reading) -> Iterator[Progress]:
    """Make one account of all that was learned, and store it."""
    account = consolidate(reading.candidates, user_id=job.user_id)
    yield reading.progress()
    yield from doubts.decide(job, ports, account, reading)
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
        if reading.is_out_of_money:
            return


def _say_expected_cost(
    job: ImportJob, ports: Ports, reading: Reading, fresh: dict[str, Due]
) -> Iterator[Progress]:
    """Say what the rest of the full pass is likely to cost, before any of it is asked."""
    price = ports.language_model.price
    if price.is_free:
        return
    measuring = expected_cost(list(fresh.values()), price)
    facts = yield from piece_by_piece(measuring, BEGUN)
    expected = facts + expected_cost_of_memory(job, price)
    reading.note = f"Facts and memory are expected to cost {money(expected)}."
    logger.info(
        "job %s: %s messages in about %s packs, expected cost with memory %s microdollars",
        job.id,
        reading.total - reading.read,
        len(fresh),
        expected,
    )


def _waiting(fresh: dict[str, Due]) -> Iterator[Pack]:
    """Yield what is to be asked about, each pack filled when it is its turn."""
    for key, due in fresh.items():
        yield from due.fill(key)
