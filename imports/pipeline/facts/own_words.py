"""Finds where the person stops speaking of themselves and hands over a text, a role or a what-if.

A request to shorten, translate or mend a text is followed by that text; a role play or a what-if
holds from where it begins. What comes behind says "I" as well, and means somebody else.
"""

from __future__ import annotations

import re

_REACH = 250  # of the beginning, where such a request stands
_LEAST = 25  # characters behind it, or nothing was handed over
_HANDS_OVER = re.compile(
    r"\b(?:summar\w+|shorten\w*|sum (?:it|this|that) up|re-?writ\w+|rephras\w+|paraphras\w+"
    r"|proof-?read\w*|translat\w+|make (?:this|it|that) |(?:improve|correct|edit|fix|polish|mend)"
    r" (?:this|the|my|his|her)\b|only grammar|clear enough|sounds? (?:more|better|natural|odd)"
    r"|this (?:text|bio|letter|e-?mail|paragraph|page|post|transcript|review|profile)"
    r"|following (?:text|e-?mail|letter|passage|article)|answer (?:this|it) politely|who said"
    r"|got this from|how do (?:i|you) (?:say|answer|reply)|here is the|continue (?:this|the)"
    r"|übersetz\w*|korrigier\w*|zusammenfass\w*|fasse? .{1,30} zusammen|tradu[cziï]\w*"
    r"|corrig\w+|résum\w+|resum\w+|riassum\w+|corregg\w+|vertaal\w*|samenvat\w*|vat .{1,30} samen)",
    re.I,
)
_IMAGINES = re.compile(
    r"\b(?:pretend|role[- ]?play|let'?s play|imagine|suppose|act as|acting as|hypothetic\w*"
    r"|thought experiment|what if|if i (?:were|was|lived|moved|had|worked|became)"
    r"|diary entry|in the first person|my character)\b",
    re.I,
)
_BEGINS = re.compile(r"\n\s*\n|:\s|[?.!]\s*\n|\u2013\s|\s-\s|:(?=[\"'\u201c])")


def own_part(text: str) -> str:
    """Give the part of a message in which the person speaks for themselves."""
    head = text[:_REACH].replace("\u2019", "'")
    imagined = _IMAGINES.search(head)
    if imagined:
        text = text[: _sentence_start(text, imagined.start())]
    asked = _HANDS_OVER.search(head)
    if asked:
        begins = _BEGINS.search(text, asked.end())
        if begins and len(text) - begins.end() >= _LEAST:
            return text[: begins.start()]
    return text


def _sentence_start(text: str, place: int) -> int:
    return max(text.rfind(mark, 0, place) for mark in (". ", "! ", "? ", "\n")) + 1
