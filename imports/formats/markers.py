"""Take out of a text what its screen never showed: citation marks, control text."""

from __future__ import annotations

import re

# U+E200 opens a citation, U+E202 separates its parts, U+E201 closes it; the tools that
# strip private-use characters leave its words behind.
_CITATION = (
    r"\ue200[^\ue200\ue201]{0,4000}\ue201"
    r"|【\d+(?::\d+)?†[^】\n]{0,300}】"
    r"|:contentReference\[oaicite:\d+\](?:\{index=\d+\})?"
    r"|(?<![A-Za-z])(?:file)?cite(?:turn\d+[a-z]+\d+)+"
)
_MARKS = re.compile(rf"[ \t]*(?:{_CITATION})(?=[\s.,;:!?)]|$)|{_CITATION}")
_TELLTALES = ("\ue200", "†", "oaicite", "citeturn")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_SANDBOX_LINK = re.compile(r"\[([^\]\n]{0,300})\]\(sandbox:[^)\n]{0,500}\)")
_FILE_MARK = re.compile(r"\{\{file:[^}\n]{0,200}\}\}")
_TRACKING = re.compile(r"(\?)utm_source=chatgpt\.com&|[?&]utm_source=chatgpt\.com")
_CONTROL_TEXT = re.compile(r"From now on, do not say or show ANYTHING[^\n]*\n?")


def without_markers(text: str) -> str:
    """Remove citation marks, private-use characters and tool links from a text."""
    if any(mark in text for mark in _TELLTALES):
        text = _MARKS.sub("", text)
    if not text.isascii():
        text = _PRIVATE_USE.sub("", text)
    if "sandbox:" in text:
        text = _SANDBOX_LINK.sub(r"\1", text)
    if "{{file:" in text:
        text = _FILE_MARK.sub("", text)
    if "utm_source=chatgpt" in text:
        text = _TRACKING.sub(lambda match: match[1] or "", text)
    if "do not say or show ANYTHING" in text:
        text = _CONTROL_TEXT.sub("", text)
    return text
