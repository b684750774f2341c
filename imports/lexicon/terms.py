"""Turns texts into terms: stems without stop words, as 32-bit numbers.

PostgreSQL's own Snowball stemmer is asked, once per word and process; a stem is then known by its
checksum. Two stems that share one are as rare as they are harmless.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Scripts that put no space between words: each sign is a word.
_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_SIGNS}]|[^\W_{_SIGNS}]+")
_LETTER = re.compile(rf"[^\W_{_SIGNS}]")  # a sign is a word by itself, and ends one
# The same for ASCII: letters in lower case, digits, and a space for everything else.
_ASCII = bytes(
    ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else 32
    for code in range(256)
)
_LONGEST_WORD = 40  # what is longer is data; its beginning tells it apart well enough
_MOST_KNOWN = 50_000
_BEGINNING = 3  # letters that a word and its stem share
STOP_WORD = 0

_known: dict[str, int] = {}


def terms_of(texts: Sequence[str]) -> list[NDArray[np.uint32]]:
    """Give the terms of each text, in order and as often as they occur."""
    import numpy as np

    split = [_words_in(text) for text in texts]
    numbers = _numbers(set(chain.from_iterable(split)))
    terms = [
        np.fromiter(map(numbers.__getitem__, words), np.uint32, len(words))
        for words in split
    ]
    return [each[each != STOP_WORD] for each in terms]


@dataclass(frozen=True, slots=True)
class Asked:
    """The terms of a question, and how words begin that can have one of them.

    Almost no word of a text does; by its beginning that is seen without asking for its stem.
    """

    terms: tuple[int, ...]
    beginnings: re.Pattern[str]

    @classmethod
    def of(cls, text: str, *, most: int) -> Asked:
        """Read a question; what is behind so many terms is left out."""
        words = list(dict.fromkeys(_shortened(word) for word in _WORD.findall(text)))
        numbers = _numbers(set(words))
        told = [word for word in words if numbers[word] != STOP_WORD][:most]
        beginnings = dict.fromkeys(re.escape(word[:_BEGINNING]) for word in told)
        return cls(
            tuple(dict.fromkeys(numbers[word] for word in told)),
            # Short on purpose: to compile what a word is with it takes as long as to search.
            re.compile("|".join(beginnings) or "(?!)", re.IGNORECASE),
        )

    def candidates(self, text: str) -> Iterator[re.Match[str]]:
        """Give the words that begin like one that is asked for."""
        end = 0
        for match in self.beginnings.finditer(text):
            start = match.start()
            if start < end or (start and _LETTER.match(text, start - 1)):
                continue
            if word := _WORD.match(text, start):
                end = word.end()
                yield word


def occurrences(texts: Sequence[str], asked: Asked) -> list[list[tuple[int, int, int]]]:
    """Give where in each text a word stands that is asked for: start, end and term."""
    found = [
        [(*match.span(), _shortened(match.group())) for match in asked.candidates(text)]
        for text in texts
    ]
    numbers = _numbers({word for words in found for _, _, word in words})
    return [
        [
            (start, end, numbers[word])
            for start, end, word in words
            if numbers[word] in asked.terms
        ]
        for words in found
    ]


def _words_in(text: str) -> list[str]:
    """Split a text into words in lower case; plain English at thrice the speed."""
    if text.isascii():
        words = text.encode().translate(_ASCII).decode().split()
    else:
        words = _WORD.findall(_lowered(text))
    if words and max(map(len, words)) > _LONGEST_WORD:
        return [word[:_LONGEST_WORD] for word in words]
    return words


def _shortened(word: str) -> str:
    return _lowered(word)[:_LONGEST_WORD]


def _lowered(text: str) -> str:
    # The one letter that becomes two; its dot would end a word.
    return text.lower().replace("i\u0307", "i")


def _numbers(words: set[str]) -> dict[str, int]:
    """Give the number of each word, and of others; a stop word has ``STOP_WORD``."""
    global _known
    known = _known
    missing = {word for word in words if word not in known}
    if not missing:
        return known
    if len(known) + len(missing) > _MOST_KNOWN:
        # A new dictionary: another thread may still be reading the former one.
        _known = known = {}
        missing = words
    known.update(_stemmed(sorted(missing)))
    return known


def _stemmed(words: list[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, ts_lexize('english_stem', word) FROM unnest(%s::text[]) word",
            [words],
        )
        return {
            word: zlib.crc32(stems[0].encode()) or 1 if stems else STOP_WORD
            for word, stems in cursor.fetchall()
        }
