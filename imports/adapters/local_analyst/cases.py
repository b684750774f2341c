"""Looks for expressions that may stand in capitals or not, at three times the usual speed."""

from __future__ import annotations

import re

# Dotted, dotless and long: to the engine they are an I, an i and an s.
_ODD = re.compile("[\u0130\u0131\u017f]")
_CAPITALS = re.compile(r"\\.|[A-Z]+")


class EitherCase:
    """An expression that is looked for whatever the case.

    Where case is not to matter, the engine weighs letter by letter. So a text is searched in lower
    case, where it does; but for three letters, this is one letter for one.

    ``signs``, separated by bars, are looked up beforehand: of these, one stands in all that it finds.
    """

    def __init__(
        self, source: str, flags: re.RegexFlag = re.NOFLAG, *, signs: str = ""
    ) -> None:
        self.signs = frozenset(signs.split("|"))
        self._lower = re.compile(_CAPITALS.sub(_lowered, source), flags)
        self._any = re.compile(source, flags | re.I)

    def find(self, text: str, lower: str, *, end: int | None = None) -> range | None:
        """Give where it first stands in a text, of which ``lower`` is the lower case."""
        end = len(text) if end is None else end
        if text.isascii() or not _ODD.search(text):
            found = self._lower.search(lower, 0, end)
        else:
            found = self._any.search(text, 0, end)
        return range(*found.span()) if found else None


def _lowered(found: re.Match[str]) -> str:
    """Leave escapes as they are: of these, case is the meaning."""
    return found[0] if found[0].startswith("\\") else found[0].lower()
