"""The small grammar that the fact patterns are written in.

A pattern is a regular expression with names in angle brackets for its parts. A space in it stands
for one or more spaces, and ``<NP>``, ``<NAME>``, ``<LIST>`` and ``<VP>`` capture the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imports.adapters.local_analyst import vocabulary
from imports.adapters.local_analyst.needles import Needles, longest_word

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶŁĹŃŅŇŌŐŒŘŚŞŠŤŢŪŮŲŰŹŻŽ"
_WORD = r"[\w'+#./&%°€$£-]+"
_STOP = (
    r"(?:and|but|because|so|since|which|who|that|when|while|where|if|for|with|at|in|on|to|from"
    r"|after|before|until|though|although|as|or|instead|these|right|now|lately|recently|too|again"
    r"|already|anymore|over|than|more|most|these days|by|about|is|are|was|were|it|they|he|she|I"
    r"|my|your|every|whenever|during|together|any|what|how|can|could|should|please|then|and)"
)
_END = rf"(?=\s*(?:[,.;:!?()\[\]…\u2013—\"\n]|$| {_STOP}\b))"
_NAME_WORD = rf"(?!I(?:'\w+)?\b)(?:[{_UPPER}][\w'&.-]*[\w&]|[{_UPPER}])"
_NAME = (
    rf"(?:{_NAME_WORD})(?: (?:(?:de|da|do|dos|van|von|der|den|la|del|bin|al|of|the|and|&|upon|am)"
    rf" ){{0,2}}(?:{_NAME_WORD}|\d+)){{0,3}}"
)


def _either(words: Sequence[str]) -> str:
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", " ") for word in words) + ")"


_PARTS = {
    "ME": r"\b(?:[Ii]'m|[Ii] am|[Ii]m)",
    "I": r"\b[Ii](?:'ve| have|'d)?",
    "WE": r"\b(?:[Ii]|[Ww]e)(?:'ve| have)?",
    "MY": r"\b(?:[Mm]y|[Oo]ur)",
    "J": (
        r"(?:(?:\w+ly|now|also|just|still|always|very|quite|super|so|pretty|kind of|sort of|both|a"
        r"|an|bit|been|the|proud|happy|big|huge|massive|total|strict|lifelong|long-time|devoted"
        r"|avid|keen|committed|new|newly|not only|as you know|too|almost|about|around|nearly) "
        r"){0,4}?"
    ),
    "ADJ": r"(?:[\w/-]+ ){0,4}?",
    "NAME": rf"(?P<v>{_NAME})",
    "OTHERNAME": rf"(?:{_NAME})",
    "FIRST": rf"(?P<v>(?:{_NAME_WORD})(?: (?:{_NAME_WORD})){{0,2}})",
    "PET": rf"(?P<v>(?:{_NAME_WORD})(?: (?:{_NAME_WORD}))?)",
    "NP": rf"(?P<v>{_WORD}(?: (?!{_STOP}\b){_WORD}){{0,5}}?){_END}",
    "LIST": r"(?P<list>[^.;:!?()\n…]{2,160})",
    "VP": r"(?P<v>[^.;:!?()\n…]{3,90}?)(?=\s*(?:[.;:!?()\n…]|$|, |"
    r" (?:because|but|so that|so I|so i|which|and I|and i|since|while|though|if|when|what|how"
    r"|can you|any|please)\b))",
    "AGE": r"(?P<v>1[2-9]|[2-9]\d)",
    "END": _END,
    "TITLE": f"(?i:{_either(vocabulary.TITLES)})s?",
    "REL": f"(?P<r>(?i:{_either(vocabulary.RELATIONS)}))",
    "PARTNER": f"(?P<r>(?i:{_either(vocabulary.PARTNERS)}))",
    "CHILD": f"(?P<r>(?i:{_either(vocabulary.CHILDREN)}))",
    "PETKIND": f"(?P<r>(?i:{_either(vocabulary.PETS)}))",
    "CONDITION": f"(?P<v>(?i:{_either(vocabulary.CONDITIONS)}))\\b",
    "DIET": f"(?P<v>(?i:{_either(vocabulary.DIETS)}))\\b",
    "TONGUE": f"(?P<v>(?i:{_either(vocabulary.LANGUAGES)}))\\b",
    "TOOL": f"(?P<v>(?i:{_either(vocabulary.TOOLS)}))(?![\\w+#])",
    "MONTH": r"(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December)",
}


_LISTS = {
    "<TITLE>": vocabulary.TITLES,
    "<CONDITION>": vocabulary.CONDITIONS,
    "<DIET>": vocabulary.DIETS,
    "<TONGUE>": vocabulary.LANGUAGES,
}

# Orders begin sentences as often as they stand inside; elsewhere a capital means a name.
_ANY_CASE = frozenset({"response"})


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way in which a person says something about themselves.

    ``says`` is the statement without its subject; ``needles`` are what a clause must contain
    (any of them, in lower case) before the expression is worth trying, and any of ``also`` as well.
    """

    category: str
    slot: str
    says: str
    expression: re.Pattern[str]
    needles: tuple[str, ...]
    also: frozenset[str]
    kind: str
    basis: str
    may_be_negative: bool
    is_english: bool = True


