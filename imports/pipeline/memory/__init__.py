"""Writes the memory section and version 2 of the other five, from facts and a sample.

When there is no money left, or the model declines, the memory is put together from the facts
without a model and the five sections stay those of version 1; the soulprint says so.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

from imports.models import Fact, ImportJob, Soulprint, StageName
from imports.pipeline import authoring, quick_pass
from imports.pipeline.answers import UnusableAnswer
from imports.pipeline.authoring import ModelRefused
from imports.pipeline.ledger import BudgetExceeded
from imports.pipeline.memory.recollection import recollect
from imports.pipeline.sections import FIVE, take_five
from imports.ports import KnownFact, MemoryMaterial, Ports, Progress, SectionsMaterial

logger = logging.getLogger(__name__)

FACTS = 300
PAST_FACTS = 40
CALLS = 2
# The facts carry most of what a sample of 60 would say.
CONVERSATIONS = 40

_NO_MODEL = (BudgetExceeded, ModelRefused, UnusableAnswer)


def run(job: ImportJob, ports: Ports) -> Iterator[Progress]:
    """Have everything written, and store version 2 of the soulprint."""
    yield _progress(0)
    if Soulprint.objects.filter(job=job, pass_name=Soulprint.Pass.FULL).exists():
        return
    material = yield from quick_pass.read_material(
        job, say=_progress, conversations=CONVERSATIONS
    )
    known = known_facts(job)
    memory, is_recollected = yield from _memory(job, ports, known, material)
    sections, is_version_1 = yield from _five(job, ports, known, material)
    authoring.store(
        job,
        ports,
        pass_name=Soulprint.Pass.FULL,
        sections=sections,
        memory=memory,
        note=_note(job, is_recollected=is_recollected, is_version_1=is_version_1),
    )
    yield Progress(done=CALLS, total=CALLS, unit="calls")


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
        at=fact.valid_from or fact.first_seen_at,
        is_current=fact.superseded_by_id is None,
    )


def _memory(
    job: ImportJob, ports: Ports, known: tuple[KnownFact, ...], material: SectionsMaterial
) -> Generator[Progress, None, tuple[dict[str, Any], bool]]:
    if not known:
        return recollect(known), False
    asked = MemoryMaterial(facts=known, statistics=material.statistics)
    try:
        taken = yield from authoring.write_memory(
            job, ports, asked, stage=StageName.MEMORY, say=_progress
        )
    except _NO_MODEL as failure:
        logger.warning("job %s: memory without a model: %s", job.id, failure.code)
        return recollect(known), True
    return taken.sections["memory"], False


def _five(
    job: ImportJob, ports: Ports, known: tuple[KnownFact, ...], material: SectionsMaterial
) -> Generator[Progress, None, tuple[dict[str, Any], bool]]:
    if quick_pass.is_empty(material) and not known:
        return take_five({}).sections, False
    asked = replace(material, facts=known)
    try:
        taken = yield from authoring.write_sections(
            job, ports, asked, stage=StageName.MEMORY, say=_second
        )
    except _NO_MODEL as failure:
        logger.warning("job %s: sections stay at version 1: %s", job.id, failure.code)
        return _version_1(job), True
    return taken.sections, False


def _version_1(job: ImportJob) -> dict[str, Any]:
    first = Soulprint.objects.filter(job=job, pass_name=Soulprint.Pass.QUICK).first()
    if first is None:
        return take_five({}).sections
    return {name: getattr(first, name) for name in FIVE}


def _note(job: ImportJob, *, is_recollected: bool, is_version_1: bool) -> str:
    counts = ImportJob.objects.values_list("oddities", flat=True).get(id=job.id)
    read, unread = counts.get("messages_read", 0), counts.get("messages_unread", 0)
    parts = []
    if unread:
        parts.append(f"Read {read:,} of {read + unread:,} messages.")
    if is_recollected:
        parts.append("The memory was put together from the facts without a language model.")
    if is_version_1:
        parts.append("The other sections are those of the quick pass.")
    return " ".join(parts)


def _progress(in_flight: int) -> Progress:
    return Progress(done=0, total=CALLS, unit="calls", in_flight=in_flight)


def _second(in_flight: int) -> Progress:
    return Progress(done=1, total=CALLS, unit="calls", in_flight=in_flight)
