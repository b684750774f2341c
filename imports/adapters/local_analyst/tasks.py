"""Tells what a person uses an assistant for, and which archetype answers to that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from imports.adapters.local_analyst.vocabulary import TASKS
from imports.ports import Excerpt

_PATTERNS = {
    task: re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")
    for task, words in TASKS.items()
}
_FENCE = re.compile(r"`{3}")
_ARCHETYPES = (
    ({"coding", "data"}, 0.45, "Builder's co-pilot"),
    ({"writing", "translation", "summarizing"}, 0.4, "Editor"),
    ({"learning"}, 0.4, "Tutor"),
    ({"planning", "cooking", "deciding"}, 0.4, "Organizer"),
    ({"support", "health"}, 0.4, "Confidant"),
    ({"brainstorming"}, 0.4, "Muse"),
)
_VIBES = {
    "Builder's co-pilot": "Precise and hands-on, shows the code first",
    "Editor": "Attentive to wording, keeps the person's own voice",
    "Tutor": "Patient, explains one step at a time",
    "Organizer": "Structured, thinks in lists, dates and next steps",
    "Confidant": "Warm, listens before it advises",
    "Muse": "Playful, offers several options",
    "Generalist": "Versatile, goes along with quick changes of subject",
}
_LEAST_CONVERSATIONS = 3


def shares(excerpts: Iterable[Excerpt]) -> dict[str, float]:
    """Give the share of each task among the conversations that show one, the largest first."""
    counts = Counter(filter(None, map(_task, excerpts)))
    total = sum(counts.values())
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return {
        task: round(count / total, 2) for task, count in ranked if count / total >= 0.05
    }


def archetype(task_shares: dict[str, float], *, conversations: int) -> str | None:
    """Name the archetype of a task mix; None if too few conversations were seen."""
    if conversations < _LEAST_CONVERSATIONS or not task_shares:
        return None
    best = max(
        _ARCHETYPES,
        key=lambda entry: sum(task_shares.get(task, 0) for task in entry[0]) / entry[1],
    )
    tasks, least, name = best
    return (
        name if sum(task_shares.get(task, 0) for task in tasks) >= least else "Generalist"
    )


def vibe(archetype: str | None) -> str | None:
    """Say what the companion of an archetype is like."""
    return _VIBES.get(archetype or "")


def _task(excerpt: Excerpt) -> str:
    said = [turn.text for turn in excerpt.turns if turn.role == "user"][:3]
    text = "\n".join([excerpt.title, *(each[:600] for each in said)]).lower()
    scores = {task: len(pattern.findall(text)) for task, pattern in _PATTERNS.items()}
    scores["coding"] += 3 * bool(_FENCE.search(text))
    best = max(scores, key=lambda task: (scores[task], task))
    return best if scores[best] else ""
