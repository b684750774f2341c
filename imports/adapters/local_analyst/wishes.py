"""Says how a person wants to be answered, as orders to a companion, each in the one place it fits.

A wish is found as a statement about the person ("wants no emojis"). A companion needs it as an
order ("No emojis"), once: among boundaries, formats, the style of answers, or what not to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_FORMS = (
    (re.compile(r"wants the assistant to always (.+)", re.I), "Always {}"),
    (re.compile(r"wants the assistant to (.+)", re.I), "{}"),
    (re.compile(r"wants the assistant not to ([\w-]+ing\b.*)", re.I), "No {}"),
    (re.compile(r"wants the assistant not to (.+)", re.I), "Don't {}"),
    (re.compile(r"wants no (.+)", re.I), "No {}"),
    (re.compile(r"wants answers in (.+)", re.I), "Answer in {}"),
    (re.compile(r"(?:wants|prefers) (.+?) answers", re.I), "Give {} answers"),
)
_VERB = re.compile(
    r"(?:show|include|cite|add|give|list|mention|provide|start|lead|end|explain|ask|use|quote|name"
    r"|put|offer|challenge|double-check|point|summari[sz]e|tell|say|write|answer|keep)\b",
    re.I,
)
_REFUSAL = re.compile(r"(?:no|don't|never|avoid|stop|without|skip)\b", re.I)
_BOUNDARY = re.compile(
    r"lectur|morali[sz]|flatter|judg|patroni[sz]|apologi|praise|motivational|pretend|guilt"
    r"|sugar-?coat|small talk|talk about|bring up|mention|remind|diagnos|nickname",
    re.I,
)
_FORMAT = re.compile(
    r"bullet|\btables?\b|\blists?\b|units?\b|metric|imperial|spelling|markdown|code|numbered"
    r"|celsius|kilomet|24-hour|type hint|british|american|plain text|headings?|emojis?",
    re.I,
)
_STYLE = re.compile(r"Give (.+) answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Orders to a companion by the place where they belong; none stands in two."""

    style: str | None
    formats: list[str]
    boundaries: list[str]
    refusals: list[str]
    others: list[str]


def as_order(wish: str) -> str:
    """Turn a wish that was told of the person into an order; what is unknown stays as it is."""
    for form, order in _FORMS:
        if found := form.fullmatch(wish.strip(" .")):
            return _capital(order.format(found[1]))
    wanted = re.fullmatch(r"(?:wants|prefers) (.+)", wish.strip(" ."), re.I)
    if wanted is None:
        return _capital(wish.strip(" ."))
    return _capital(wanted[1] if _VERB.match(wanted[1]) else f"use {wanted[1]}")


def sorted_out(wishes: Iterable[str], *, but: Iterable[str] = ()) -> Orders:
    """Put each wish where it belongs, but those that stand word by word elsewhere."""
    said = {order.strip(" .!").casefold() for order in but}
    orders = [
        order
        for order in dict.fromkeys(map(as_order, wishes))
        if order.casefold() not in said
    ]
    styles = [found[1] for order in orders if (found := _STYLE.fullmatch(order))]
    left = [order for order in orders if not _STYLE.fullmatch(order)]
    refusals = [order for order in left if _REFUSAL.match(order)]
    asked = [order for order in left if not _REFUSAL.match(order)]
    return Orders(
        style=_style(styles),
        formats=[order for order in asked if _FORMAT.search(order)],
        boundaries=[order for order in refusals if _BOUNDARY.search(order)],
        refusals=[order for order in refusals if not _BOUNDARY.search(order)],
        others=[order for order in asked if not _FORMAT.search(order)],
    )


def _style(styles: list[str]) -> str | None:
    """Make one sentence of all that answers shall be: "Short, direct and honest answers"."""
    words = [word for style in styles for word in re.split(r",? and |, ", style)]
    distinct = list(dict.fromkeys(words))[:5]
    if not distinct:
        return None
    *first, last = distinct
    return _capital(f"{', '.join(first)} and {last}" if first else last) + " answers"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
