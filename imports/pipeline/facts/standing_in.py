"""Reads what the chosen model has not read, so that nothing the person wrote stays unread.

A model may be refused, decline, or be over the budget; it may also have been replaced by the local
analyst. What another language model once learned from the same messages then still holds, and is
taken over; what nobody has read is read by the stand-in, for nothing. Facts carry the engine that
learned them. As soon as the chosen model may read on, its lessons take the place of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imports.models import ImportJob
from imports.pipeline.facts import checkpoints
from imports.pipeline.facts.checkpoints import Lesson
from imports.pipeline.facts.due import Due
from imports.pipeline.facts.questions import request_for
from imports.pipeline.facts.reading import BEFORE, BY_RULES, Reading, learn
from imports.ports import LanguageModel, Ports, Progress


def take_over(
    job: ImportJob, ports: Ports, unread: Mapping[str, Due], reading: Reading
) -> dict[str, Due]:
    """Take over what other language models have learned; give what none has read."""
    left = dict(unread)
    model = ports.language_model
    for reader in checkpoints.readers(job):
        is_chosen = (reader.engine, reader.model) == (model.engine, model.model)
        # Rules that have been bettered since are nobody to learn from.
        if is_chosen or reader.engine == ports.stand_in.engine:
            continue
        names = {checkpoints.key_of(due.content, reader): key for key, due in left.items()}
        for name, lesson in checkpoints.load(job, list(names)):
            reading.take_over(lesson, instead_of=names[name], how=BEFORE)
            del left[names[name]]
    return left


def read_by_rules(
    job: ImportJob, stand_in: LanguageModel, unread: Mapping[str, Due], reading: Reading
) -> Iterator[Progress]:
    """Let the stand-in read the rest, pack by pack; what it learned is a checkpoint as well."""
    names = {checkpoints.key_of(due.content, stand_in): key for key, due in unread.items()}
    for name, lesson in checkpoints.load(job, list(names)):
        reading.take_over(lesson, instead_of=names.pop(name), how=BY_RULES)
    for name, key in names.items():
        lesson = _read(stand_in, unread[key], name)
        checkpoints.save(job, stand_in, name, lesson)
        reading.take_over(lesson, instead_of=key, how=BY_RULES)
        yield reading.progress()


def _read(stand_in: LanguageModel, due: Due, key: str) -> Lesson:
    lesson = Lesson(parts_left=0)
    for part in due.fill(key):
        if part.shown:
            # It computes here and costs nothing, so the ledger has nothing to keep.
            answer = stand_in.ask(request_for(part))
            learn(answer, part, lesson, engine=stand_in.engine)
        else:
            lesson.read += part.weight
    return lesson
