"""What a person talks about, by the words of titles: how often, and whether still.

Titles are short and already say what a conversation is about; counting their words over the whole
history needs no model, and no text that anybody has to read.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Generator
from datetime import datetime, timedelta

from imports.pipeline.material.slices import rows_by_slice
from imports.ports import Topic, Trend

MOST = 8
LEAST = 3  # conversations, or it is no topic
_LEAST_SHARE = 0.025  # of all titles, up to so many:
_ENOUGH = 30
_RECENT = timedelta(days=120)
_LONG = timedelta(days=300)  # a shorter history has no trends
_MOST_WORDS = 50_000
_TITLES = """
    SELECT c.title, c.created_at FROM imports_conversation c WHERE {slice} AND c.title <> ''
"""
_WORD = re.compile(r"[^\W\d_]{4,24}")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What titles say about a task, or about anything; the commonest words of languages near English.
_SAYS_NOTHING = _words("""
about after again against agenda aide ajuda almost along also another anything
around asking assist assistance assistant assisted avec ayuda because become been
before beginner being best better between brief build building cannot care chat
check checklist class cleaning code come comment como compare comparison complete
conversation could create creating custom customer dans days degli della delle desde
details difference differences discussion does doing done draft each easy edit eight
eine einen einer email entre error errors every everyone example examples explain
explained explaining explanation feature features feedback file files find first
five fixing four friendly from fuer full general generate getting give good great
greeting group guide hacer headlines hello help helpful here holidays hour hours
idea ideas ideias improve improving index info information inquiry into introduction
intuition issue issues just know language large last less letter like line list long
look made make making many message minutes missing month months more most move much
must naar name need needed needs never next nicht note notes number numbers oder
offer only onto options order other over overview para part people person plan
planning plot possible pour problem problems process project prompt provided
question questions quick read reading really request response review right road same
send sentence setup seven short should show simple slow small sobre some something
speed start starting step steps still story structure such suggestions summarize
summary table take tests text than thank thanks that their them then there these
they thing things this those three through time timeline title today tone tool tools
translate translation troubleshooting turn understand understanding until untitled
update updated used user users using version very voor want ways week weeks well
were what when where which while will with without word words work working works
would write writing year years your
""")


def read_topics(
    user_id: uuid.UUID, *, last_at: datetime | None, first_at: datetime | None
) -> Generator[None, None, tuple[Topic, ...]]:
    """Count the words of all titles, the most used first; yields between the pieces."""
    often: Counter[str] = Counter()
    recently: Counter[str] = Counter()
    recent_from = last_at - _RECENT if last_at else None
    titles = recent_titles = 0
    for rows in rows_by_slice(_TITLES, user_id=user_id):
        for title, at in rows:
            words = set(_WORD.findall(title.lower())) - _SAYS_NOTHING
            often.update(words)
            titles += 1
            if recent_from and at and at >= recent_from:
                recently.update(words)
                recent_titles += 1
        if len(often) > _MOST_WORDS:
            often = Counter({word: n for word, n in often.items() if n > 1})
        yield
    has_trends = bool(first_at and last_at and last_at - first_at >= _LONG)
    share = recent_titles / titles if titles else 0.0
    least = max(LEAST, min(_ENOUGH, titles * _LEAST_SHARE))
    ranked = sorted(often.items(), key=lambda item: (-item[1], item[0]))[:MOST]
    return tuple(
        Topic(
            name=word,
            conversations=n,
            trend=_trend(n, recently[word], n * share) if has_trends else Trend.STEADY,
        )
        for word, n in ranked
        if n >= least
    )


def _trend(often: int, recently: int, expected: float) -> Trend:
    if recently >= LEAST and recently > 2 * expected:
        return Trend.RISING
    if recently == 0 and often > LEAST and expected >= 1:
        return Trend.FADING
    return Trend.STEADY
