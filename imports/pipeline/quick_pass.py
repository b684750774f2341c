"""Writes the first soulprint, from the conversations that tell most, with one call to a model."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator

from django.db.models.functions import Coalesce, Now

from imports.models import ImportJob, Soulprint, StageName
from imports.pipeline import authoring
from imports.pipeline.material import (
    piece_by_piece,
    read_declared,
    read_excerpts,
    read_statistics,
    tally,
)
from imports.pipeline.sections import take_five
from imports.ports import Ports, Progress, SectionsMaterial

logger = logging.getLogger(__name__)

CONVERSATIONS = 60
CHARACTERS = 280_000


def run(job: ImportJob, ports: Ports) -> Iterator[Progress]:
    """Read a sample, have the five sections written, store version 1 of the soulprint."""
    yield _progress(0)
    if Soulprint.objects.filter(job=job, pass_name=Soulprint.Pass.QUICK).exists():
        return
    material = yield from read_material(job, say=_progress)
    if is_empty(material):
        # Nothing to read is no failure: the account is empty, and so is what is said of it.
        written = authoring.Written(
            sections=take_five({}).sections, by=ports.language_model
        )
        note = "There was nothing to read."
    else:
        written = yield from authoring.write_sections(
            job, ports, material, stage=StageName.QUICK_PASS, say=_progress
        )
        note = _note(material, written)
    authoring.store(
        job,
        by=written.by,
        pass_name=Soulprint.Pass.QUICK,
        sections=written.sections,
        memory=None,
        note=note,
        quick_ready_at=Coalesce("quick_ready_at", Now()),
    )
    yield Progress(done=1, total=1, unit="calls")


def read_material(
    job: ImportJob, *, say: authoring.Say, conversations: int = CONVERSATIONS
) -> Generator[Progress, None, SectionsMaterial]:
    """Read the sample of a history, with what was declared and counted."""
    quiet = say(0)
    yield from piece_by_piece(tally(job), quiet)
    statistics = yield from piece_by_piece(read_statistics(job.user_id), quiet)
    declared = yield from piece_by_piece(read_declared(job.user_id), quiet)
    messages = authoring.numbered(declared)
    left = CHARACTERS - sum(len(message.text) for message in messages)
    sample = read_excerpts(job.user_id, conversations=conversations, characters=left)
    excerpts = yield from piece_by_piece(sample, quiet)
    logger.info("job %s: %s conversations chosen", job.id, len(excerpts))
    return SectionsMaterial(excerpts=excerpts, declared=messages, statistics=statistics)


def is_empty(material: SectionsMaterial) -> bool:
    """Tell whether the person left nothing that could be read."""
    return not material.declared and not any(
        turn.role == "user" for excerpt in material.excerpts for turn in excerpt.turns
    )


def _note(material: SectionsMaterial, written: authoring.Written) -> str:
    read, total = len(material.excerpts), material.statistics.conversations
    note = f"Written from {read:,} of {total:,} conversations."
    return (
        f"{note} Written without a language model: {written.why}." if written.why else note
    )


def _progress(in_flight: int) -> Progress:
    return Progress(done=0, total=1, unit="calls", in_flight=in_flight)