class PatternSet:
    """Patterns in the order in which they are tried, found by what a clause contains."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.all = tuple(patterns)
        self._by_needle: dict[str, list[int]] = {}
        for number, each in enumerate(self.all):
            for needle in each.needles:
                self._by_needle.setdefault(needle, []).append(number)
        self._needles = Needles(
            needle for each in self.all for needle in (*each.needles, *sorted(each.also))
        )

    def worth_trying(self, lower: str) -> list[Pattern]:
        """Give the patterns that could match a clause in lower case."""
        there = self._needles.standing_in(lower)
        hinted = {n for needle in there for n in self._by_needle.get(needle, ())}
        found = (self.all[number] for number in sorted(hinted))
        return [each for each in found if not each.also or not each.also.isdisjoint(there)]


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing that can be said of a person, by which patterns are written."""

    category: str
    slot: str
    says: str
    kind: str = "durable"

    def stated(
        self,
        source: str,
        needles: str,
        *,
        basis: str = "stated",
        may_be_negative: bool = False,
    ) -> Pattern:
        """Write a pattern.

        ``needles`` are separated by bars; behind an ampersand stands what has to be there as well.
        """
        needles, _, also = needles.partition("&")
        for name, part in _PARTS.items():
            source = source.replace(f"<{name}>", part)
        return Pattern(
            category=self.category,
            slot=self.slot,
            says=self.says,
            expression=re.compile(
                _TOKEN.sub(_spaced, source), re.I if self.slot in _ANY_CASE else 0
            ),
            needles=tuple(needles.split("|")),
            also=frozenset(_words_of(also)),
            kind=self.kind,
            basis=basis,
            may_be_negative=may_be_negative,
        )

    def implied(self, source: str, needles: str) -> Pattern:
        """Write a pattern of what lets it slip."""
        return self.stated(source, needles, basis="implied")


def _words_of(needles: str) -> Iterator[str]:
    """Give needles; for the name of a list, one word of each of its entries."""
    for needle in filter(None, needles.split("|")):
        yield from map(longest_word, _LISTS[needle]) if needle in _LISTS else (needle,)


# Escapes, classes and look-behinds (which have a fixed width) keep their spaces as they are.
_TOKEN = re.compile(
    r"(?P<kept>\\.|\[(?:\\.|[^\]])*\]|\(\?<[=!][^)]*\))|(?P<maybe> \?)|(?P<space> )"
)


def _spaced(found: re.Match[str]) -> str:
    if found["kept"]:
        return found["kept"]
    return " *" if found["maybe"] else " +"
