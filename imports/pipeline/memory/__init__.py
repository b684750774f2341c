"""Writes the memory section and version 2 of the other five, from facts and a sample.

When there is no money left, or the model declines, the stand-in writes the memory from the facts,
and five sections that a model wrote for version 1 are kept; the soulprint says so.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Sum

from imports.amounts import money
from imports.models import Fact, ImportJob, ModelCall, Soulprint, StageName
from imports.pipeline import authoring, quick_pass
from imports.pipeline.authoring import REASONS, Written
from imports.pipeline.sections import FIVE, take_five, take_memory
from imports.ports import KnownFact, MemoryMaterial, Ports, Progress, SectionsMaterial

logger = logging.getLogger(__name__)

FACTS = 300
PAST_FACTS = 40
CALLS = 2
# The facts carry most of what a sample of 60 would say.
CONVERSATIONS = 40


def run(job: ImportJob, ports: Ports) -> Iterator[Progress]:
    """Have everything written, and store version 2 of the soulprint."""
    yield _progress(0)
    if Soulprint.objects.filter(job=job, pass_name=Soulprint.Pass.FULL).exists():
        return
    material = yield from quick_pass.read_material(
        job, say=_progress, conversations=CONVERSATIONS
    )
    known = known_facts(job)
    memory = yield from _memory(job, ports, known, material)
    five = yield from _five(job, ports, known, material)
    kept = _version_1(job, ports) if five.why else None
    authoring.store(
        job,
        # The soulprint passes for a model's only if one wrote in it just now.
        by=memory.by if five.why else five.by,
        pass_name=Soulprint.Pass.FULL,
        sections=kept or five.sections,
        memory=memory.sections["memory"],
        note=_note(job, memory=memory, five=five, is_version_1=kept is not None),
    )
    yield Progress(done=CALLS, total=CALLS, unit="calls", note=_cost(job, ports))


def _cost(job: ImportJob, ports: Ports) -> str:
    """Say what the full pass did cost, beside what the facts stage expected of it."""
    if ports.language_model.price.is_free:
        return ""
    calls = ModelCall.objects.filter(job=job, stage__in=(StageName.FACTS, StageName.MEMORY))
    spent = calls.aggregate(n=Sum("microdollars"))["n"] or 0
    logger.info("job %s: the full pass cost %s microdollars", job.id, spent)
    return f"Facts and memory cost {money(spent)}."


def known_facts(job: ImportJob) -> tuple[KnownFact, ...]:
    """Give what holds now, best proven first, and the latest of what held before."""
    mine = Fact.objects.filter(user_id=job.user_id)
    current = mine.current(job.user_id)[:FACTS]
    past = mine.filter(superseded_reason="update").order_by("-last_seen_at", "id")[
        :PAST_FACTS
    ]
    return tuple(_known(fact) for fact in (*current, *past))


def _known(fact: Fact) -> KnownFact:
    return KnownFact(
        category=fact.category,
        slot=fact.slot,
        statement=fact.statement,
        value=fact.value,
        confidence=fact.confidence,
        at=fact.last_seen_at,
        since=fact.valid_from,
        is_current=fact.superseded_by_id is None,
    )


def _memory(
    job: ImportJob, ports: Ports, known: tuple[KnownFact, ...], material: SectionsMaterial
) -> Generator[Progress, None, Written]:
    if not known:
        return Written(sections=take_memory({}).sections, by=ports.stand_in)
    asked = MemoryMaterial(facts=known, statistics=material.statistics)
    return (
        yield from authoring.write_memory(
            job, ports, asked, stage=StageName.MEMORY, say=_progress
        )
    )


def _five(
    job: ImportJob, ports: Ports, known: tuple[KnownFact, ...], material: SectionsMaterial
) -> Generator[Progress, None, Written]:
    if quick_pass.is_empty(material) and not known:
        return Written(sections=take_five({}).sections, by=ports.language_model)
    asked = replace(material, facts=known)
    return (
        yield from authoring.write_sections(
            job, ports, asked, stage=StageName.MEMORY, say=_progress
        )
    )


def _version_1(job: ImportJob, ports: Ports) -> dict[str, Any] | None:
    """Give the sections that a model wrote for the quick pass; None if none did."""
    first = Soulprint.objects.filter(job=job, pass_name=Soulprint.Pass.QUICK).first()
    if first is None or first.engine == ports.stand_in.engine:
        return None
    return {name: getattr(first, name) for name in FIVE}


def _note(job: ImportJob, *, memory: Written, five: Written, is_version_1: bool) -> str:
    parts = list(_reach(job))
    is_all = bool(five.why) and memory.by.engine == five.by.engine and not is_version_1
    if is_all:
        parts.append(f"Written without a language model: {five.why}.")
    elif memory.why:
        parts.append(f"The memory was written without a language model: {memory.why}.")
    if is_version_1:
        parts.append(f"The other sections are those of the quick pass: {five.why}.")
    elif five.why and not is_all:
        parts.append(
            f"The five sections were written without a language model: {five.why}."
        )
    return " ".join(parts)


def _reach(job: ImportJob) -> Iterator[str]:
    """Say how much the chosen model has read, and who read the rest."""
    counts = ImportJob.objects.values_list("oddities", flat=True).get(id=job.id)
    read, unread = counts.get("messages_read", 0), counts.get("messages_unread", 0)
    if unread:
        yield f"Read {read:,} of {read + unread:,} messages."
    if before := counts.get("messages_read_before"):
        yield f"What another model learned earlier from {before:,} messages was kept."
    if by_rules := counts.get("messages_read_by_rules"):
        why = next((REASONS[code] for code in REASONS if f"facts_{code}" in counts), "")
        told = f"{by_rules:,} messages were read without a language model"
        yield f"{told}: {why}." if why else f"{told}."


def _progress(in_flight: int) -> Progress:
    # The first answer counts with the second: an attempt that goes on has it at once, and would
    # seem to get on each time.
    return Progress(done=0, total=CALLS, unit="calls", in_flight=in_flight)
