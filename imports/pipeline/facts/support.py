"""Tells whether what a fact says is said in the messages it cites, and not only quoted from them.

A model that makes something up likes to put a real quote beside it. So the telling words of a fact
have to stand in the cited messages, in whatever inflection, or a word that implies them: of what
was stated nearly all, of what was implied at least half. One of them has to stand in the quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from imports.pipeline.facts.wire import WireFact

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_SAME_BEGINNING = 5
_LONGEST_TAIL = 2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words of English that hardly any other language has.
_ENGLISH = _words(
    "the what how are and this that with to my i'm i've have from again before you your they them"
    " she when who been would could should don't it's some about because there very really our his"
)
# "I" is a word of several; these tell that it is not the English one.
_NOT_ENGLISH = _words(
    "og som jeg er och jag som det att di che il sono la el los que un una je est les ich und das"
    " der ist een het ik ja jest nie na ve bir bu eu uma os em"
)
_STOP = _words(
    "a an the and or but of to in on at by for from with without as into about over up off out"
    " that this these those their his her its they he she it them user user's who which is are"
    " was were be been being am has have had having do does did not no never very more most also"
    " than so such some any all each other own currently now still always often usually when"
    " while because since until after before there"
)
# What statements are framed with: it says how somebody stands to a thing, and not to which.
_FRAME = _STOP | _words(
    "live lives lived living work works worked working job named name names called calls call"
    " like likes liked love loves enjoy enjoys enjoyed hate hates dislikes dislike prefer prefers"
    " preferred preference favorite favourite favorites wants want wanted wish wishes plan plans"
    " planning planned goal goals use uses used using learn learns learning study studies studying"
    " studied speak speaks spoke know knows get gets got go goes went going make makes made making"
    " play plays playing played keep keeps kept own owns owned take takes took taken run runs ran"
    " running start starts started become became moved moves move switched switch join joined"
    " adopted bought born old years year months month weeks week days day time times ago based"
    " originally native person someone people thing things something lot good new currently"
    " assistant answers answer responses response replies reply interested interest interests"
    " habit habits working project projects part member regularly daily weekly recently once each every"
    " morning mornings evening evenings night nights weekend weekends"
    " considers consider thinks think believes believe values value counts among feels feel"
    " finds find needs need tries try trying avoid avoids eat eats eating drink drinks read reads"
    " reading write writes writing watch watches age aged male female lifelong"
)
# Words of which one says what the others mean. The first of a line is how it is told.
_KINDRED = (
    "vegetarian meat meatless veggie vegan plant-based",
    "vegan dairy animal plant-based eggs",
    "gluten-free gluten celiac coeliac wheat",
    "lactose dairy milk",
    "married wife husband spouse wedding anniversary",
    "partner girlfriend boyfriend wife husband spouse fiance fiancee fiancé fiancée",
    "engaged fiance fiancee fiancé fiancée wedding propose proposed",
    "divorced divorce ex-wife ex-husband custody",
    "parent father mother dad mom mum kid kids child children son daughter baby toddler",
    "child children son sons daughter daughters kid kids baby toddler newborn",
    "sibling siblings brother sister brothers sisters twin",
    "parents mother father mom mum dad",
    "pregnant expecting pregnancy trimester due",
    "pet dog cat puppy kitten rabbit parrot hamster vet",
    "dog puppy leash walkies labrador terrier poodle corgi retriever shepherd collie",
    "cat kitten litter",
    "student university college semester thesis exam exams lecture uni degree school",
    "teacher teach class pupils students classroom school grading",
    "nurse ward patients shift hospital nursing",
    "doctor patients clinic hospital residency physician",
    "developer programmer programming code coding codebase software engineer",
    "retired retirement pension",
    "freelancer freelance clients self-employed",
    "concise short shorter brief briefly terse succinct to-the-point long verbose rambling",
    "detailed detail details thorough depth in-depth longer",
    "bullet bullets list lists",
    "runner run running ran marathon jog jogging",
    "cyclist bike bikes cycling bicycle ride",
    "religious church mosque temple synagogue pray prayer faith",
    "insomnia sleep asleep awake",
)


def objection(fact: WireFact, *, evidence: str) -> str:
    """Say why the cited messages do not carry a fact; empty if they do.

    ``evidence`` is their text, normalized; of a value in it nothing more is asked.
    """
    said = _Said(evidence)
    value = _telling(fact.v or "")
    whole = _telling(fact.s)
    if not whole and _plain(fact.v or "-") not in _plain(fact.s):
        whole = _all(fact.s)
    if not said.holds(" ".join(_plain(fact.v or "").split())):
        needed = value or whole or _all(fact.v or fact.s)
        if said.missing(needed) > _may_lack(needed, fact.b):
            return "value_not_found"
    # Beside a true value, an invented sentence is as false.
    if said.is_english and said.missing(whole) > len(whole) // 2:
        return "statement_not_found"
    anchors = {*_WORD.findall(_plain(f"{fact.s} {fact.v or ''}"))} - _STOP
    if said.is_english and not _Said(_plain(fact.q)).holds_any(anchors):
        return "quote_beside_the_point"
    return ""


def telling_stems(text: str) -> frozenset[str]:
    """Give the stems of the words that say which thing, and what they imply."""
    stems = frozenset(map(_stem, _telling(text)))
    implied = {told for told, others in _kindred().items() if others & stems}
    return stems | implied


def _may_lack(words: list[str], basis: str) -> int:
    """How many telling words need not stand there: of a long statement, not all are kept."""
    return len(words) // 2 if basis == "implied" else len(words) // 4


class _Said:
    """The words of cited messages."""

    def __init__(self, text: str) -> None:
        self._text = text
        whole = frozenset(_WORD.findall(text))
        # "Moby-Dick" says Moby, too.
        self._words = whole.union(*(word.split("-") for word in whole if "-" in word))
        self._stems = frozenset(map(_stem, self._words))
        self._beginnings = frozenset(
            word[:_SAME_BEGINNING] for word in self._words if len(word) >= _SAME_BEGINNING
        )
        certain = len(self._words & _ENGLISH)
        says_i = "i" in self._words and not self._words & _NOT_ENGLISH
        self.is_english = certain >= 2 or (text.isascii() and (certain > 0 or says_i))

    def holds(self, value: str) -> bool:
        """Tell whether a value stands there as it is, in any script."""
        place = self._text.find(value) if value else -1
        if place < 0:
            return False
        end = place + len(value)
        if not value.isascii():
            return True
        return not (
            self._text[max(0, place - 1) : place].isalnum()
            or self._text[end : end + 1].isalnum()
        )

    def missing(self, words: Iterable[str]) -> int:
        """Count words that stand there in no inflection, nor what implies them."""
        return sum(not self._has(word) for word in words)

    def holds_any(self, words: Iterable[str]) -> bool:
        """Tell whether one of these words stands there, or what implies it."""
        return any(map(self._has, words))

    def _has(self, word: str) -> bool:
        stem = _stem(word)
        if word in self._words or stem in self._stems or self._begins_like(word):
            return True
        return bool(_kindred().get(stem, frozenset()) & self._stems)

    def _begins_like(self, word: str) -> bool:
        """Tell whether a word of other languages stands there with another ending."""
        if word[:_SAME_BEGINNING] not in self._beginnings or len(word) < _SAME_BEGINNING:
            return False
        return any(_differ_in_ending(word, other) for other in self._words)


def _differ_in_ending(one: str, other: str) -> bool:
    same = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        same += 1
    return same >= max(_SAME_BEGINNING, max(len(one), len(other)) - _LONGEST_TAIL)


def _plain(text: str) -> str:
    return text.casefold().replace("\u2019", "'")


def _all(text: str) -> list[str]:
    words = dict.fromkeys(_WORD.findall(_plain(text)))
    return [word for word in words if word not in _STOP and not word[0].isdigit()]


def _telling(text: str) -> list[str]:
    """Give the words that say which thing; numbers and names are looked at on their own."""
    return [word for word in _all(text) if word not in _FRAME and len(word) > 1]


_ENDINGS = ("ing", "ed", "er", "ly", "es", "s")


@lru_cache(maxsize=4_096)
def _stem(word: str) -> str:
    """Take the commonest endings of English off a word."""
    word = re.sub(r"i(?:es|ed)$", "y", word.removesuffix("'s"))
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3:
            # Running, knitter: the consonant was doubled for the ending.
            is_doubled = len(rest) > 3 and rest[-1] == rest[-2] and not ending.endswith("s")
            word = rest[:-1] if is_doubled else rest
            break
    return re.sub(r"y$", "i", word.removesuffix("e"))


@lru_cache(maxsize=1)
def _kindred() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _KINDRED:
        told, *others = line.split()
        stem = _stem(told)
        found[stem] = found.get(stem, frozenset()) | frozenset(map(_stem, others))
    return found
