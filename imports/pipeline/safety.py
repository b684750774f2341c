"""Decides which words of a model may enter a soulprint, because that becomes a prompt later.

A statement tells something about the person and may not address an assistant at all. A wish is
how the person wants to be answered: an order by nature, but never one that disarms, unmasks or
redirects the assistant. Neither carries addresses, markup or invisible characters.
"""

from __future__ import annotations

import re
import unicodedata

_ADDRESS = re.compile(
    r"https?:|www\.|\b[\w-]{1,63}\.(?:com|net|org|io|ru|xyz|info)/|mailto:", re.I
)
_MARKUP = re.compile(
    r"</?[a-z!][^>]{0,200}>?|```|\]\(|\{\{|\}\}|\{%|<\||\|>|\[/?INST\]|!\[|\[REDACTED|&#?\w{1,8};",
    re.I,
)
_ROLE = re.compile(
    r"(?:^|[\s\"'(\[#*])(?:system|assistant|developer|human|ai|tool)\s{0,2}(?:prompt|message)?"
    r"\s{0,2}[:>]",
    re.I,
)
_TAKEOVER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}"
    r"\b(?:previous|prior|above|earlier|all|any|your|these|the|safety)\b.{0,30}"
    r"\b(?:instruction|rule|prompt|guideline|polic|filter|message|restriction|training)"
    r"|system prompt|jail ?break|developer mode|\bDAN\b|do anything now|unfiltered|uncensored"
    r"|new instructions?\b|hidden instructions?|reveal (?:your|the) |exfiltrat|administrator"
    r"|(?:save|add|write|commit) (?:this|that|it) (?:to|in|into) (?:your )?memory"
    r"|remember that the user|\b(?:password|passwort|api key|credential|secret key)s?\b"
    r"|send (?:it|this|them|everything|all|the|any)\b.{0,40}\bto\b|without (?:any )?(?:restriction|filter)",
    re.I,
)
_ADDRESSES_AN_ASSISTANT = re.compile(
    r"\byou (?:must|should|shall|will|have to|need to|are (?:now|to|an?|the)|can(?:not|'t)?|may)\b"
    r"|^(?:please|do not|don't|respond|reply|answer|ignore|pretend|output)\b"
    r"|^(?:always|never) (?:use|answer|respond|reply|say|mention|include|give|write|be|end|start"
    r"|call|reveal|ask|add|refuse)\b|^be [a-z]+\b|\byourself\b"
    r"|\b(?:the )?(?:assistant|model|chatbot|ai) (?:must|should|shall|will|has to|needs to)\b"
    r"|\bas an ai\b|\bi (?:cannot|can't|am unable|won't)\b|language model",
    re.I,
)
_JOINERS = {"\u200c", "\u200d", "\ufe0f"}
_REFUSED_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def clean(text: str) -> str:
    """Compose characters and put everything on one line."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_safe_statement(text: str) -> bool:
    """Tell whether a cleaned text only says something about the person."""
    return is_safe_wish(text) and not _ADDRESSES_AN_ASSISTANT.search(text)


def is_safe_wish(text: str) -> bool:
    """Tell whether a cleaned text is at most a wish about style and work."""
    return not (
        has_invisible(text)
        or _ADDRESS.search(text)
        or _MARKUP.search(text)
        or _ROLE.search(text)
        or _TAKEOVER.search(text)
    )


def has_invisible(text: str) -> bool:
    """Tell whether a text holds control, bidi, private or unassigned characters."""
    if text.isascii():
        return not text.isprintable()
    return any(
        unicodedata.category(c) in _REFUSED_CATEGORIES for c in text if c not in _JOINERS
    )


def is_free_of_takeover(text: str) -> bool:
    """Tell whether a text of an export does without orders that aim at an assistant's rules."""
    return not (_TAKEOVER_IN_MATERIAL.search(text) or _FAKE_TURN.search(text))


_FAKE_TURN = re.compile(r"(?:^|[\"'\n])\s*(?:system|developer|assistant)\s*:", re.I)
_TAKEOVER_IN_MATERIAL = re.compile(
    r"\b(?:ignore|disregard|forget|override) (?:all |any |the |your |my |these )*"
    r"(?:previous|prior|above|earlier|system) (?:\w+ )?(?:instruction|rule|prompt|message)"
    r"|remember that the user|note to the (?:assistant|model|ai)|save this to memory"
    r"|the user(?:'s)? (?:is|name|works|lives|wants)\b.{0,80}\b(?:save|memory|administrator)"
    r"|update the memory|developer mode|jail ?break",
    re.I,
)
