"""What vectors cost an import: entered into its books, and at most half of what it may spend.

The other half is for what is learned of the person. A chunk without a vector is found by its words;
the next import of the person embeds it.
"""

from __future__ import annotations

import uuid

from django.db.models import F
from django.db.models.functions import Now

from imports.models import ImportJob, ModelCall, StageName
from imports.models.jobs import ImportJobQuerySet
from imports.pipeline.ledger.books import real_cost
from imports.ports import Embedder, ModelAnswer, PaidEmbedder

PURPOSE = "vectors"


class Bill:
    """The bill of one import; whoever computes here sends none."""

    def __init__(self, job: ImportJob, embedder: Embedder) -> None:
        self._job = job
        self._embedder = embedder if isinstance(embedder, PaidEmbedder) else None
        self._entered = self._embedder.tokens_read if self._embedder else 0

    def affords_more(self) -> bool:
        """Tell whether the import has spent less than half of its budget."""
        if self._embedder is None:
            return True
        self._job.reload("spent_microdollars", "budget_microdollars")
        return self._job.spent_microdollars * 2 < self._job.budget_microdollars

    def enter(self, row: ImportJobQuerySet) -> None:
        """Enter what was read since the last entry, together with the vectors that it gave."""
        if self._embedder is None:
            return
        tokens = self._embedder.tokens_read - self._entered
        self._entered += tokens
        answer = ModelAnswer(text="", stop_reason="end", input_tokens=tokens)
        cost = real_cost(answer, self._embedder.price)
        row.update(spent_microdollars=F("spent_microdollars") + cost)
        ModelCall.objects.create(
            user_id=self._job.user_id,
            job=self._job,
            stage=StageName.EMBED,
            purpose=PURPOSE,
            engine=self._embedder.engine,
            model=self._embedder.model,
            prompt_version="",
            # Vectors are looked up as vectors, never as an answer.
            request_hash=uuid.uuid4().hex,
            outcome=ModelCall.Outcome.DONE,
            input_tokens=tokens,
            microdollars=cost,
            tries=1,
            finished_at=Now(),
        )
