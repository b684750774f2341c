"""Asks a language model and keeps the books: no stored answer is ever asked or paid for again.

    stored? --yes--> the answer, for nothing
       | no
    reserve   the estimate counts as spent, or the budget says no; or go on with what is open
    ask       in a thread that does nothing else, under the number of the call
    settle    answer, usage and real cost in one transaction; only then somebody parses it

The hash of a request holds no clock and no job id, so a job that is resumed, and the next import
of the same person, find what was answered.

A worker may be killed anywhere between these lines, and nothing is paid for twice: neither
Anthropic nor Bedrock takes an idempotency key for messages, so a paid question is carried by a
process that outlives the worker (``imports/adapters/courier``). The reservation stays open, and the
next attempt asks on under the same number: it gets what was brought meanwhile, waits for what is
still under way, and sends what never was.

An engine that computes here is not in the books at all: it costs nothing, and to look its answer up
takes about as long as to have it again.

What is left is the loss of the whole machine, or of the courier itself, between the provider's
answer and its commit. Nobody repeats such a call before its time is over; then it is closed as
``unknown``, its estimate stays on the bill, so the budget holds, and it is reserved and asked anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, TypeVar

from imports import faults
from imports.errors import Failure, PermanentFailure
from imports.models import ImportJob, ModelCall, StageName
from imports.pipeline.ledger.books import Books
from imports.pipeline.ledger.flight import Flight, Landed
from imports.ports import LanguageModel, ModelAnswer, ModelRequest, Ports

__all__ = ["Answered", "BudgetExceeded", "Question", "Waiting", "ask_all"]

Key = TypeVar("Key")

# These refuse one request, not all of ours: a shorter one may pass.
REFUSES_ONE_REQUEST = frozenset({"prompt_too_long", "model_refused_request"})
# These may have cost something, although there is nothing to show for it.
MAY_HAVE_BEEN_SERVED = frozenset({"model_answer_lost"})
# So many in a row, and it is our way of asking that is refused.
REFUSALS_IN_A_ROW = 5
CALLS_AT_ONCE = 8


class BudgetExceeded(PermanentFailure):
    """The budget of this import is used up."""

    code = "budget_exceeded"
    retryable = True
    advice = "Everything read so far is kept. Raise the budget and retry to go on."


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[Key]):
    """A request, and the asker's own name for it."""

    key: Key
    request: ModelRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Generic[Key]):
    """What became of a question: an answer, a refusal of it, or neither: no money is left."""

    key: Key
    answer: ModelAnswer | None = None
    refusal: PermanentFailure | None = None
    in_flight: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A second without an answer."""

    in_flight: int


@dataclass(frozen=True, slots=True)
class _Sent(Generic[Key]):
    question: Question[Key]
    request_hash: str
    call: ModelCall


def computes_here(model: LanguageModel) -> bool:
    """Tell whether an engine waits for nobody."""
    return model.engine == "local"


def ask_all(
    job: ImportJob, ports: Ports, questions: Iterable[Question[Key]], *, stage: StageName
) -> Iterator[Answered[Key] | Waiting]:
    """Answer questions, several at a time and in any order.

    Whatever was sent is settled before a failure is raised: it may have been paid for.

    :raises TransientFailure: the model does not answer just now
    :raises PermanentFailure: the model refuses all of our requests
    """
    if computes_here(ports.language_model):
        yield from _answers_of(ports.language_model, questions)
        return
    line: _Line[Key] = _Line(job, ports.language_model, stage)
    source = iter(questions)
    for question in source:
        yield from line.submit(question)
        if line.failure:
            break
    while line.flight.size:
        yield line.land()
    if line.failure:
        raise line.failure


def _answers_of(
    model: LanguageModel, questions: Iterable[Question[Key]]
) -> Iterator[Answered[Key]]:
    for question in questions:
        yield Answered(key=question.key, answer=model.ask(question.request))


class _Line(Generic[Key]):
    """The calls of one stage that are under way, with their entries in the books."""

    def __init__(self, job: ImportJob, model: LanguageModel, stage: StageName) -> None:
        self._job = job
        self._model = model
        self._books = Books(job=job, model=model, stage=stage)
        self._books.close_what_was_lost()
        self._under_way: set[str] = set()
        self.flight: Flight[_Sent[Key], ModelAnswer] = Flight(CALLS_AT_ONCE)
        self.failure: Exception | None = None
        self._refusals = 0  # since the last answer

    def submit(self, question: Question[Key]) -> Iterator[Answered[Key] | Waiting]:
        """Answer a question from the books, or send it as soon as there is room and money."""
        request_hash = self._books.hash_of(question.request)
        while self.failure is None:
            stored = self._books.stored(request_hash)
            if stored:
                yield self._answered(question, answer=stored)
                return
            if self._may_send(request_hash):
                call = self._books.reserve(question.request, request_hash)
                if call:
                    faults.hit("call.reserved")
                    self._send(_Sent(question, request_hash, call))
                    return
                # What is under way may cost less than its estimate: only then it is final.
                if not self.flight.size:
                    yield self._answered(question)
                    return
            yield self.land()

    def land(self) -> Answered[Key] | Waiting:
        """Wait for a call to come back, and settle it."""
        landed = self.flight.land(timeout=1)
        if landed is None:
            return Waiting(in_flight=self.flight.size)
        self._under_way.discard(landed.tag.request_hash)
        if landed.result is not None:
            self._refusals = 0
            faults.hit("call.answered")
            self._books.settle(landed.tag.call, landed.result)
            faults.hit("call.settled")
            return self._answered(landed.tag.question, answer=landed.result)
        return self._failed(landed)

    def _failed(self, landed: Landed[_Sent[Key], ModelAnswer]) -> Answered[Key] | Waiting:
        error = landed.error or TypeError("the model gave nothing")
        if isinstance(error, Failure) and error.code in MAY_HAVE_BEEN_SERVED:
            self._books.lose(landed.tag.call)
        else:
            self._books.fail(landed.tag.call, error)
        if isinstance(error, PermanentFailure) and error.code in REFUSES_ONE_REQUEST:
            self._refusals += error.code != "prompt_too_long"
            if self._refusals < REFUSALS_IN_A_ROW:
                return self._answered(landed.tag.question, refusal=error)
        self.failure = self.failure or error
        return Waiting(in_flight=self.flight.size)

    def _may_send(self, request_hash: str) -> bool:
        # The runner says so near the end of a slice: what is sent then is only waited for.
        is_winding_down = self._job.is_winding_down
        return (
            self.flight.has_room
            and request_hash not in self._under_way
            and not is_winding_down
        )

    def _send(self, sent: _Sent[Key]) -> None:
        self._under_way.add(sent.request_hash)
        request = replace(sent.question.request, ticket=sent.call.id)
        self.flight.send(sent, partial(self._model.ask, request))

    def _answered(
        self,
        question: Question[Key],
        *,
        answer: ModelAnswer | None = None,
        refusal: PermanentFailure | None = None,
    ) -> Answered[Key]:
        return Answered(
            key=question.key, answer=answer, refusal=refusal, in_flight=self.flight.size
        )
