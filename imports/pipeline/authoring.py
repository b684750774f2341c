"""Has sections written by a language model and stores them as a version of the soulprint.

An answer that cannot be used is asked for once more, a refused request once more with half the
material. What fails for good is written by the stand-in, and the soulprint says why.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from imports.errors import PermanentFailure
from imports.models import ImportJob, Soulprint, StageName
from imports.pipeline.answers import UnusableAnswer, read_object
from imports.pipeline.ledger import Answered, BudgetExceeded, Question, Waiting, ask_all
from imports.pipeline.material import Declared
from imports.pipeline.prompts import (
    VERSIONS,
    excerpt_lines,
    fact_lines,
    message_lines,
    statistics_lines,
    system_prompt,
)
from imports.pipeline.sections import (
    Taken,
    schema_of_five,
    schema_of_memory,
    take_five,
    take_memory,
)
from imports.ports import (
    LanguageModel,
    MemoryMaterial,
    ModelRequest,
    NumberedMessage,
    Ports,
    Progress,
    SectionsMaterial,
)

logger = logging.getLogger(__name__)

SECTIONS_TOKENS = 6_000
MEMORY_TOKENS = 6_000
DECLARED_CHARACTERS = 24_000
REASONS = {
    "budget_exceeded": "the budget is used up",
    "model_refused": "the language model declined",
    "model_refused_request": "the language model refused the question",
    "model_not_configured": "the language model is not set up",
    "prompt_too_long": "there was too much for the language model",
    "unusable_answer": "the language model gave no usable answer",
    # What becomes of packs in the facts stage.
    "packs_over_budget": "the budget is used up",
    "packs_refused": "the language model declined",
    "packs_given_up": "the language model gave no usable answer",
}
_REMINDER = "Answer with the JSON object alone, complete and valid."

Say = Callable[[int], Progress]  # how far the stage is, with so many calls under way


class ModelRefused(PermanentFailure):
    """The language model declines to read this history."""

    code = "model_refused"
    advice = "Everything read so far is kept. Another model may be set for imports."


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Sections, who wrote them, and why it was not the language model; empty if it was."""

    sections: Mapping[str, Any]
    by: LanguageModel
    why: str = ""


def numbered(declared: tuple[Declared, ...]) -> tuple[NumberedMessage, ...]:
    """Number declared texts for a request, the newest within their budget of characters."""
    left = DECLARED_CHARACTERS
    newest = []
    for each in reversed(declared):
        left -= len(each.text)
        if left < 0:
            break
        newest.append(each)
    return tuple(
        NumberedMessage(number=n, text=each.text, at=each.at, kind=each.kind)
        for n, each in enumerate(reversed(newest), 1)
    )


def write_sections(
    job: ImportJob, ports: Ports, material: SectionsMaterial, *, stage: StageName, say: Say
) -> Generator[Progress, None, Written]:
    """Have the five sections written.

    :raises TransientFailure: the model does not answer just now
    """
    halved = replace(material, excerpts=material.excerpts[::2], facts=material.facts[::2])
    whole, half = sections_request(material), sections_request(halved)
    asking = _by_model(job, ports, whole, half, take_five, stage=stage, say=say)
    return (yield from _or_by_stand_in(job, ports, whole, take_five, asking))


