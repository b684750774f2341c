"""The soulprint set as a text to read, with pictures, proof and a box to search the memory."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from imports import amounts, disclosure, prose
from imports.models import Conversation, Erasure, Fact, Soulprint
from imports.models.results import BY_PEOPLE
from imports.pages import pictures
from imports.pages.counts import Counts, counts_of
from imports.pages.door import Visit, answer, page
from imports.pages.frame import frame_of
from imports.search import Question, QuestionRefused, said_in

_FACTS_SHOWN = 300
_VERSIONS_SHOWN = 20
_HITS_SHOWN = 6
# One has one of these at a time, and another one later.
_CHANGING = frozenset({"age", "occupation", "employer", "home", "diet", "status"})
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@page(needs="imports.view_soulprint")
@require_safe
@ensure_csrf_cookie
def soulprint(
    request: HttpRequest, visit: Visit, soulprint_id: uuid.UUID | None = None
) -> HttpResponse:
    """Show the current soulprint, or an earlier version of it."""
    versions = Soulprint.objects.of_user(visit.user_id)
    shown = versions.filter(id=soulprint_id).first() if soulprint_id else versions.first()
    if soulprint_id and not shown:
        raise Http404
    if not shown or Erasure.objects.is_wished_by(visit.user_id):
        return render(request, "pages/no_soulprint.html", frame_of(visit))
    disclosure.open_soulprint(shown, who=visit.who)
    counts = counts_of(visit.user_id, version=shown.id)
    facts = _facts(visit, wants_quotes=request.GET.get("quotes") == "yes")
    has_facts = bool(facts["groups"]) and not soulprint_id
    context = {
        **frame_of(visit),
        **facts,
        **_pictures(counts),
        "soulprint": shown,
        "sections": prose.read_sections(_told_once(shown.sections(), has_facts=has_facts)),
        "made_by": prose.made_by(engine=shown.engine, model=shown.model),
        "counted": f"{amounts.counted(counts.conversations, 'conversations')} with "
        f"{amounts.counted(counts.messages, 'messages')}",
        "versions": [
            (version, visit.address("version", version.id))
            for version in versions.defer(*Soulprint.SECTIONS)[:_VERSIONS_SHOWN]
        ],
        "may_search": visit.may(disclosure.PERMISSION),
        "may_erase": visit.may("imports.add_erasure"),
    }
    return render(request, "pages/soulprint.html", context)


@answer(needs=disclosure.PERMISSION)
@require_safe
def hits(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Answer a question from the memory, with what was asked for marked."""
    question = request.GET.get("q", "").strip()
    context: dict[str, Any] = {**frame_of(visit), "question": question}
    try:
        asked = Question(text=question, limit=_HITS_SHOWN)
        # An empty box finds nothing, which is nothing to write down.
        found = (
            disclosure.search_memory(visit.user_id, asked, who=visit.who)
            if question
            else []
        )
        context["hits"] = [{"hit": hit, "turns": said_in(hit)} for hit in found]
    except QuestionRefused as refused:
        context["problem"] = refused.detail
    # Our script asks for a piece of the page; without it the answer is a page of its own.
    is_piece = "X-Piece" in request.headers
    name = "pages/hits.html" if is_piece else "pages/hits_page.html"
    return render(request, name, context)


def _told_once(sections: dict[str, Any], *, has_facts: bool) -> dict[str, Any]:
    """Leave facts out of the memory where they are listed with their proof."""
    memory = sections.get("memory")
    if not has_facts or not isinstance(memory, dict):
        return sections
    kept = {key: value for key, value in memory.items() if key != "groups"}
    return sections | {"memory": kept}


def _pictures(counts: Counts) -> dict[str, Any]:
    drawn = (pictures.over_time(counts.by_month), pictures.by_hour(counts.by_hour))
    return {
        "pictures": [picture for picture in drawn if picture],
        "models": pictures.shares(
            counts.by_model, whole=counts.conversations, unit="conversations"
        ),
    }


def _facts(visit: Visit, *, wants_quotes: bool) -> dict[str, Any]:
    """Give the facts; staff see the words behind them when they ask, and that is on record."""
    if not visit.may("imports.view_fact"):
        return {"groups": [], "fact_count": 0, "has_quotes": True}
    has_quotes = visit.is_own or (wants_quotes and visit.may(disclosure.PERMISSION))
    if has_quotes and not visit.is_own:
        target = f"user {visit.user_id}"
        disclosure.open_quotes(visit.user_id, target=target, who=visit.who)
    facts = Fact.objects.current(visit.user_id)
    shown = list(facts[:_FACTS_SHOWN])
    if visit.is_own:
        shown += Fact.objects.rejected(visit.user_id)[:_FACTS_SHOWN]
    titles = _titles(shown) if has_quotes else {}
    return {
        "groups": by_category(shown, has_quotes=has_quotes, titles=titles),
        "fact_count": facts.count(),
        "has_quotes": has_quotes,
        "may_open_quotes": visit.may(disclosure.PERMISSION),
    }


def _titles(facts: Iterable[Fact]) -> dict[str, str]:
    """Name the conversations in which the words that prove facts were said."""
    proofs = (proof for fact in facts for proof in fact.evidence)
    ids = {proof["conversation_id"] for proof in proofs if "conversation_id" in proof}
    rows = Conversation.objects.filter(id__in=ids).exclude(title="")
    return {str(id): title for id, title in rows.values_list("id", "title")}


def by_category(
    facts: Iterable[Fact], *, has_quotes: bool, titles: Mapping[str, str]
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Group facts, best proven first, each with its quotes if they may be seen.

    ``titles`` are those of the conversations in which that was said, as far as they are told.

    What a newer fact has overtaken stands last, with the time at which it was said.
    """
    facts = list(facts)
    newest = _newest(facts)
    groups: dict[str, list[dict[str, Any]]] = {}
    for fact in sorted(facts, key=lambda fact: _is_overtaken(fact, newest)):
        proofs = [
            {
                "quote": proof.get("quote", ""),
                "on": parse_date(str(proof.get("at"))[:10]),
                "title": titles.get(str(proof.get("conversation_id")), ""),
            }
            for proof in (fact.evidence if has_quotes else ())
        ]
        as_of = fact.last_seen_at if _is_overtaken(fact, newest) else None
        entry = {
            "fact": fact,
            "proofs": proofs,
            "as_of": as_of,
            "is_doubtful": prose.is_doubtful(fact.confidence),
            "is_rejected": _is_rejected(fact),
        }
        groups.setdefault(fact.category, []).append(entry)
    return [
        (prose.kind_title(category), groups[category])
        for category in sorted(groups, key=prose.kind_rank)
    ]


def _is_rejected(fact: Fact) -> bool:
    return fact.superseded_reason in BY_PEOPLE


def _newest(facts: Iterable[Fact]) -> dict[str, datetime]:
    """Tell when what changes over a life was said last."""
    newest: dict[str, datetime] = {}
    for fact in facts:
        if fact.slot in _CHANGING and fact.last_seen_at and not _is_rejected(fact):
            newest[fact.slot] = max(fact.last_seen_at, newest.get(fact.slot, _LONG_AGO))
    return newest


def _is_overtaken(fact: Fact, newest: Mapping[str, datetime]) -> bool:
    """Tell whether a newer fact speaks of the same; what was only implied ended nothing."""
    said = fact.last_seen_at
    return bool(said and said < newest.get(fact.slot, _LONG_AGO))
