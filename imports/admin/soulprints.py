"""Soulprints to read: the sections as text, two versions side by side, the facts behind them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from unfold.admin import ModelAdmin
from unfold.decorators import display

from imports import amounts, disclosure, prose
from imports.admin.of_a_user import OfAUser
from imports.admin.requests import who
from imports.models import Fact, Soulprint

_VERSIONS_SHOWN = 20
_FACTS_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A section of this version, and the same of the other one."""

    name: str
    title: str
    here: prose.Section | None
    there: prose.Section | None

    @property
    def is_same(self) -> bool:
        return _blocks(self.here) == _blocks(self.there)


@admin.register(Soulprint)
class SoulprintAdmin(OfAUser, ModelAdmin):
    list_display = ("show_name", "show_user", "show_pass", "archetype", "engine", "show_at")
    list_filter = ("pass_name", "engine")
    ordering = ("-created_at", "-id")
    change_form_template = "admin/imports/soulprint/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Soulprint]:
        soulprints: QuerySet[Soulprint] = super().get_queryset(request)
        match = request.resolver_match
        is_list = bool(match and str(match.url_name).endswith("changelist"))
        return soulprints.defer(*Soulprint.SECTIONS) if is_list else soulprints

    @display(description="Soulprint")
    def show_name(self, soulprint: Soulprint) -> str:
        return soulprint.ai_name or amounts.short(soulprint.id)

    @display(description="Version", ordering="pass_name")
    def show_pass(self, soulprint: Soulprint) -> str:
        return soulprint.get_pass_name_display()

    @display(description="Made")
    def show_at(self, soulprint: Soulprint) -> str:
        return render_to_string("admin/imports/time.html", {"at": soulprint.created_at})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        soulprint: Soulprint = kwargs["obj"]
        disclosure.open_soulprint(soulprint, who=who(request))
        other = _other(soulprint, request.GET.get("beside", ""))
        context |= {
            "title": soulprint.ai_name or f"Soulprint {amounts.short(soulprint.id)}",
            "soulprint": soulprint,
            "made_by": prose.made_by(engine=soulprint.engine, model=soulprint.model),
            "versions": _versions(soulprint),
            "other": other,
            "sections": _side_by_side(soulprint, other),
            **_facts(request, soulprint),
        }
        view: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return view


def _versions(soulprint: Soulprint) -> Iterable[Soulprint]:
    versions = Soulprint.objects.of_user(soulprint.user_id).defer(*Soulprint.SECTIONS)
    return versions.exclude(id=soulprint.id)[:_VERSIONS_SHOWN]


def _other(soulprint: Soulprint, asked: str) -> Soulprint | None:
    """Give the version to show beside this one; only another of the same user."""
    try:
        wished = uuid.UUID(asked)
    except ValueError:
        return None
    return (
        Soulprint.objects.of_user(soulprint.user_id)
        .exclude(id=soulprint.id)
        .filter(id=wished)
        .first()
    )


def _side_by_side(here: Soulprint, there: Soulprint | None) -> list[Beside]:
    left, right = _read(here), _read(there)
    return [
        Beside(name=name, title=title, here=left.get(name), there=right.get(name))
        for name, (title, _) in prose.TITLES.items()
        if name in left or name in right
    ]


def _read(soulprint: Soulprint | None) -> dict[str, prose.Section]:
    if soulprint is None:
        return {}
    sections = {name: getattr(soulprint, name) for name in Soulprint.SECTIONS}
    return {section.name: section for section in prose.read_sections(sections)}


def _blocks(section: prose.Section | None) -> object:
    return section.blocks if section else None


def _facts(request: HttpRequest, soulprint: Soulprint) -> dict[str, Any]:
    """Give what holds of the person now; quotes only when asked for, and that is on record."""
    if not request.user.has_perm("imports.view_fact"):
        return {"facts": None}
    may_read = request.user.has_perm(disclosure.PERMISSION)
    with_quotes = may_read and request.GET.get("quotes") == "yes"
    user_id = soulprint.user_id
    if with_quotes:
        disclosure.open_quotes(user_id, target=f"user {user_id}", who=who(request))
    facts = Fact.objects.current(user_id)
    return {
        "facts": facts[:_FACTS_SHOWN]
        if with_quotes
        else facts.defer("evidence")[:_FACTS_SHOWN],
        "with_quotes": with_quotes,
        "may_read": may_read,
    }
