"""All fact patterns, in the order in which they are tried: in one category the first one wins."""

from dataclasses import replace

from imports.adapters.local_analyst.grammar import PatternSet
from imports.adapters.local_analyst.patterns import (
    health,
    italian_and_dutch,
    life,
    making,
    other_languages,
    people,
    person,
    style,
    taste,
    tongues,
    work,
)
from imports.adapters.local_analyst.patterns.hints import doings, selves, sentences

PATTERNS = PatternSet(
    (
        *style.PATTERNS,
        *people.PATTERNS,
        *person.PATTERNS,
        *tongues.PATTERNS,
        *health.PATTERNS,
        *work.PATTERNS,
        *making.PATTERNS,
        *life.PATTERNS,
        *taste.PATTERNS,
        *(
            replace(each, is_english=False)
            for each in (*other_languages.PATTERNS, *italian_and_dutch.PATTERNS)
        ),
        *selves.PATTERNS,
        *doings.PATTERNS,
    )
)

WHOLE = PatternSet(sentences.PATTERNS)

# "Most days, I walk": behind the comma, another clause begins.
TO_THE_COMMA = PatternSet(
    [each for each in PATTERNS.all if ",? +I" in each.expression.pattern]
)

__all__ = ["PATTERNS", "TO_THE_COMMA", "WHOLE"]
