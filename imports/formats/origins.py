"""Tell the words of a person from what they pasted or quoted, by the text alone."""

from __future__ import annotations

import re

_PASTE_CHARS = 2_000
_CHARS_PER_QUESTION = 500
_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)


def origin_of_text(text: str) -> str:
    """Judge a text: mostly fenced or long without questions is pasted, mostly ``>`` quoted."""
    if "```" in text and 2 * sum(map(len, _FENCED.findall(text))) > len(text):
        return "pasted"
    if len(text) > _PASTE_CHARS and text.count("?") * _CHARS_PER_QUESTION < len(text):
        return "pasted"
    if text.startswith(">"):
        lines = [line for line in text.splitlines() if line.strip()]
        if 2 * sum(line.startswith(">") for line in lines) > len(lines):
            return "quoted"
    return "typed"
