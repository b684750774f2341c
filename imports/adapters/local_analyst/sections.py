"""Writes the five sections of a soulprint from what was found and counted; nothing is invented."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from imports.adapters.local_analyst import languages, reading, register, tasks
from imports.adapters.local_analyst.portrait import Portrait, own_texts, portray
from imports.adapters.local_analyst.register import Register
from imports.adapters.local_analyst.vocabulary import TOOLS
from imports.ports import Excerpt, SectionsMaterial, Statistics

_FENCE_LANGUAGE = re.compile(r"```([A-Za-z][\w+#-]{0,15})[ \t]*\n")
_TOOL = re.compile(
    r"(?<![\w.])(?:" + "|".join(map(re.escape, TOOLS)) + r")(?![\w+#])", re.I
)
_COMMON_WORDS = frozenset(
    {
        "r",
        "go",
        "swift",
        "rust",
        "node",
        "word",
        "teams",
        "sketch",
        "linear",
        "spark",
        "unity",
        "dart",
        "zoom",
        "cursor",
        "notion",
        "ruby",
        "lua",
        "julia",
        "rhino",
        "windows",
        "illustrator",
        "premiere",
        "make",
        "reaper",
        "ulysses",
        "discord",
        "slack",
        "react",
        "stripe",
        "canva",
        "claude",
        "gemini",
        "anki",
        "looker",
        "roam",
        "excel",
        "kindle",
        "java",
        "latex",
    }
)
_NOT_CODE = frozenset(
    {"text", "txt", "plaintext", "markdown", "md", "console", "output", "log"}
)
_FORMATS = re.compile(
    r"bullet|table|list|unit|spelling|english|markdown|code block|step|celsius|type hint",
    re.I,
)
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
    portrait = portray(material)
    texts = own_texts(material)
    manner = register.measure(texts)
    written = languages.written(texts)
    mix = tasks.shares(material.excerpts)
    return {
        "soul": _soul(portrait, manner, material),
        "identity": _identity(portrait, manner, material, mix, written),
        "user": _user(portrait, written, material.statistics),
        "agents": _agents(portrait, manner, texts, mix),
        "tools": _tools(portrait, material),
    }


def _soul(
    portrait: Portrait, manner: Register, material: SectionsMaterial
) -> dict[str, Any]:
    wishes = portrait.statements("response")
    return {
        "communication_style": register.style(manner),
        "tone": register.tone(manner),
        "humor": register.humor(manner),
        "values": portrait.values("value"),
        "boundaries": [wish for wish in wishes if _is_refusal(wish)],
        "explicit_instructions": _orders(material)
        or [w for w in wishes if not _is_refusal(w)],
    }


def _identity(
    portrait: Portrait,
    manner: Register,
    material: SectionsMaterial,
    mix: dict[str, float],
    written: list[str],
) -> dict[str, Any]:
    name = portrait.newest("name")
    return {
        "ai_name": portrait.newest("ai_name") or _greeted_name(material.excerpts),
        "archetype": tasks.archetype(mix, conversations=len(material.excerpts)),
        "vibe": register.tone(manner),
        "greeting": f"Hi {name.split()[0]}!" if name else None,
        "languages": written,
    }


def _user(portrait: Portrait, written: list[str], statistics: Statistics) -> dict[str, Any]:
    return {
        "name": portrait.newest("name"),
        "occupation": portrait.newest("occupation"),
        "location": portrait.newest("home"),
        "origin": portrait.newest("origin"),
        "languages": list(dict.fromkeys([*written, *portrait.values("language")])),
        "relationships": portrait.statements("relation", "status", "children"),
        "interests": portrait.values("likes", "favorite", "learning"),
        "goals": portrait.statements("goal"),
        "projects": portrait.values("project", "business"),
        "health": portrait.statements("condition", "allergy", "diet", "pregnancy"),
        "preferences": portrait.statements("prefers", "dislikes", "favorite", "habit"),
        "active_hours": _active_hours(statistics),
        "life_context": _life(portrait),
    }


def _agents(
    portrait: Portrait, manner: Register, texts: list[str], mix: dict[str, float]
) -> dict[str, Any]:
    wishes = portrait.statements("response")
    wanted = [wish for wish in wishes if not _is_refusal(wish)]
    return {
        "response_style": wanted[0] if wanted else None,
        "task_mix": [{"task": task, "share": share} for task, share in mix.items()],
        "working_agreements": wanted[1:] + _agreements(texts),
        "do_not": [wish for wish in wishes if _is_refusal(wish)],
    }


def _tools(portrait: Portrait, material: SectionsMaterial) -> dict[str, Any]:
    codes = _code_languages(material.excerpts)
    models = sorted(
        material.statistics.models.items(), key=lambda entry: (-entry[1], entry[0])
    )
    named = {tool.casefold(): tool for tool in _mentioned_tools(material.excerpts)}
    named |= {tool.casefold(): tool for tool in portrait.values("uses")}
    return {
        "named_tools": [tool for tool in named.values() if tool.casefold() not in codes][
            :16
        ],
        "code_languages": codes,
        "chatgpt_tools": [],
        "models_used": [model for model, _ in models if model][:8],
        "output_preferences": [
            w for w in portrait.statements("response") if _FORMATS.search(w)
        ],
    }


def _is_refusal(wish: str) -> bool:
    return wish.startswith(("Wants no ", "Wants the assistant not"))


def _orders(material: SectionsMaterial) -> list[str]:
    """Take the orders of the custom instructions word by word."""
    found: dict[str, None] = {}
    for message in material.declared:
        if message.kind == "instructions" and not reading.is_hostile(message.text):
            for line in re.split(r"\n+|(?<=[.!])\s+", message.text):
                order = line.strip(" -*•\t")
                if _ORDER.match(order) and 8 <= len(order) <= 160:
                    found.setdefault(order)
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


def _active_hours(statistics: Statistics) -> str | None:
    """Name the shortest stretch of the day that holds most messages."""
    hours = statistics.by_hour
    total = sum(hours)
    if len(hours) != 24 or total < 20:
        return None
    for length in range(3, 13):
        sums = [
            sum(hours[(start + step) % 24] for step in range(length)) for start in range(24)
        ]
        best = max(range(24), key=lambda start: (sums[start], -start))
        if sums[best] >= 0.6 * total:
            return f"mostly {best:02}:00-{(best + length) % 24:02}:00 UTC"
    return "spread over the whole day"


def _life(portrait: Portrait) -> str | None:
    """Say in one or two sentences where the person stands in life."""
    said = []
    for slot, words in (
        ("occupation", "works as {}"),
        ("employer", "works at {}"),
        ("business", "runs {}"),
        ("home", "lives in {}"),
        ("origin", "comes from {}"),
    ):
        if value := portrait.newest(slot):
            said.append(words.format(value))
    said += [
        each[0].lower() + each[1:] for each in portrait.statements("relation", limit=3)
    ]
    text = ", ".join(said)[:290]
    return text[0].upper() + text[1:] + "." if text else None


def _agreements(texts: list[str]) -> list[str]:
    """Derive agreements from how often the person had to correct an answer."""
    shorter = sum(bool(_SHORTER.search(text)) for text in texts)
    corrected = sum(bool(_CORRECTED.match(text)) for text in texts)
    found = []
    if shorter >= 3:
        found.append("Often asks for shorter answers")
    if corrected >= max(3, len(texts) * 0.05):
        found.append("Often corrects the first answer: a question back may save a round")
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


def _mentioned_tools(excerpts: tuple[Excerpt, ...]) -> list[str]:
    """Find tools that the person names in at least two conversations."""
    counts: Counter[str] = Counter()
    for excerpt in excerpts:
        said = "\n".join(
            reading.own_words(t.text) for t in excerpt.turns if t.role == "user"
        )
        counts.update({found.lower() for found in _TOOL.findall(said)} - _COMMON_WORDS)
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return [tool for tool, count in ranked if count >= 2][:12]
