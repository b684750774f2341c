"""Tells where a conversation is a play, in which a person says "I" and means somebody else.

None but the first message says so, and it holds until somebody steps out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum

_BEGINS = re.compile(
    r"\brole[- ]?play(?:ing)?\b(?! (?:games?|groups?|systems?|servers?|forums?)\b)"
    r"|\bstay in character\b|\byou(?:'re| are) (?:the|an?|my) [\w' -]{3,40}?,? and i(?:'m| am) (?:the|an?|your)\b",
    re.I,
)
_ENDS = re.compile(
    r"\booc\b|\bout of character\b|\b(?:end|stop|pause|leave|quit|enough) (?:of )?"
    r"(?:the |this |our |with the )?(?:role[- ]?play\w*|scene|campaign)\b",
    re.I,
)
# "*I open the door*", or what is told between two sayings: "Who is there?" I whisper.
_ACTED = re.compile(
    r"^(?i:(?:a )?(?:new )?(?:campaign|setting)):"
    r"|(?:^|\s)\*(?![*\s])[^*\n]{12,}(?<!\s)\*(?!\*)"
    r"|[,.!?][\"\u201d] I (?:\w+ly )?(?:whisper|say|said|ask|reply|murmur|mutter|shout|growl|answer"
    r"|hiss|sigh|call|cry)\w*\b"
)
# Who asks for advice asks for themselves, also in between.
_ASKED = re.compile(
    r"\b(?:how|what|which|where|when) (?:should|can|could|would|do) (?:i|we)\b[^.!?\n]*\?",
    re.I,
)
_REACH = 300  # characters from the beginning of a message


class Cue(Enum):
    """What a message says of whether it is a play; those of most say nothing."""

    BEGINS = "begins"  # behind it
    ACTED = "acted"
    ASKED = "asked"  # for advice, and the play goes on behind it
    ENDS = "ends"


def cue_of(text: str) -> Cue | None:
    """Give the cue in the beginning of a message."""
    head = text[:_REACH].replace("\u2019", "'")
    if _ENDS.search(head):
        return Cue.ENDS
    if _ACTED.search(head):
        return Cue.ACTED
    if _BEGINS.search(head):
        return Cue.BEGINS
    return Cue.ASKED if _ASKED.search(head) else None


def as_themselves(cues: Iterable[Cue | None]) -> Iterator[bool]:
    """Tell of each message of a person in one conversation whether they mean themselves."""
    is_played = False
    for cue in cues:
        is_played = cue is Cue.ACTED or (is_played and cue is not Cue.ENDS)
        yield not is_played or cue is Cue.ASKED
        is_played = is_played or cue is Cue.BEGINS
