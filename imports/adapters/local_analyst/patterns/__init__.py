"""All fact patterns, in the order in which they are tried: in one category the first one wins."""

from imports.adapters.local_analyst.grammar import PatternSet
from imports.adapters.local_analyst.patterns import (
    health,
    hints,
    life,
    other_languages,
    people,
    person,
    style,
    taste,
    work,
)

PATTERNS = PatternSet(
    (
        *style.PATTERNS,
        *people.PATTERNS,
        *person.PATTERNS,
        *health.PATTERNS,
        *work.PATTERNS,
        *life.PATTERNS,
        *taste.PATTERNS,
        *other_languages.PATTERNS,
        *hints.PATTERNS,
    )
)

WHOLE = PatternSet(hints.WHOLE)

__all__ = ["PATTERNS", "WHOLE"]
