"""What hangs over every chat: custom instructions, saved memories, known assets."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

from imports.synthetic.dice import dice
from imports.synthetic.plan import Plan

_ABOUT_USER = (
    "The user provided the following information about themselves. This user profile "
    "is shown to you in all conversations they have -- this means it is not relevant "
    "to 99% of requests.\nUser profile:\n```{text}```"
)
_ABOUT_MODEL = (
    "The user provided the additional info about how they would like you to respond:"
    "\n```{text}```"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """Ready-made JSON of what the persona declared; assets are those of the ZIP."""

    instructions: tuple[str, str]
    saved_memories: str
    memories: tuple[str, ...]
    assets: tuple[str, ...]
    projects: tuple[str, ...]

    def memory(self, rng: random.Random) -> str:
        """Return one saved memory, as the assistant writes it again."""
        return rng.choice(self.memories)

    def asset(self, rng: random.Random) -> str:
        """Return a pointer: to a file of the ZIP now and then, else to an expired one."""
        if rng.random() < 0.1:
            return f"sediment://{rng.choice(self.assets)}"
        return f"sediment://file_{rng.getrandbits(128):032x}"


def make_declarations(plan: Plan, *, seed: int) -> Declarations:
    """Write down what a plan declares."""
    chance = dice(seed, "projects")
    return Declarations(
        instructions=_instructions(plan),
        saved_memories=_saved_memories(plan),
        memories=plan.memories,
        assets=asset_ids(seed),
        projects=tuple(f"{chance.getrandbits(128):032x}" for _ in range(6)),
    )


def asset_ids(seed: int) -> tuple[str, ...]:
    """Return the ids of the asset files that a ZIP carries."""
    rng = dice(seed, "assets")
    return tuple(f"file_{rng.getrandbits(128):032x}" for _ in range(6))


def _instructions(plan: Plan) -> tuple[str, str]:
    content = {
        "content_type": "user_editable_context",
        "user_profile": _ABOUT_USER.format(text=plan.about_user),
        "user_instructions": _ABOUT_MODEL.format(text=plan.about_model),
    }
    metadata = {
        "user_context_message_data": {
            "about_user_message": plan.about_user,
            "about_model_message": plan.about_model,
        },
        "is_user_system_message": True,
    }
    return json.dumps(content), json.dumps(metadata)[1:-1]


def _saved_memories(plan: Plan) -> str:
    day = plan.instructed_at.date().isoformat()
    lines = [f"{n}. [{day}]. {text}" for n, text in enumerate(plan.memories, 1)]
    content = {
        "content_type": "model_editable_context",
        "model_set_context": "\n".join(lines),
        "repository": None,
        "repo_summary": None,
        "structured_context": None,
    }
    return json.dumps(content)
