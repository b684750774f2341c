"""Has sections written by a language model and stores them as a version of the soulprint.

An answer that cannot be used is asked for once more, a refused request once more with half the
material. What still fails is the stage's to judge.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
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
_REMINDER = "Answer with the JSON object alone, complete and valid."

Requests = Iterator[ModelRequest]
Say = Callable[[int], Progress]  # how far the stage is, with so many calls under way


class ModelRefused(PermanentFailure):
    """The language model declines to read this history."""

    code = "model_refused"
    advice = "Everything read so far is kept. Another model may be set for imports."


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
) -> Generator[Progress, None, Taken]:
    """Have the five sections written.

    :raises BudgetExceeded: there is no money for it
    :raises ModelRefused: the model will not
    :raises UnusableAnswer: what it answers is no object, twice
    """
    halved = replace(material, excerpts=material.excerpts[::2], facts=material.facts[::2])
    requests = (
        sections_request(material),
        _reminded(sections_request(material)),
        _reminded(sections_request(halved)),
    )
    return (yield from _written(job, ports, requests, take_five, stage=stage, say=say))


def write_memory(
    job: ImportJob, ports: Ports, material: MemoryMaterial, *, stage: StageName, say: Say
) -> Generator[Progress, None, Taken]:
    """Have the memory section written; raises what ``write_sections`` raises."""
    halved = replace(material, facts=material.facts[: len(material.facts) // 2])
    requests = (
        memory_request(material),
        _reminded(memory_request(material)),
        _reminded(memory_request(halved)),
    )
    return (yield from _written(job, ports, requests, take_memory, stage=stage, say=say))


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
    ports: Ports,
    *,
    pass_name: Soulprint.Pass,
    sections: Mapping[str, Any],
    memory: Mapping[str, Any] | None,
    note: str,
    **changes: Any,
) -> None:
    """Store a version of the soulprint, and changes of the job with it, once."""
    model = ports.language_model
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
                "engine": model.engine,
                "model": model.model,
                "prompt_version": VERSIONS["sections"],
                "note": note,
            },
        )
        if changes:
            row.update(**changes)


def _written(
    job: ImportJob,
    ports: Ports,
    requests: tuple[ModelRequest, ModelRequest, ModelRequest],
    take: Callable[[Mapping[str, Any]], Taken],
    *,
    stage: StageName,
    say: Say,
) -> Generator[Progress, None, Taken]:
    whole, reminded, halved = requests
    outcome = yield from _asked(job, ports, whole, stage=stage, say=say)
    try:
        if not _is_refused(outcome):
            return _taken(job, outcome, take)
        again = halved
    except UnusableAnswer:
        again = reminded
    outcome = yield from _asked(job, ports, again, stage=stage, say=say)
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
