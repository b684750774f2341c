"""Puts packs into requests, and says what asking all of them is likely to cost.

How much of a history is worth showing differs from person to person, so it is not guessed: some
packs, spread over the plan, are filled and measured, and the others are taken to be like them.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence

from django.db.models import Sum

from imports.models import Conversation, ImportJob, ModelCall, StageName
from imports.pipeline import memory
from imports.pipeline.facts.due import Due
from imports.pipeline.facts.packs import Pack
from imports.pipeline.facts.wire import schema
from imports.pipeline.ledger.books import estimated_tokens, real_cost
from imports.pipeline.prompts import VERSIONS, message_lines, system_prompt
from imports.ports import FactsMaterial, ModelAnswer, ModelRequest, Price

MAX_TOKENS = 3_000
MEASURED_PACKS = 24
ANSWER_SHARE = 0.05  # tokens of facts per token of messages
ANSWER_LEAST = 4  # tokens, of an empty list
# Of what the quick pass cost: the memory stage samples fewer conversations, and adds the facts.
MEMORY_SHARE = 0.72
TOKENS_OF_FACTS = 4_000


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


def expected_cost(due: Sequence[Due], price: Price) -> Generator[None, None, int]:
    """Measure what asking about everything will cost, in micro-dollars; yields between packs."""
    plan = [each for each in due if not each.is_declared]
    declared = sum(_cost_of(each, price) for each in due if each.is_declared)
    step = max(1, -(-len(plan) // MEASURED_PACKS))
    measured = plan[::step]
    cost = 0
    for each in measured:
        cost += _cost_of(each, price)
        yield
    share = _size(measured) / (_size(plan) or 1)
    return declared + (round(cost / share) if share else 0)


def expected_cost_of_memory(job: ImportJob, price: Price) -> int:
    """Guess what the memory stage will cost: it shows less of what the quick pass has shown."""
    quick = ModelCall.objects.filter(job=job, stage=StageName.QUICK_PASS)
    spent = quick.aggregate(n=Sum("microdollars"))["n"] or 0
    conversations = Conversation.objects.filter(user_id=job.user_id).count()
    share = min(1.0, max(MEMORY_SHARE, memory.CONVERSATIONS / (conversations or 1)))
    facts = ModelAnswer(text="", stop_reason="", input_tokens=TOKENS_OF_FACTS)
    return round(spent * share) + real_cost(facts, price)


def _size(due: Sequence[Due]) -> int:
    return sum(each.characters for each in due)


def _cost_of(due: Due, price: Price) -> int:
    return sum(_cost(part, price) for part in due.fill(""))


def _cost(part: Pack, price: Price) -> int:
    if not part.shown:
        return 0
    request = request_for(part)
    shown = estimated_tokens(request.prompt)
    overhead = estimated_tokens(request.system) + estimated_tokens(
        json.dumps(request.schema)
    )
    answer = ModelAnswer(
        text="",
        stop_reason="",
        input_tokens=shown + overhead,
        output_tokens=int(shown * ANSWER_SHARE) + ANSWER_LEAST,
    )
    return real_cost(answer, price)
