"""Measures how a person writes, and says it in a few words."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:'\w+)?")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_PLEASE = re.compile(
    r"\b(?:please|pls|plz|thank(?:s| you)|bitte|danke|por favor|gracias|merci|obrigad[oa])\b",
    re.I,
)
_LAUGH = re.compile(
    r"\b(?:haha\w*|lol|lmao|hehe\w*|rofl|jk|jaja\w*|kkk+)\b|[:;]-?[)D]|\U0001f602|\U0001f923",
    re.I,
)
_SLANG = re.compile(
    r"\b(?:gonna|wanna|kinda|gotta|yeah|yep|nope|hey|btw|tbh|imo|idk|ok|cool|u|ur|dude)\b",
    re.I,
)
_FORMAL = re.compile(
    r"\b(?:would you|could you|kindly|regarding|furthermore|therefore|however|shall)\b",
    re.I,
)
_LEAST_MESSAGES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Rates are per message."""

    messages: int
    median_words: float
    please: float
    exclaims: float
    emoji: float
    laughs: float
    slang: float
    formal: float
    lower_case: float

    @property
    def is_known(self) -> bool:
        return self.messages >= _LEAST_MESSAGES


def measure(texts: Sequence[str]) -> Register:
    """Measure messages of one person, pasted text already taken out."""
    texts = [text for text in texts if _WORD.search(text)]

    def rate(pattern: re.Pattern[str]) -> float:
        return sum(bool(pattern.search(text)) for text in texts) / max(1, len(texts))

    return Register(
        messages=len(texts),
        median_words=statistics.median(len(_WORD.findall(text)) for text in texts)
        if texts
        else 0,
        please=rate(_PLEASE),
        exclaims=rate(re.compile("!")),
        emoji=rate(_EMOJI),
        laughs=rate(_LAUGH),
        slang=rate(_SLANG),
        formal=rate(_FORMAL),
        lower_case=sum(text == text.lower() for text in texts) / max(1, len(texts)),
    )


def style(register: Register) -> str | None:
    """Say how the person writes; None if there is too little to tell."""
    if not register.is_known:
        return None
    words = round(register.median_words)
    length = "short" if words < 15 else "medium-length" if words < 50 else "long"
    parts = [f"Writes {length} messages, about {words} words each"]
    if register.lower_case > 0.5:
        parts.append("mostly in lower case")
    if register.please > 0.3:
        parts.append("often with please or thanks")
    if register.emoji > 0.2:
        parts.append("with emoji now and then")
    return ", ".join(parts)


def tone(register: Register) -> str | None:
    """Name the tone; None if there is too little to tell."""
    if not register.is_known:
        return None
    casual = register.slang + register.lower_case + register.laughs
    manner = "Casual" if casual > register.formal + 0.35 else "Matter-of-fact"
    if register.formal > casual + 0.2:
        manner = "Rather formal"
    extras = ["polite"] if register.please > 0.3 else []
    extras += ["enthusiastic"] if register.exclaims > 0.3 else []
    return f"{manner}, {' and '.join(extras)}" if extras else manner


def humor(register: Register) -> str | None:
    """Say that the person jokes, if they visibly do."""
    if register.is_known and register.laughs > 0.08:
        return "Laughs and jokes in writing"
    return None
