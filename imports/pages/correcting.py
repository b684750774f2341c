"""Where a person says that a fact about them is wrong, or that it is true after all."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from imports import corrections
from imports.models import Fact
from imports.pages.door import Visit, answer


@answer(needs="imports.reject_fact")
@require_POST
def reject(request: HttpRequest, visit: Visit, fact_id: uuid.UUID) -> HttpResponse:
    return _mark(visit, fact_id, corrections.reject_fact)


@answer(needs="imports.reject_fact")
@require_POST
def restore(request: HttpRequest, visit: Visit, fact_id: uuid.UUID) -> HttpResponse:
    return _mark(visit, fact_id, corrections.restore_fact)


def _mark(visit: Visit, fact_id: uuid.UUID, mark: Callable[..., bool]) -> HttpResponse:
    """Mark a fact of one's own, and lead back to it; staff do so in the console, with a reason."""
    mine = Fact.objects.filter(id=fact_id, user_id=visit.user_id)
    if not visit.is_own or not mine.exists():
        raise Http404
    mark(fact_id, actor=visit.who, reason="said on the page")
    return redirect(f"{visit.address('soulprint')}#fact-{fact_id}")
