"""Reads the best chunks once more, sentence by sentence: one line that answers beats a page around it.

A sentence scores by BM25, beside one that holds every word of the question. Who asks about
themselves is answered best where they speak of themselves. Messages that the filters of the question
refuse are not read.
"""

from __future__ import annotations

import math
import re
import uuid
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from imports.lexicon import K1, B
from imports.lexicon.terms import Asked, occurrences
from imports.search.question import PERSON, Question
from imports.search.windows import Message, read_windows

if TYPE_CHECKING:
    from imports.search.facts import Proof

SENTENCES_WEIGHT = 2.0
TITLE_WEIGHT = 0.5  # it tells what a conversation is about, not who says what in it
_OF_ONESELF = 2.0
_USUAL_LENGTH = 70  # characters of a sentence
_PLACES = """
SELECT id, conversation_id, start, "end" FROM imports_chunk WHERE id = ANY(%s)
ORDER BY conversation_id, start
"""
_SENTENCE = re.compile("[^.!?\n\u3002\uff01\uff1f]+[.!?\u3002\uff01\uff1f]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk that was read: its best message, and where in the transcript its best line begins.

    ``facts`` are what it proves of the person, as far as that was asked for.
    """

    conversation_id: uuid.UUID
    start: int
    end: int
    score: float
    message: Message
    best_at: int
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    id: int
    conversation_id: uuid.UUID
    start: int
    end: int
    title: str
    text: str
    messages: list[Message]


@dataclass(frozen=True, slots=True)
class _Part:
    """A message, as far as a chunk holds it."""

    chunk: _Chunk
    message: Message
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class _Line:
    chunk: _Chunk
    message: Message
    start: int
    score: float


def read_passages(
    ranked: Sequence[tuple[int, float]],
    *,
    question: Question,
    asked: Asked,
    rarity: Mapping[int, float],
    proofs: Sequence[Proof],
) -> list[Passage]:
    """Give the passages of chunks with a first score, the best first; fewer, if filters refuse some.

    :param rarity: what each term of the question weighs
    """
    first = dict(ranked)
    chunks = [*_chunks(first)]
    named = _named(chunks, asked)
    parts = [part for chunk in chunks for part in _parts(chunk)]
    is_personal = PERSON.search(question.text) is not None
    found = occurrences([part.text for part in parts], asked)
    lines = [
        line
        for part, places in zip(parts, found, strict=True)
        for line in _lines(part, places, rarity, is_personal=is_personal)
    ]
    # A sentence of usual length with each word once; where only some are found, they add less.
    best = max([sum(rarity.values()), *(line.score for line in lines)]) or 1.0
    passages = [
        _passage(
            line,
            _shown(
                first[line.chunk.id]
                + SENTENCES_WEIGHT * line.score / best
                + TITLE_WEIGHT * named[line.chunk.id]
            ),
            [proof for proof in proofs if proof.chunk_id == line.chunk.id],
            question,
        )
        for line in _best_lines(lines, question)
    ]
    return sorted(passages, key=lambda passage: -passage.score)


def _chunks(ids: Iterable[int]) -> Iterator[_Chunk]:
    """Read chunks, those of a conversation in order."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [list(ids)])
        places = cursor.fetchall()
    windows = dict(read_windows([row[1:] for row in places]))
    for number, (id_, conversation_id, start, end) in enumerate(places):
        if window := windows.get(number):
            yield _Chunk(
                id=id_,
                conversation_id=conversation_id,
                start=start,
                end=end,
                title=window.talk.title,
                text=window.text,
                messages=window.messages,
            )


def _named(chunks: Sequence[_Chunk], asked: Asked) -> dict[int, float]:
    """Give the share of the question that stands in the title of each chunk's conversation."""
    found = occurrences([chunk.title for chunk in chunks], asked)
    return {
        chunk.id: len({term for *_, term in places}) / max(1, len(asked.terms))
        for chunk, places in zip(chunks, found, strict=True)
    }


def _parts(chunk: _Chunk) -> Iterator[_Part]:
    for message in chunk.messages:
        begin = max(message.start, chunk.start)
        text = chunk.text[begin - chunk.start : min(message.end, chunk.end) - chunk.start]
        yield _Part(chunk, message, begin, text)


def _lines(
    part: _Part,
    places: Sequence[tuple[int, int, int]],
    rarity: Mapping[int, float],
    *,
    is_personal: bool,
) -> Iterator[_Line]:
    """Give the sentences that hold what is asked for, or else the beginning."""
    if not places:
        yield _Line(part.chunk, part.message, part.start, 0.0)
        return
    rest = deque(places)
    for sentence in _SENTENCE.finditer(part.text):
        held: Counter[int] = Counter()
        while rest and rest[0][0] < sentence.end():
            held[rest.popleft()[2]] += 1
        if held:
            score = _sentence_score(held, sentence.end() - sentence.start(), rarity)
            if is_personal and _is_of_oneself(part, sentence.group()):
                score *= _OF_ONESELF
            yield _Line(part.chunk, part.message, part.start + sentence.start(), score)


def _is_of_oneself(part: _Part, sentence: str) -> bool:
    return part.message.role == "user" and PERSON.search(sentence) is not None


def _sentence_score(held: Counter[int], length: int, rarity: Mapping[int, float]) -> float:
    """Give the BM25 of a sentence, whose length is told from its characters."""
    norm = K1 * (1 - B + B * length / _USUAL_LENGTH)
    return sum(rarity.get(term, 0) * n * (K1 + 1) / (n + norm) for term, n in held.items())


def _best_lines(lines: Sequence[_Line], question: Question) -> Iterator[_Line]:
    """Give the best line of each chunk that the filters let through.

    Among equals, that of the longest message is best. A chunk that was found for what a refused
    message says is no answer, unless another one says something of it too.
    """
    best: dict[int, _Line] = {}
    given: set[int] = set()
    for line in sorted(lines, key=lambda line: (-line.score, -_size(line))):
        message = line.message
        best.setdefault(line.chunk.id, line)
        if line.chunk.id in given or not question.admits(message.role, message.at):
            continue
        if line.score > 0 or best[line.chunk.id] is line:
            given.add(line.chunk.id)
            yield line


def _size(line: _Line) -> int:
    return line.message.end - line.message.start


def _shown(total: float) -> float:
    """Give a score between 0 and 1 that keeps the order."""
    return 1 - math.exp(-max(total, 0) / 2)


def _passage(
    line: _Line, score: float, proofs: Sequence[Proof], question: Question
) -> Passage:
    chunk, message, best_at = line.chunk, line.message, line.start
    proving = [
        (proof, each)
        for proof in proofs
        for each in chunk.messages
        if each.start <= proof.at < each.end and question.admits(each.role, each.at)
    ]
    if proving:
        proof, message = max(proving, key=lambda pair: pair[0].match)
        best_at = proof.at
    return Passage(
        conversation_id=chunk.conversation_id,
        start=chunk.start,
        end=chunk.end,
        score=score,
        message=message,
        best_at=best_at,
        facts=tuple(proof.statement for proof, _ in proving),
    )
