"""Gives a soulprint away as a file: Markdown for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from imports import audit, disclosure, prose
from imports.models import Erasure, Fact, Soulprint
from imports.pages.door import Visit, answer
from imports.pages.reading import by_category

_NAME = "soulprint"


@answer(needs="imports.view_soulprint")
@require_safe
def markdown(request: HttpRequest, visit: Visit) -> StreamingHttpResponse:
    shown = _current_or_404(visit)
    lines = prose.as_markdown(
        shown.sections(), title=shown.ai_name or "Soulprint", subtitle=shown.archetype
    )
    return _file(
        _joined(lines, _facts_as_markdown(visit)),
        kind="text/markdown; charset=utf-8",
        end="md",
    )


@answer(needs="imports.view_soulprint")
@require_safe
def data(request: HttpRequest, visit: Visit) -> StreamingHttpResponse:
    shown = _current_or_404(visit)
    body = {
        "ai_name": shown.ai_name,
        "archetype": shown.archetype,
        "pass": shown.pass_name,
        "engine": shown.engine,
        "model": shown.model,
        "created_at": shown.created_at.isoformat(),
        "sections": shown.sections(),
        "facts": [_fact(fact, has_quotes=_opens_quotes(visit)) for fact in _facts(visit)],
    }
    text = json.dumps(body, ensure_ascii=False, indent=2)
    return _file(iter([text]), kind="application/json", end="json")


def _current_or_404(visit: Visit) -> Soulprint:
    """Give the current soulprint; when staff take one along, and words with it, that is on record."""
    shown = Soulprint.objects.of_user(visit.user_id).first()
    if shown is None or Erasure.objects.is_wished_by(visit.user_id):
        raise Http404
    target = f"soulprint {shown.id}"
    audit.record(visit.who, "downloaded a soulprint", target=target, user_id=visit.user_id)
    if visit.may("imports.view_fact") and _opens_quotes(visit):
        disclosure.open_quotes(visit.user_id, target=target, who=visit.who)
    return shown


def _facts(visit: Visit) -> Iterator[Fact]:
    if visit.may("imports.view_fact"):
        yield from Fact.objects.current(visit.user_id).iterator()


def _opens_quotes(visit: Visit) -> bool:
    """Tell whether the words that prove a fact go along; staff need the right to read them."""
    return visit.may(disclosure.PERMISSION)


def _fact(fact: Fact, *, has_quotes: bool) -> dict[str, Any]:
    return {
        "category": fact.category,
        "statement": fact.statement,
        "kind": fact.kind,
        "basis": fact.basis,
        "confidence": fact.confidence,
        "first_seen_at": fact.first_seen_at.isoformat() if fact.first_seen_at else None,
        "last_seen_at": fact.last_seen_at.isoformat() if fact.last_seen_at else None,
        **({"evidence": fact.evidence} if has_quotes else {}),
    }


def _facts_as_markdown(visit: Visit) -> Iterator[str]:
    groups = by_category(_facts(visit), has_quotes=_opens_quotes(visit), titles={})
    if groups:
        yield "## Facts"
    for category, entries in groups:
        yield f"### {category}"
        for entry in entries:
            as_of = f" (as of {entry['as_of']:%B %Y})" if entry["as_of"] else ""
            yield f"- {prose.plain(entry['fact'].statement)}{as_of}"
            for proof in entry["proofs"]:
                at = f" ({proof['on']})" if proof["on"] else ""
                yield f"  - “{prose.plain(proof['quote'])}”{at}"


def _joined(*parts: Iterator[str]) -> Iterator[str]:
    """Set blocks apart by an empty line; the items of a list stay together."""
    was_item = None
    for line in chain(*parts):
        is_item = line.lstrip().startswith("- ")
        follows = was_item is None or (is_item and was_item)
        yield f"{line}\n" if follows else f"\n{line}\n"
        was_item = is_item


def _file(lines: Iterator[str], *, kind: str, end: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{_NAME}.{end}"'
    response["Cache-Control"] = "no-store"
    return response
