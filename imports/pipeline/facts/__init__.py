"""Learns facts about the person from what they wrote, each with the words that prove it.

    plan packs -> ask about each -> read -> gate -> checkpoint -> ... -> one account -> rows

No fact is stored until everything was read. What a pack taught is a checkpoint, what was answered
lies in the ledger: a job that is resumed comes to the same rows, and begins where it was.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from typing import Any

from imports.models import ImportJob, StageName
from imports.pipeline.facts import checkpoints, packs
from imports.pipeline.facts.consolidation import consolidate
from imports.pipeline.facts.packs import Pack
from imports.pipeline.facts.reading import Reading
from imports.pipeline.facts.rows import store
from imports.pipeline.facts.wire import schema
from imports.pipeline.ledger import Question, Waiting, ask_all
from imports.pipeline.ledger.books import CHARACTERS_PER_TOKEN, estimated_tokens, real_cost
from imports.pipeline.material import read_declared
from imports.pipeline.prompts import VERSIONS, message_lines, system_prompt
from imports.ports import FactsMaterial, ModelAnswer, ModelRequest, Ports, Price, Progress

logger = logging.getLogger(__name__)

MAX_TOKENS = 3_000
# A refused pack is halved once; one that was cut off goes on behind what it reached.
ROUNDS = 4
ANSWER_SHARE = 0.05  # tokens of facts per token of messages


def run(job: ImportJob, ports: Ports) -> Iterator[Progress]:
    """Read everything the person wrote, as far as the budget goes, and store what was learned."""
    yield Progress(done=0, total=1, unit="messages")
    declared = yield from _quietly(read_declared(job.user_id))
    plan = yield from _quietly(packs.plan(job.user_id))
    planned = sum(each.messages for pack in plan for each in pack)
    model = ports.language_model
    reading = Reading(
        total=len(declared) + planned, save=partial(checkpoints.save, job, model)
    )
    logger.info(
        "job %s: %s messages in about %s packs, expected cost %s microdollars",
        job.id,
        reading.total,
        len(plan),
        expected_cost(plan, model.price),
    )
    waiting = _waiting(job, ports, reading, plan, packs.declared_packs(declared))
    follow_ups: list[Pack] = []
    for _ in range(ROUNDS):
        yield from _asked(job, ports, waiting, reading)
        follow_ups = reading.take_follow_ups()
        waiting = iter(follow_ups)
    reading.give_up(follow_ups)
    yield from _conclude(job, ports, reading)


def request_for(pack: Pack) -> ModelRequest:
    """Put a pack into a request."""
    messages = tuple(each.message for each in pack.shown)
    return ModelRequest(
        purpose="facts",
        prompt_version=VERSIONS["facts"],
        system=system_prompt("facts"),
        prompt="\n".join(message_lines(messages)),
        schema=schema(),
        max_tokens=MAX_TOKENS,
        material=FactsMaterial(messages=messages),
    )


def expected_cost(plan: packs.Plan, price: Price) -> int:
    """Guess what reading everything will cost, in micro-dollars."""
    bare = request_for(Pack(shown=(), weight=0))
    overhead = estimated_tokens(bare.system) + estimated_tokens(json.dumps(bare.schema))
    shown = packs.expected_characters(plan) / CHARACTERS_PER_TOKEN
    tokens_in = int(shown) + len(plan) * overhead
    tokens_out = int(shown * ANSWER_SHARE) + len(plan) * 20
    return real_cost(
        ModelAnswer(
            text="", stop_reason="", input_tokens=tokens_in, output_tokens=tokens_out
        ),
        price,
    )


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


def _waiting(
    job: ImportJob,
    ports: Ports,
    reading: Reading,
    plan: packs.Plan,
    declared: Iterator[Pack],
) -> Iterator[Pack]:
    """Yield the packs that nothing is known of yet, each filled when it is its turn."""
    keys = [checkpoints.key_of(pack, ports.language_model) for pack in plan]
    known = set()
    for key, lesson in checkpoints.load(job, keys):
        known.add(key)
        reading.remember(lesson)
    yield from declared
    for key, pack in zip(keys, plan, strict=True):
        if key not in known:
            yield from packs.filled(pack, key=key)


def _quietly(reading: Generator[None, None, Any]) -> Any:
    while True:
        try:
            next(reading)
        except StopIteration as end:
            return end.value
        yield Progress(done=0, total=1, unit="messages")
