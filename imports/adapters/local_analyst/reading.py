"""Reads a text as its author's own words: what is quoted, pasted or only imagined is masked.

A mask keeps every character in its place, so that a span found in what is left is a verbatim
quote of the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from imports.adapters.local_analyst import elsewhere
from imports.adapters.local_analyst.cases import EitherCase
from imports.adapters.local_analyst.needles import Needles

_LONG = 4_000  # beyond this a message is mostly pasted
_OWN_WORDS = 1_500
_GATE_REACH = 200
_CLAUSE = range(4, 401)

_SAME_LENGTH = str.maketrans("\u2019\u2018`“”„«»\u00a0\u2009\u202f\t", '\'\'\'"""""    ')
_FENCE = re.compile(r"`{3}.*?(?:`{3}|\Z)|~{3}.*?(?:~{3}|\Z)", re.S)
_INJECTION = EitherCase(
    r"(?:ignore|disregard|forget|override) (?:all |any |the |your |my |everything )*"
    r"(?:previous|prior|above|earlier|instruction|you (?:know|were))"
    r"|system ?prompt|developer mode|jailbreak|<\|?(?:system|im_start)|\[/?(?:inst|system)\]"
    r"|(?:remember|note|store|save|record|memorize|add to memory|write down)[:,]? (?:that )?"
    r"(?:the |this )?(?:user|human)(?:'s)?\b"
    r"|new (?:system )?instructions?:|end of (?:prompt|instructions)"
    r"|^[ \t]*(?:system|assistant|developer|user|human)\s*:",
    re.M,
    signs="ignore|disregard|forget|override|system|developer|jailbreak|im_start|inst|user|human|prompt"
    "|assistant",
)
_OBJECT = (
    r"(?:this|these|that\b|the (?:following|text|passage|below|attached|email|letter|article)"
    r"|following|below|my (?:essay|letter|e-?mail|paragraph|text|r[eé]sum[eé]|cv|bio|draft|message"
    r"|story|poem|cover|post|speech|statement|summary|article|abstract|intro)"
    r"|a (?:text|paragraph|letter)|into\b|:|\n|(?<=\s)[\"'])"
)
_MATERIAL = EitherCase(
    r"\b(?:translate|rewrite|re-write|rephrase|paraphrase|proof-?read|summari[sz]e|tl;?dr"
    r"|polish|shorten|condense|grade|critique|annotate|transcribe|correct|improve|edit|review|fix"
    r"|check|continue|complete|convert|format|reply to|respond to|answer|analy[sz]e|extract"
    r"|read|evaluate|simplify|expand|punctuate|turn|clean up)"
    r"(?: \S+){0,3}? ?" + _OBJECT + r"|\b(?:translate|proof-?read|paraphrase)\b"
    r"|\b(?:the )?following (?:text|e-?mail|letter|bio|article|passage|paragraph|story|message"
    r"|profile|excerpt|post|review|conversation|dialog(?:ue)?|transcript|sentences?|essay|draft)"
    r"|\bhere(?:'s| is| are) (?:an?|the|my|what|some|this|his|her|their|one)\b[^.\n]{0,40}?"
    r"(?:text|e-?mail|letter|bio|article|transcript|draft|essay|message|post|review|profile"
    r"|r[eé]sum[eé]|cv|chat|passage|excerpt|story|poem|testimonial|interview|log|paragraph|speech"
    r"|statement|quote|abstract|wrote|says?|said|sent)"
    r"|\b(?:übersetz|korrigier|fass\w* .{0,30}zusammen|traduc|traduz|tradui|corrig|résum|resum)",
    signs="translate|rewrite|re-write|rephrase|paraphrase|proof|summari|tl|polish|shorten|condense|grade"
    "|critique|annotate|transcribe|correct|improve|edit|review|fix|check|continue|complete|convert|format"
    "|reply|respond|answer|analy|extract|read|evaluate|simplify|expand|punctuate|turn|clean up|following"
    "|here|übersetz|korrigier|zusammen|traduc|traduz|tradui|corrig|résum|resum",
)
# A request about a text, and then the text: after a colon or in the next paragraph.
_ABOUT_TEXT = EitherCase(
    r"\b(?:translat|rewrit|rewrote|reword|rephras|paraphras|proof-?read|summar|tl;?dr|polish|shorten"
    r"|condens|grade|critique|transcrib|correct|improve|edit|review|fix|clean up|simplif|expand|extract"
    r"|analy[sz]e|feedback|opinion|thoughts|mistakes?|spelling|typos?|grammar|wording|phrasing|sounds?"
    r"|natural|text|paragraph|points|website|profile|clear|tone|version|draft|caption|subtitle|meaning"
    r"|mean|says?|wrote|written|opening|prologue|chapter|stanza|first (?:line|page|scene)|quiz|questionnaire|survey|form|minutes|lyrics|comments?|docstring)\w*\b"
    r"[^\n]{0,120}?(?::\s|\?\s*\n|[.!]?\s*\n|:$)",
)
_FOR_ANOTHER = EitherCase(
    r"\b(?:it is|it's|this is|asking|is) for (?:a|my|our) (?:friend|client|colleague|boss|brother|sister"
    r"|neighbou?r|cousin|student|customer|mother|father|mom|dad|son|daughter|coworker)\b"
    r"|\bon behalf of\b|\bmy (?:friend|client|colleague|neighbou?r)(?:'s)? (?:bio|profile|text|letter|cv)\b",
    signs="friend|client|colleague|boss|brother|sister|neighbo|cousin|student|customer|mother|father|mom"
    "|dad|son|daughter|coworker|behalf",
)
_FICTION = EitherCase(
    r"\brole-?\s?play|\bpretend|\bact as\b|\bacting as\b|\bact like\b|\byou are (?:an?|now|my)\b"
    r"|\byou're (?:now )?an? |\bimagine\b|\bhypothetical|\blet'?s (?:say(?! your name)|pretend|imagine|play)\b"
    r"|\bsuppose\b|\bfiction|\bmy (?:main )?character|\bcharacter (?:named|called|who|is)\b"
    r"|\bprotagonist|\bnarrator|\b(?:point of view|perspective|voice|style|persona) of\b"
    r"|\bfirst[- ]person\b|\bmonologue\b|\bd&d\b|\bdnd\b|\bdungeons?\b|\bfan ?fic"
    r"|\bstory (?:about|in which|where|with)\b|\bin (?:this|the|my) (?:story|scene|novel|game)\b"
    r"|\bwrite (?:me |us )?(?:an?|the|some|another)\b[^.\n]{0,40}?\b(?:story|poem|scene|script"
    r"|dialog(?:ue)?|song|lyrics|chapter|persona|character|testimonial|diary|journal entry"
    r"|monologue|sketch|joke|fairy ?tale|haiku|limerick|sonnet|vignette|backstory)\b"
    r"|\b(?:diary|journal) entr|\bmock interview|\bsample (?:bio|profile|letter|answer)"
    r"|\bas an? (?:[\w-]+ ){0,4}[\w-]+, (?:how|what|which) (?:would|do|should|could|can) you\b"
    r"|\bdummy (?:data|text)|\bexample (?:bio|profile|sentence|persona)",
    signs="role|pretend|act as|acting as|act like|you are|you're|imagine|hypothetical|let's|lets|suppose"
    "|fiction|character|protagonist|narrator|point of view|perspective|voice of|style of|persona"
    "|first-person|first person|monologue|d&d|dnd|dungeon|fanfic|fan fic|story|scene|novel|game|poem"
    "|script|dialog|song|lyrics|chapter|testimonial|diary|journal|sketch|joke|tale|haiku|limerick|sonnet"
    "|vignette|as a|mock|sample|dummy|example",
)
_COMPOSE = EitherCase(
    r"\b(?:write|draft|compose|create|make|help me (?:write|with))\b[^.?!\n:]{0,60}?\b(?:e-?mail"
    r"|letter|speech|essay|bio|biography|blog post|post|caption|tweet|profile|\bad\b|toast|summary"
    r"|statement|message|article|r[eé]sum[eé]|cv|review|headline|description|about (?:me )?page)\b"
    r"|\bcover letter",
    signs="write|draft|compose|create|make|help me|cover",
)
_BEGINS_TEXT = re.compile(r":\s|\n|\"")
_LETTER = re.compile(
    r"^(?:dear|to whom|subject:|from:|re:|sehr geehrte|estimad|cher |chère |prezad|gentile |egregi|geachte |hi [A-Z]\w+,$"
    r"|hello [A-Z]\w+,$|hey [A-Z]\w+,$)",
    re.I | re.M,
)
_LABEL = re.compile(
    r"^[ \t]*(?:[A-Z][\w.'-]+(?: [A-Z][\w.'-]+)?|\[[^\]\n]{1,30}\])\s?:\s.*$", re.M
)
_OWN_LABEL = re.compile(
    r"\s*(?:context|background|note|notes|name|age|location|job|occupation|about|me|goal|goals|ps"
    r"|p\.s\.|update|edit|diet|likes|dislikes|hobbies|languages|interests|tools|allergies|pets"
    r"|family|work|role|city|home|style|tone|format|preferences|question|project)\b",
    re.I,
)
# Each by signs of which it has one.
_QUOTED = (
    (('"',), re.compile(r'"[^"\n]{4,}?"')),
    (("'",), re.compile(r"(?<![\w])'(?=[A-Z])[^'\n]*(?:'\w[^'\n]*)*'(?!\w)")),
    ((">",), re.compile(r"^[ \t]*>.*$", re.M)),
    (("http", "www.", "@"), re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\w+")),
)
FIRST_PERSON = re.compile(
    r"\b(?:i|i'm|my|we|our|me|ich|je|j'ai|yo|eu|mi|meu|minha)\b", re.I
)
# Each begins with what it may begin with, so that the engine need not stop at other letters.
_END = (
    r"(?<=[.!?…])(?<!\b[A-Z].)(?<!\bMr.)(?<!\bMrs.)(?<!\bMs.)(?<!\bDr.)(?<!\bSt.)(?<!e\.g.)"
    r"(?<!i\.e.)[.!?…]*(?=\s|$|[\")])(?!\sNot\b)|(?<=\n)\n*"
)
_STOP = re.compile(rf"[.!?…\n](?:{_END})")
_BREAK = re.compile(
    rf"[.!?…\n\u2014;,\s](?:{_END}|(?<=\s)[-\u2013]{{1,2}}\s|(?<=\u2014)|(?<=;)\s"
    r"|(?:(?<=,)\s|(?<=\s))(?=(?:and|but|so|because|since|although|though|while|as|plus|cause|or"
    r"|'cause)\s(?:I|i|my|we|our|I'm|im)\b)"
    r"|(?<=,)\s(?=(?:I|i|we|what|how|can|could|should|which|where|any|is|do|would|please)\b))"
)
_UNREAL = EitherCase(
    r"\bwhat if\b|\bas if\b|\bas though\b|\bif I were\b|\bif I was\b|\bif i had\b|\bwish I\b"
    r"|\bwould be\b|\bhypothetical|\bfor example\b|\be\.g\b|\bfor instance\b|\bsay I\b"
    r"|\bassum(?:e|ing)\b|\bsuppose\b|\bimagine\b|\bpretend|\bin my (?:dream|story|novel|game)\b"
    r"|\bdreamed (?:that )?I|\bjokingly?\b|\bjust kidding\b",
)
_GATES = (
    _MATERIAL,
    _FOR_ANOTHER,
    _FICTION,
    elsewhere.HANDED_OVER,
    elsewhere.FOR_ANOTHER,
    elsewhere.INVENTED,
)
_SIGNS = Needles(sign for each in (_INJECTION, _COMPOSE, *_GATES) for sign in each.signs)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a text that can say one thing; ``start`` is its place in the text."""

    start: int
    text: str


def shown(text: str, *, kind: str) -> str:
    """Mask what is not said by the author, as far as a text of this kind may hold that."""
    return own_words(text) if kind == "message" else _without_quotes(_aligned(text))


def clauses(shown: str) -> Iterator[Clause]:
    """Yield the clauses of a masked text that its author says about the real world."""
    return _pieces(shown, _BREAK)


def sentences(shown: str) -> Iterator[Clause]:
    """Yield whole sentences: who is spoken of may become clear only at their end."""
    return _pieces(shown, _STOP)


def _pieces(shown: str, breaks: re.Pattern[str]) -> Iterator[Clause]:
    may_be_unreal = _UNREAL.find(shown, shown.lower()) is not None
    begin = 0
    for end in [*(found.start() for found in breaks.finditer(shown)), len(shown)]:
        piece = shown[begin:end]
        lead = len(piece) - len(piece.lstrip(" \t\n.,;:!?…\u2013\u2014-*•#)"))
        clause = Clause(begin + lead, piece[lead:].rstrip())
        begin = end
        if len(clause.text) not in _CLAUSE:
            continue
        if not (may_be_unreal and _UNREAL.find(clause.text, clause.text.lower())):
            yield clause


def own_words(text: str) -> str:
    """Mask what is not said by the author about themselves; the length stays the same."""
    shown = _aligned(text)
    lower = shown.lower()
    signs = _SIGNS.standing_in(lower)
    if _INJECTION.signs & signs and _INJECTION.find(shown, lower):
        return ""
    if len(shown) > _LONG:
        shown, lower = shown[:_OWN_WORDS], lower[:_OWN_WORDS]
    shown = shown[: _gate(shown, lower, signs)]
    return _without_quotes(shown)


def is_hostile(text: str) -> bool:
    """Tell whether a text gives orders about what shall be believed."""
    shown = _aligned(text)
    return _INJECTION.find(shown, shown.lower()) is not None


def without_code(text: str) -> str:
    """Mask fenced code."""
    has_fence = "```" in text or "~~~" in text
    return _FENCE.sub(_blank, text) if has_fence else text


def _aligned(text: str) -> str:
    return without_code(text).translate(_SAME_LENGTH)


def _without_quotes(shown: str) -> str:
    for signs, pattern in _QUOTED:
        if any(sign in shown for sign in signs):
            shown = pattern.sub(_blank_if_said, shown)
    return _LABEL.sub(_blank_if_speaker, shown)


def _gate(shown: str, lower: str, signs: set[str]) -> int:
    """Find where somebody else's text, or an invented one, begins."""
    cuts = [len(shown)]
    for gate in _GATES:
        if gate.signs & signs and (found := gate.find(shown, lower, end=_GATE_REACH)):
            cuts.append(found.start)
    # It ends with a colon or a line.
    is_open = ":" in lower or "\n" in lower
    if is_open and (found := _ABOUT_TEXT.find(shown, lower, end=_GATE_REACH)):
        # The request itself says nothing about the person either.
        cuts.append(max(shown.rfind(end, 0, found.start) for end in ".!?\n") + 1)
    may_compose = _COMPOSE.signs & signs
    if may_compose and (found := _COMPOSE.find(shown, lower, end=_GATE_REACH)):
        after = _BEGINS_TEXT.search(shown, found.stop)
        cuts.append(after.start() if after else len(shown))
    if (letter := _LETTER.search(shown)) and "\n" in shown[letter.start() :]:
        cuts.append(letter.start())
    return min(cuts)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found.group())


def _blank_if_said(found: re.Match[str]) -> str:
    """Keep short names in quotes; mask whole sayings."""
    said = found.group()
    if said.count(" ") <= 2 and not FIRST_PERSON.search(said) and "@" not in said:
        return said if "://" not in said else _blank(found)
    return _blank(found)


def _blank_if_speaker(found: re.Match[str]) -> str:
    return found.group() if _OWN_LABEL.match(found.group()) else _blank(found)
