"""Take out of a text what its screen never showed: citation marks, control text.

Some marks stand for words that it did show: the name of a thing, of a link, a formula.
"""

from __future__ import annotations

import json
import re
from typing import Any

from imports.formats.decoding import clean_text

# U+E200 opens a citation, U+E202 separates its parts, U+E201 closes it; the tools that
# strip private-use characters leave its words behind. Each pattern begins with a character
# of its own, which the search jumps to.
_CITATION = re.compile(
    "\ue200[^\ue200\ue201]{0,4000}\ue201(?:[ \t]*\ue200[^\ue200\ue201]{0,4000}\ue201)*"
)
_SPEAKING = re.compile(
    "\ue200(url|link_title|(?:product_)?entity|genui)\ue202?([^\ue200\ue201]{0,4000})\ue201"
)
_SOURCE = re.compile(
    r"【\d+(?::\d+)?†[^】\n]{0,300}】(?:[ \t]*【\d+(?::\d+)?†[^】\n]{0,300}】)*"
)
_REFERENCE = re.compile(r":contentReference\[oaicite:\d+\](?:\{index=\d+\})?")
_COPIED_REFERENCE = re.compile(r":chatgpt-content-reference\{[^{}\n]{0,100}\}")
_BARE_CITATION = re.compile(r"(?<![A-Za-z])(?:file)?cite(?:turn\d+[a-z]+\d+)+")
_ENDS = frozenset(" \t\r\n.,;:!?)")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_SANDBOX_LINK = re.compile(r"\[([^\[\]\n]{0,200})\]\(sandbox:[^)\n]{0,500}\)")
_FILE_MARK = re.compile(r"\{\{file:[^}\n]{0,200}\}\}")
# A draft that its screen set apart, to be copied.
_DRAFT = re.compile(
    r"^:::writing\{[^{}\n]{0,1000}\}[ \t]*\n(.*?)(?:^:::[ \t]*(?:\n|\Z)|\Z)",
    re.MULTILINE | re.DOTALL,
)
_TRACKING = re.compile(r"(\?)utm_source=chatgpt\.com&|[?&]utm_source=chatgpt\.com")
_CONTROL_TEXT = re.compile(r"From now on, do not say or show ANYTHING[^\n]*\n?")


def without_markers(text: str, *, role: str) -> str:
    """Remove citation marks, private-use characters and tool links from a text."""
    if not text.isascii():
        text = _without_private_use(text)
    # Most of all text is documents that tools quote: nobody cites in them.
    if role != "tool" and "citeturn" in text:
        text = _without(_BARE_CITATION, text)
    # One rare character tells at the speed of memory that nothing below can be there.
    if "[" in text:
        text = _without_links(text)
    if "{" in text:
        text = _without_braces(text)
    if "=" in text and "utm_source=chatgpt" in text:
        text = _TRACKING.sub(lambda match: match[1] or "", text)
    # What controls the assistant is never said by it.
    if role != "assistant" and "do not say or show ANYTHING" in text:
        text = _CONTROL_TEXT.sub("", text)
    return text


def _without_links(text: str) -> str:
    if "oaicite" in text:
        text = _without(_REFERENCE, text)
    if "sandbox:" in text:
        text = _SANDBOX_LINK.sub(r"\1", text)
    return text


def _without_braces(text: str) -> str:
    if "{{file:" in text:
        text = _FILE_MARK.sub("", text)
    if ":chatgpt-content-reference{" in text:
        text = _without(_COPIED_REFERENCE, text)
    if ":::writing{" in text:
        text = _DRAFT.sub(r"\1", text)
    return text


def _without_private_use(text: str) -> str:
    # In UTF-8 these characters begin with EE, or with EF as few others do.
    encoded = text.encode("utf-8", errors="replace")
    if "†" in text:
        text = _without(_SOURCE, text)
    if 0xEE in encoded:
        text = _without(_CITATION, _SPEAKING.sub(_words_of, text))
    if 0xEE in encoded or 0xEF in encoded:
        text = _PRIVATE_USE.sub("", text)
    return text


def _words_of(mark: re.Match[str]) -> str:
    """Give the words that a mark stands for; itself where it stands for none."""
    kind, said = mark.groups()
    if kind in ("url", "link_title"):
        return said.partition("\ue202")[0]
    try:
        words = _name_or_formula(json.loads(said))
    except (ValueError, RecursionError):
        words = ""
    return clean_text(words) or mark[0]


def _name_or_formula(value: Any) -> str:
    match value:
        case [_, str(name), *_]:
            return name
        case dict():
            formulas = (
                widget.get("content")
                for kind, widget in value.items()
                if kind.startswith("math_block") and isinstance(widget, dict)
            )
            return next((f"$${each}$$" for each in formulas if isinstance(each, str)), "")
    return ""


def _without(mark: re.Pattern[str], text: str) -> str:
    """Cut marks out, and the space before one that ends a word."""
    kept = []
    at = 0
    for match in mark.finditer(text):
        piece, at = text[at : match.start()], match.end()
        kept.append(piece.rstrip(" \t") if at == len(text) or text[at] in _ENDS else piece)
    return "".join(kept) + text[at:] if kept else text
