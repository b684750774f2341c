"""Writes the five sections of a soulprint from what was found and counted; nothing is invented."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import Any

from imports.adapters.local_analyst import (
    hours,
    languages,
    reading,
    register,
    tasks,
    telling,
)
from imports.adapters.local_analyst.portrait import Portrait, Spoken, portray, spoken_in
from imports.adapters.local_analyst.register import Register
from imports.adapters.local_analyst.spelling import WRITTEN
from imports.adapters.local_analyst.vocabulary import TOOLS, bag
from imports.adapters.local_analyst.wishes import Orders, sorted_out
from imports.ports import Excerpt, SectionsMaterial, Statistics

_FENCE_LANGUAGE = re.compile(r"```([A-Za-z][\w+#-]{0,15})[ \t]*\n")
_TOOL = re.compile(
    r"(?<![\w.])(?:" + "|".join(re.escape(tool.lower()) for tool in TOOLS) + r")(?![\w+#])"
)
_COMMON_WORDS = bag("""
r go swift rust node word teams sketch linear spark unity dart zoom cursor notion ruby lua julia
rhino windows illustrator premiere make reaper ulysses discord slack react stripe canva claude
gemini anki looker roam excel kindle java latex
""")
_NOT_CODE = bag("text txt plaintext markdown md console output log")
_HOBBY = re.compile(r"^Calls (.+) their favorite (?:hobby|sport|pastime|activity)$")
_ORDER = re.compile(
    r"^(?:please |always |never |do not |don't |avoid |use |keep |be |give |write |answer |explain |respond |"
    r"speak |show |include |no |cite |ask |when |if i |prefer |format |call me |start |end |skip )",
    re.I,
)
_SHORTER = re.compile(
    r"\b(?:shorter|too long|tl;?dr|more concise|be brief|less verbose)\b", re.I
)
_CORRECTED = re.compile(r"^(?:no[,.! ]|that's (?:not|wrong)|i meant|not what i)", re.I)


def sections(material: SectionsMaterial) -> dict[str, Any]:
    """Give the five sections."""
    spoken = spoken_in(material)
    portrait = portray(material, spoken)
    texts = [text for turn in spoken if (text := turn.own_words.strip())]
    written = languages.written(texts)
    mix = tasks.shares(material.excerpts)
    declared = _orders(material)
    orders = sorted_out(portrait.statements("response"), but=declared)
    return {
        "soul": _soul(orders, portrait, register.measure(texts), declared),
        "identity": _identity(portrait, material, mix, written),
        "user": _user(portrait, written, material.statistics),
        "agents": _agents(orders, texts, mix, declared),
        "tools": _tools(portrait, material, orders, spoken),
    }


def _soul(
    orders: Orders, portrait: Portrait, manner: Register, declared: list[str]
) -> dict[str, Any]:
    return {
        "communication_style": register.style(manner),
        "tone": register.tone(manner),
        "humor": register.humor(manner),
        "values": portrait.values("value"),
        "boundaries": orders.boundaries,
        "explicit_instructions": declared or orders.others,
    }


def _identity(
    portrait: Portrait,
    material: SectionsMaterial,
    mix: dict[str, float],
    written: list[str],
) -> dict[str, Any]:
    archetype = tasks.archetype(mix, conversations=len(material.excerpts))
    ai_name = portrait.newest("ai_name") or _greeted_name(material.excerpts)
    return {
        "ai_name": ai_name,
        "archetype": archetype,
        "vibe": tasks.vibe(archetype),
        "greeting": _greeting(portrait.newest("name"), ai_name),
        "languages": written,
    }


def _greeting(name: str | None, ai_name: str | None) -> str | None:
    if name is None:
        return None
    here = f" {ai_name} here." if ai_name else ""
    return f"Hi {name.split()[0]}!{here}"


def _user(portrait: Portrait, written: list[str], statistics: Statistics) -> dict[str, Any]:
    home = portrait.newest("home")
    return {
        "name": portrait.newest("name"),
        "occupation": portrait.newest("occupation"),
        "location": home,
        "origin": portrait.newest("origin"),
        "languages": list(dict.fromkeys([*written, *portrait.values("language")])),
        "relationships": sorted(
            portrait.statements("relation", "status", "children"), key=telling.kinship
        ),
        "interests": _interests(portrait),
        "goals": portrait.statements("goal"),
        "projects": portrait.values("project", "business"),
        "health": portrait.statements("condition", "allergy", "diet"),
        "preferences": [
            each
            for each in portrait.statements("prefers", "dislikes", "favorite", "habit")
            if not _HOBBY.search(each)
        ],
        "active_hours": hours.most_active(statistics, place=home),
        "life_context": telling.clipped(telling.standing(portrait.told()), 290) or None,
    }


def _interests(portrait: Portrait) -> list[str]:
    hobbies = [
        found[1]
        for each in portrait.statements("favorite")
        if (found := _HOBBY.search(each))
    ]
    learned = [f"learning {each}" for each in portrait.values("learning", "studies")]
    return list(dict.fromkeys([*hobbies, *portrait.values("likes"), *learned]))[:12]


def _agents(
    orders: Orders, texts: list[str], mix: dict[str, float], declared: list[str]
) -> dict[str, Any]:
    # Declared orders stand in the soul word by word: here they are not said again.
    others = orders.others if declared else []
    return {
        "response_style": orders.style,
        "task_mix": [{"task": task, "share": share} for task, share in mix.items()],
        "working_agreements": [*others, *_agreements(texts)],
        "do_not": orders.refusals,
    }


def _tools(
    portrait: Portrait, material: SectionsMaterial, orders: Orders, spoken: list[Spoken]
) -> dict[str, Any]:
    codes = _code_languages(material.excerpts)
    models = sorted(
        material.statistics.models.items(), key=lambda entry: (-entry[1], entry[0])
    )
    named = {tool.casefold(): tool for tool in _mentioned_tools(spoken)}
    named |= {tool.casefold(): tool for tool in portrait.values("uses")}
    return {
        "named_tools": [
            WRITTEN.get(name, tool) for name, tool in named.items() if name not in codes
        ][:16],
        "code_languages": codes,
        "chatgpt_tools": [],
        "models_used": [model for model, _ in models if model][:8],
        "output_preferences": orders.formats,
    }


def _orders(material: SectionsMaterial) -> list[str]:
    """Take the orders of the custom instructions word by word."""
    found: dict[str, None] = {}
    for message in material.declared:
        if message.kind == "instructions" and not reading.is_hostile(message.text):
            for line in re.split(r"\n+|(?<=[.!])\s+", message.text):
                order = line.strip(" -*•\t")
                if _ORDER.match(order) and 8 <= len(order) <= 160:
                    found.setdefault(telling.capital(order))
    return list(found)[:12]


def _greeted_name(excerpts: tuple[Excerpt, ...]) -> str | None:
    """Find a name by which at least three conversations greet the assistant."""
    counts: Counter[str] = Counter()
    for excerpt in excerpts:
        first = next((turn.text for turn in excerpt.turns if turn.role == "user"), "")
        if found := re.match(
            r"(?:hey|hi|hello|morning|good morning|ok|okay),? ([A-Z][a-z]{2,12})[,!.]",
            first,
            re.I,
        ):
            name = found[1]
            counts[name] += name[0].isupper() and name not in (
                "There",
                "Chatgpt",
                "ChatGPT",
                "Gpt",
                "All",
            )
    name, times = counts.most_common(1)[0] if counts else ("", 0)
    return name if times >= 3 else None


def _agreements(texts: list[str]) -> list[str]:
    """Derive agreements from how often the person had to correct an answer."""
    shorter = sum(bool(_SHORTER.search(text)) for text in texts)
    corrected = sum(bool(_CORRECTED.match(text)) for text in texts)
    found = []
    if shorter >= 3:
        found.append("Start short: they often ask for shorter answers")
    if corrected >= max(3, len(texts) * 0.05):
        found.append("Ask back when in doubt: the first answer is often corrected")
    return found


def _code_languages(excerpts: tuple[Excerpt, ...]) -> list[str]:
    counts: Counter[str] = Counter()
    for excerpt in excerpts:
        names = {
            n.lower() for turn in excerpt.turns for n in _FENCE_LANGUAGE.findall(turn.text)
        }
        counts.update(names - _NOT_CODE)
    return [
        name for name, _ in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    ][:10]


def _mentioned_tools(spoken: list[Spoken]) -> list[str]:
    """Find tools that the person names in at least two conversations."""
    counts: Counter[str] = Counter()
    for _, turns in groupby(spoken, key=lambda turn: id(turn.excerpt)):
        said = "\n".join(turn.own_words for turn in turns).lower()
        counts.update({*_TOOL.findall(said)} - _COMMON_WORDS)
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return [tool for tool, count in ranked if count >= 2][:12]
