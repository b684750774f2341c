"""What came out: the soulprint of a user, the facts behind it, and the memory."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from rest_framework.request import Request

from imports import disclosure
from imports.api import paging, presentation
from imports.api.answers import answer, polled
from imports.api.schema import documented
from imports.api.serializers import EmptyBody, FactsQuery, SearchQuery
from imports.api.shapes import FactPage, Hits, SoulprintShape
from imports.api.throttling import SearchesPerMinute
from imports.api.views.base import ApiView, PolledView
from imports.models import Erasure, Fact, Soulprint
from imports.search import Question


class CurrentSoulprint(PolledView):
    needs = {"GET": "imports.view_soulprint"}

    @documented(
        "getSoulprint",
        "Read the soulprint of a user",
        tag="soulprints",
        answers={200: SoulprintShape, 304: None},
        fails=(400, 404),
        is_polled=True,
    )
    def get(self, request: HttpRequest, user_id: uuid.UUID) -> HttpResponse:
        """The current one: `quick` after about a minute, `full` once all was read."""
        self.query(EmptyBody)
        owner = self.principal.reads_user(user_id)
        soulprint = Soulprint.objects.of_user(owner).first()
        if soulprint is None or Erasure.objects.is_wished_by(owner):
            raise Http404
        disclosure.open_soulprint(soulprint, who=self.principal.who)
        return polled(request, presentation.soulprint(soulprint), retry_after=None)


class Facts(ApiView):
    needs = {"GET": "imports.read_conversation"}  # a quote is what somebody said

    @documented(
        "listFacts",
        "Read the facts about a user",
        tag="soulprints",
        query=FactsQuery,
        answers={200: FactPage},
        fails=(400, 404),
    )
    def get(self, request: Request, user_id: uuid.UUID) -> HttpResponse:
        """Those that hold now, the best proven first, each with the quotes that prove it."""
        asked = self.query(FactsQuery)
        owner = self.principal.reads_user(user_id)
        disclosure.open_quotes(owner, target=f"user {owner}", who=self.principal.who)
        facts = Fact.objects.current(owner)
        if Erasure.objects.is_wished_by(owner):
            facts = facts.none()
        if "category" in asked:
            facts = facts.filter(category=asked["category"])
        page = paging.by_position(facts, cursor=asked.get("cursor"), limit=asked["limit"])
        return answer(page.present(request, presentation.fact))


class Search(ApiView):
    needs = {"GET": "imports.read_conversation"}
    throttle_classes = [SearchesPerMinute]

    @documented(
        "searchMemory",
        "Search the memory of a user",
        tag="soulprints",
        query=SearchQuery,
        answers={200: Hits},
        fails=(400, 404, 429),
    )
    def get(self, request: Request, user_id: uuid.UUID) -> HttpResponse:
        """By meaning and by words: the best hits first, each with what was said around it.

        A user may ask 60 times a minute, a service as often as it needs.
        """
        asked = self.query(SearchQuery)
        owner = self.principal.reads_user(user_id)
        question = Question(text=asked.pop("q"), **asked)
        hits = disclosure.search_memory(owner, question, who=self.principal.who)
        return answer({"results": [presentation.hit(hit) for hit in hits]})