def write_memory(
    job: ImportJob, ports: Ports, material: MemoryMaterial, *, stage: StageName, say: Say
) -> Generator[Progress, None, Written]:
    """Have the memory section written; raises what ``write_sections`` raises."""
    halved = replace(material, facts=material.facts[: len(material.facts) // 2])
    whole, half = memory_request(material), memory_request(halved)
    asking = _by_model(job, ports, whole, half, take_memory, stage=stage, say=say)
    return (yield from _or_by_stand_in(job, ports, whole, take_memory, asking))


def sections_request(material: SectionsMaterial) -> ModelRequest:
    """Put the material for the five sections into a request."""
    number = len(material.declared) + 1
    lines = ["Counted over the whole history:", *statistics_lines(material.statistics)]
    if material.declared:
        lines += ["", "Declared by the person:", *message_lines(material.declared)]
    if material.facts:
        lines += ["", "Verified facts:", *fact_lines(material.facts, first_number=number)]
        number += len(material.facts)
    if material.excerpts:
        lines += ["", "Excerpts, oldest first:"]
        lines += excerpt_lines(material.excerpts, first_number=number)
    return ModelRequest(
        purpose="sections",
        prompt_version=VERSIONS["sections"],
        system=system_prompt("sections"),
        prompt="\n".join(lines),
        schema=schema_of_five(),
        max_tokens=SECTIONS_TOKENS,
        material=material,
    )


def memory_request(material: MemoryMaterial) -> ModelRequest:
    """Put the facts for the memory section into a request."""
    lines = ["Counted over the whole history:", *statistics_lines(material.statistics), ""]
    lines += ["Verified facts:", *fact_lines(material.facts, first_number=1)]
    return ModelRequest(
        purpose="memory",
        prompt_version=VERSIONS["memory"],
        system=system_prompt("memory"),
        prompt="\n".join(lines),
        schema=schema_of_memory(),
        max_tokens=MEMORY_TOKENS,
        material=material,
    )


def store(
    job: ImportJob,
    *,
    by: LanguageModel,
    pass_name: Soulprint.Pass,
    sections: Mapping[str, Any],
    memory: Mapping[str, Any] | None,
    note: str,
    **changes: Any,
) -> None:
    """Store a version of the soulprint, and changes of the job with it, once."""
    identity = sections["identity"]
    with job.writing() as row:
        Soulprint.objects.get_or_create(
            job=job,
            pass_name=pass_name,
            defaults={
                "user_id": job.user_id,
                **sections,
                "memory": memory,
                "ai_name": identity["ai_name"] or "",
                "archetype": identity["archetype"] or "",
                "engine": by.engine,
                "model": by.model,
                "prompt_version": VERSIONS["sections"],
                "note": note,
            },
        )
        if changes:
            row.update(**changes)


def _or_by_stand_in(
    job: ImportJob,
    ports: Ports,
    request: ModelRequest,
    take: Callable[[Mapping[str, Any]], Taken],
    asking: Generator[Progress, None, Taken],
) -> Generator[Progress, None, Written]:
    """Let the stand-in write what the model refuses for good; an outage is raised, and waits."""
    model, stand_in = ports.language_model, ports.stand_in
    try:
        taken = yield from asking
    except PermanentFailure as failure:
        if model.engine == stand_in.engine:
            raise
        logger.warning(
            "job %s: %s without a model: %s", job.id, request.purpose, failure.code
        )
        # It computes here and costs nothing, so the ledger has nothing to keep.
        answer = read_object(stand_in.ask(request).text)
        why = REASONS.get(failure.code, "the language model could not be used")
        return Written(sections=take(answer.value).sections, by=stand_in, why=why)
    return Written(sections=taken.sections, by=model)


def _by_model(
    job: ImportJob,
    ports: Ports,
    whole: ModelRequest,
    half: ModelRequest,
    take: Callable[[Mapping[str, Any]], Taken],
    *,
    stage: StageName,
    say: Say,
) -> Generator[Progress, None, Taken]:
    outcome = yield from _asked(job, ports, whole, stage=stage, say=say)
    try:
        if not _is_refused(outcome):
            return _taken(job, outcome, take)
        again = half
    except UnusableAnswer:
        again = whole
    outcome = yield from _asked(job, ports, _reminded(again), stage=stage, say=say)
    if _is_refused(outcome):
        raise outcome.refusal or ModelRefused
    return _taken(job, outcome, take)


def _asked(
    job: ImportJob, ports: Ports, request: ModelRequest, *, stage: StageName, say: Say
) -> Generator[Progress, None, Answered[str]]:
    question = Question(key=request.purpose, request=request)
    outcome: Answered[str] | None = None
    for event in ask_all(job, ports, [question], stage=stage):
        if isinstance(event, Waiting):
            yield say(event.in_flight)
        else:
            outcome = event
    if outcome is None or not (outcome.answer or outcome.refusal):
        raise BudgetExceeded
    return outcome


def _is_refused(outcome: Answered[str]) -> bool:
    return outcome.answer is None or outcome.answer.stop_reason == "refusal"


def _taken(
    job: ImportJob, outcome: Answered[str], take: Callable[[Mapping[str, Any]], Taken]
) -> Taken:
    if outcome.answer is None:
        raise UnusableAnswer
    read = read_object(outcome.answer.text)
    taken = take(read.value)
    logger.info(
        "job %s: %s read, repaired: %s, dropped: %s",
        job.id,
        outcome.key,
        read.is_repaired,
        dict(+taken.dropped),
    )
    return taken


def _reminded(request: ModelRequest) -> ModelRequest:
    return replace(request, prompt=f"{request.prompt}\n\n{_REMINDER}")
