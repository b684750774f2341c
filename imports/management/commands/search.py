"""``manage.py search USER "text"``: asks a person's memory, and prints what it answers."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import make_aware

from imports import wiring
from imports.pipeline.embed.lessons import is_foreign
from imports.search import Hit, Question, QuestionRefused, search


class Command(BaseCommand):
    help = "Search a person's memory."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", type=uuid.UUID)
        parser.add_argument("text")
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--tier", choices=settings.EMBEDDED_TIERS)
        parser.add_argument("--provider", help="chatgpt, claude ...")
        parser.add_argument("--role", choices=["user", "assistant"])
        parser.add_argument("--since", type=_moment, metavar="DATE")
        parser.add_argument("--until", type=_moment, metavar="DATE")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = ("text", "limit", "tier", "provider", "role", "since", "until")
        try:
            hits = search(
                options["user"], Question(**{name: options[name] for name in asked})
            )
        except QuestionRefused as refused:
            raise CommandError(f"{refused.field}: {refused.detail}") from None
        for hit in hits:
            self.stdout.write(_shown(hit))
        if not hits:
            self.stdout.write("nothing found")
        if is_foreign(options["user"], wiring.ports().embedder):
            self.stderr.write(
                "Another embedder made the vectors of this memory: it was searched by words alone."
                f" manage.py reembed {options['user']} makes them anew."
            )


def _shown(hit: Hit) -> str:
    at = f"{hit.at:%Y-%m-%d %H:%M}" if hit.at else "no date"
    text = " ".join(hit.excerpt.text.split())
    title = hit.title or "(untitled)"
    place = f"{hit.conversation_id} [{hit.start}:{hit.end}]"
    lines = [f"{hit.score:.3f}  {at}  {hit.role}  {title}", *hit.facts, text, place]
    return "\n       ".join(lines)


def _moment(text: str) -> Any:
    """Read a day or a moment, in UTC unless it says otherwise."""
    moment = parse_datetime(text)
    if moment is None:
        day = parse_date(text)
        if day is None:
            raise ValueError(text)
        moment = parse_datetime(f"{day}T00:00:00")
    return moment if moment is None or moment.tzinfo else make_aware(moment)
