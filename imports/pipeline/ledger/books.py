"""The entries of the ledger: stored answers, reservations, and what calls really cost."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import re
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now

from imports.errors import Failure
from imports.models import ImportJob, ModelCall, StageName, Status
from imports.ports import LanguageModel, ModelAnswer, ModelRequest, Price

logger = logging.getLogger(__name__)

Outcome = ModelCall.Outcome
CHARACTERS_PER_TOKEN = 3.6
CHARACTERS_PER_TOKEN_OF_DENSE_SCRIPTS = 1.5
_DENSE = re.compile(r"[\u0370-\U0010ffff]")
_LIMITS = ("spent_microdollars", "budget_microdollars", "model_calls")
_TOKENS_USED = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")


class Books:
    """The ledger of one stage of a job. Every entry is written under the job's lease."""

    def __init__(self, *, job: ImportJob, model: LanguageModel, stage: StageName) -> None:
        self._job = job
        self._model = model
        self._stage = stage

    def hash_of(self, request: ModelRequest) -> str:
        """Name a request by all that shapes its answer, and by nothing else."""
        parts = {
            "stage": self._stage.value,
            "purpose": request.purpose,
            "prompt_version": request.prompt_version,
            "engine": self._model.engine,
            "model": self._model.model,
            "system": request.system,
            "prompt": request.prompt,
            "schema": request.schema,
            "max_tokens": request.max_tokens,
        }
        canonical = json.dumps(
            parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True
        )
        return hashlib.sha256(canonical.encode()).hexdigest()

    def stored(self, request_hash: str) -> ModelAnswer | None:
        """Give the answer that this person's imports already have; None if there is none."""
        row = ModelCall.objects.filter(
            user_id=self._job.user_id, request_hash=request_hash, outcome=Outcome.DONE
        ).first()
        if row is None:
            return None
        return ModelAnswer(
            text=row.response,
            stop_reason=row.stop_reason,
            request_id=row.request_id,
            **{name: getattr(row, name) for name in _TOKENS_USED},
        )

    def reserve(self, request: ModelRequest, request_hash: str) -> ModelCall | None:
        """Count the estimate of a call as spent; None if that would pass the budget.

        A reservation that an attempt left open is gone on with: whether it was sent, and what came
        back, is known to the courier of its number.
        """
        estimate = estimated_cost(request, self._model.price)
        with self._job.writing() as row:
            if left_open := self._left_open(request_hash):
                return left_open
            if not _affords(row.values(*_LIMITS).get(), estimate, self._model.price):
                return None
            row.update(
                spent_microdollars=F("spent_microdollars") + estimate,
                model_calls=F("model_calls") + 1,
            )
            return ModelCall.objects.create(
                user_id=self._job.user_id,
                job=self._job,
                stage=self._stage,
                purpose=request.purpose,
                engine=self._model.engine,
                model=self._model.model,
                prompt_version=request.prompt_version,
                request_hash=request_hash,
                estimated_microdollars=estimate,
                tries=1,
            )

    def settle(self, call: ModelCall, answer: ModelAnswer) -> None:
        """Store an answer together with its usage and its real cost."""
        cost = real_cost(answer, self._model.price)
        self._close(
            call,
            outcome=Outcome.DONE,
            cost=cost,
            # What PostgreSQL cannot hold is worth nothing to a parser either.
            response=answer.text.replace("\0", "").encode("utf-8", "replace").decode(),
            stop_reason=answer.stop_reason,
            request_id=answer.request_id[:100],
            **{name: getattr(answer, name) for name in _TOKENS_USED},
        )
        logger.info(
            "job %s: %s call %s, %s tokens in, %s out, %s microdollars",
            self._job.id,
            call.purpose,
            call.id,
            answer.input_tokens,
            answer.output_tokens,
            cost,
        )

    def fail(self, call: ModelCall, error: Exception) -> None:
        """Give the estimate of a call back that brought no answer.

        One that a courier carries all the same, or has brought, stays open for the next attempt.
        """
        code = error.code if isinstance(error, Failure) else "internal_error"
        has_come_back = Q(answer_due_at=None)
        if code != "model_answer_broken":
            has_come_back &= Q(parcel=None)
        self._close(
            call, only=has_come_back, outcome=Outcome.FAILED, cost=0, error_code=code
        )
        logger.warning("job %s: %s call %s: %s", self._job.id, call.purpose, call.id, code)

    def lose(self, call: ModelCall) -> None:
        """Close a call that was sent and never came back: it may have been billed."""
        self._close(
            call,
            outcome=Outcome.UNKNOWN,
            cost=call.estimated_microdollars,
            error_code="model_answer_lost",
        )
        logger.warning("job %s: the answer to call %s is lost", self._job.id, call.id)

    def close_what_was_lost(self) -> None:
        """Close the calls, of whatever stage, whose courier did not come back in time."""
        lost = ModelCall.objects.filter(
            job=self._job, outcome=Outcome.RESERVED, answer_due_at__lt=Now()
        )
        for call in lost.order_by("id"):
            self.lose(call)

    def _left_open(self, request_hash: str) -> ModelCall | None:
        same = ModelCall.objects.filter(
            user_id=self._job.user_id, request_hash=request_hash, outcome=Outcome.RESERVED
        )
        # A courier does nothing more for an import that was cancelled.
        return same.exclude(job__status=Status.CANCELLED).order_by("-id").first()

    def _close(
        self,
        call: ModelCall,
        *,
        outcome: Outcome,
        cost: int,
        only: Q = Q(),  # noqa: B008 - immutable
        **fields: Any,
    ) -> None:
        with self._job.writing():
            closed = ModelCall.objects.filter(only, id=call.id).update(
                outcome=outcome,
                microdollars=cost,
                finished_at=Now(),
                answer_due_at=None,
                parcel=None,
                **fields,
            )
            if not closed:
                return
            # An earlier import of the person may have reserved it: then it pays.
            ImportJob.objects.filter(id=call.job_id).update(
                spent_microdollars=F("spent_microdollars")
                + (cost - call.estimated_microdollars)
            )


def estimated_tokens(text: str) -> int:
    """Guess the tokens of a text; a dense script needs more of them per character."""
    dense = len(_DENSE.findall(text)) if not text.isascii() else 0
    plain = len(text) - dense
    return math.ceil(
        plain / CHARACTERS_PER_TOKEN + dense / CHARACTERS_PER_TOKEN_OF_DENSE_SCRIPTS
    )


def estimated_cost(request: ModelRequest, price: Price) -> int:
    """Give the most that a call is likely to cost, in micro-dollars."""
    tokens = sum(
        map(estimated_tokens, (request.system, request.prompt, json.dumps(request.schema)))
    )
    return _per_million(tokens * price.input + request.max_tokens * price.output)


def real_cost(answer: ModelAnswer, price: Price) -> int:
    """Give what a call did cost, in micro-dollars."""
    return _per_million(
        answer.input_tokens * price.input
        + answer.output_tokens * price.output
        + answer.cache_read_tokens * price.cache_read
        + answer.cache_write_tokens * price.cache_write
    )


def _per_million(cost: int) -> int:
    return -(-cost // 1_000_000)


def _affords(job: dict[str, Any], estimate: int, price: Price) -> bool:
    if price.is_free:
        return True
    within_budget = job["spent_microdollars"] + estimate <= job["budget_microdollars"]
    return bool(within_budget and job["model_calls"] < settings.IMPORT_MAX_CALLS)
