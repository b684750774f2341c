"""The language model port, answered by rules."""

from __future__ import annotations

import json
from typing import Any, assert_never

from imports.adapters.local_analyst.facts import facts
from imports.adapters.local_analyst.memory import memory
from imports.adapters.local_analyst.sections import sections
from imports.ports import (
    ConsolidationMaterial,
    FactsMaterial,
    Material,
    MemoryMaterial,
    ModelAnswer,
    ModelRequest,
    Price,
    SectionsMaterial,
)


class LocalAnalyst:
    """Answers from the material of a request alone: same material, same answer, at no price."""

    engine = "local"
    model = "rules-v5"
    price = Price(input=0, output=0)

    def ask(self, request: ModelRequest) -> ModelAnswer:
        """Answer one request; nothing is sent anywhere."""
        answer = _answer(request.material)
        return ModelAnswer(text=json.dumps(answer, ensure_ascii=False), stop_reason="end")


def _answer(material: Material) -> dict[str, Any]:
    match material:
        case FactsMaterial():
            return facts(material)
        case SectionsMaterial():
            return sections(material)
        case MemoryMaterial():
            return memory(material)
        case ConsolidationMaterial():
            return {"dup": [], "sup": []}  # the rules have had their say before
        case _:
            assert_never(material)
