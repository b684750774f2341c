"""Change an export as only somebody who reads JSON could: it stays JSON, but what it says is odd.

Bytes that are thrown about seldom get past the parser. Here values are replaced by odd ones or by
each other, keys change places, records of one provider stand among those of another.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

Slot = tuple[Any, Any]  # what holds a value, and its key or index there

_MOST_SLOTS = 5_000
_ODD: list[Any] = [
    None, True, False, 0, -1, 7, 0.5, 1e308, 10**30, float("nan"), float("inf"),
    1_750_537_482, 1_750_537_482_970, -62_135_596_801, "1750537482", "2025-06-21T20:24:42Z",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", {"$date": {"$numberLong": "9" * 30}},
    {"$date": {"$date": 1}}, "", " ", "\x00", "a\ud800b", "\udfff", "\u2028", "x" * 3_000,
    "> quoted", "```\ncode", "user", "assistant", "ROOT", [], {}, [[]], {"": {}}, [None], ["a", 1],
    "<details type=\"reasoning\">", "<antArtifact title=\"", "<grok:render", "\ue200cite\ue202",
]  # fmt: skip


def changed(content: bytes, others: Sequence[bytes], dice: random.Random) -> bytes | None:
    """Change some values of this JSON, with the help of others; None if it is none."""
    box = [_read(content)]
    if not isinstance(box[0], dict | list):
        return None
    for _ in range(dice.choice([1, 1, 2, 3, 8])):
        _change(box, others, dice)
    try:
        return json.dumps(box[0], ensure_ascii=dice.random() < 0.5).encode(
            "utf-8", errors="replace"
        )
    except (ValueError, RecursionError):
        return None


def _read(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _change(box: list[Any], others: Sequence[bytes], dice: random.Random) -> None:
    slots = _slots(box)
    holder, key = dice.choice(slots)
    match dice.randrange(8):
        case 0 | 1:
            holder[key] = _copy(dice.choice(_ODD))
        case 2:
            there, other = dice.choice(slots)
            holder[key] = _copy(there[other])
        case 3 if holder is not box:
            del holder[key]
        case 4 if isinstance(holder, dict):
            keys = [other for _, other in slots if isinstance(other, str)]
            holder[dice.choice(keys)] = holder.pop(key)
        case 5 if isinstance(holder[key], list):
            holder[key].insert(
                dice.randrange(len(holder[key]) + 1), _copy(dice.choice(_ODD))
            )
        case 6:
            holder[key] = [holder[key]] if dice.random() < 0.5 else {"content": holder[key]}
        case _:
            _mix(box, _read(dice.choice(others)), dice)


def _mix(box: list[Any], other: Any, dice: random.Random) -> None:
    """Put records of another export among those of this one."""
    records = other if isinstance(other, list) else [other]
    if isinstance(box[0], list):
        at = dice.randrange(len(box[0]) + 1)
        box[0][at:at] = records[:2]
    elif isinstance(box[0], dict) and isinstance(other, dict):
        box[0] = box[0] | other if dice.random() < 0.5 else [box[0], other]


def _slots(box: list[Any]) -> list[Slot]:
    """Find the places of all values, the nearest first."""
    slots: list[Slot] = [(box, 0)]
    for holder, key in slots:
        value = holder[key]
        if isinstance(value, dict):
            slots += [(value, inner) for inner in value]
        elif isinstance(value, list):
            slots += [(value, index) for index in range(len(value))]
        if len(slots) > _MOST_SLOTS:
            break
    return slots


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value)) if isinstance(value, dict | list) else value
