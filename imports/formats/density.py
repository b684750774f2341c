"""Refuse a record that holds too many values: 64 MB of ``{},`` would become gigabytes of objects.

Every value but the first of a list or an object has a comma before it, so commas outside of
strings tell how many there are.
"""

from __future__ import annotations

import re

from imports.formats.balance import INSIDE_STRING
from imports.formats.limits import MOST_VALUES
from imports.formats.slicing import Element
from imports.formats.sources import Source

_STEP_BYTES = 1 << 20
_STRING_OR_COMMA = re.compile(rb'"' + INSIDE_STRING + rb'"?|(,)', re.DOTALL)


def without_dense(element: Element, source: Source) -> Element:
    """Give the element, without its bytes if it would be too much to decode."""
    if len(element.data) <= 2 * MOST_VALUES or element.problem:
        return element
    if _commas_at_most(element, source) <= MOST_VALUES or not _is_dense(element):
        return element
    return Element(element.data[:0], element.start, element.end, "conversation_too_large")


def _commas_at_most(element: Element, source: Source) -> int:
    """Count the commas, those in strings as well, at the speed of C."""
    count = 0
    for start in range(element.start, element.end, _STEP_BYTES):
        end = min(start + _STEP_BYTES, element.end)
        count += bytes(source.data[start:end]).count(b",")
        if element.source is not None:
            # It has been let go of, and will be read piece by piece.
            source.let_go(start=start, end=end)
    return count


def _is_dense(element: Element) -> bool:
    count = 0
    for found in _STRING_OR_COMMA.finditer(element.data):
        count += found[1] is not None
        if count > MOST_VALUES:
            return True
    return False
