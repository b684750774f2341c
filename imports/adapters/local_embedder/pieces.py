"""Cuts a few words into the tokens of the word vectors, as their tokenizer does, in little memory.

The tokenizer keeps its merges as objects, 17 MB of them: too much for a web process that embeds a
question now and then. Here they lie in sorted arrays, half a megabyte; a word takes some ten
microseconds, and is remembered.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

_MOST_REMEMBERED = 4_000  # words
_NEVER = 0xFFFF  # the rank of two tokens that do not make one
_STRING = rb'"((?:[^"\\]|\\.)+)"'
_WORD = re.compile(_STRING + rb": (\d+)")
_MERGE = re.compile(_STRING)
# How the vocabulary writes a space; tokens have it at their beginning only.
SPACE = "\u2581"
_SPECIAL = re.compile("(<unk>|</?s>)")
_SEGMENT = re.compile(f"{SPACE}*[^{SPACE}\n]+|{SPACE}+|\n")


class Pieces:
    """The vocabulary of a byte-pair tokenizer with byte fallback, read from its JSON."""

    def __init__(self, file: bytes) -> None:
        begin, end = file.index(b'"vocab": {'), file.index(b'"merges": [')
        words = {_text(each[1]): int(each[2]) for each in _WORD.finditer(file, begin, end)}
        self._single = {word: id_ for word, id_ in words.items() if len(word) == 1}
        self._special = {word: words[word] for word in ("<unk>", "<s>", "</s>")}
        self._first_byte = words["<0x00>"]
        keys, self._merged = array("I"), array("H")
        for merge in _MERGE.finditer(file, file.index(b"[", end)):  # by rank
            left, right = _text(merge[1]).split(" ")
            keys.append(_key(words[left], words[right]))
            self._merged.append(words[left + right])
        self._ranks = array("H", sorted(range(len(keys)), key=keys.__getitem__))
        self._keys = array("I", map(keys.__getitem__, self._ranks))
        self._remembered = lru_cache(_MOST_REMEMBERED)(self._cut)

    def ids(self, text: str) -> list[int]:
        """Give the tokens of a text, in order; nothing is put before it."""
        ids: list[int] = []
        for part in _SPECIAL.split(text):
            if part in self._special:
                ids.append(self._special[part])
                continue
            # No token has a line end in it, or a space behind something else.
            for segment in _SEGMENT.findall(part.replace(" ", SPACE)):
                ids += self._remembered(segment)
        return ids

    def _cut(self, segment: str) -> tuple[int, ...]:
        """Put the two neighbors of the lowest rank together, the first ones first, till none are left."""
        ids = [id_ for character in segment for id_ in self._of(character)]
        ranks = [self._rank(*pair) for pair in pairwise(ids)]
        while ranks and (lowest := min(ranks)) != _NEVER:
            at = ranks.index(lowest)
            ids[at : at + 2] = [self._merged[lowest]]
            around = ids[max(at - 1, 0) : at + 2]
            ranks[max(at - 1, 0) : at + 2] = [
                self._rank(*pair) for pair in pairwise(around)
            ]
        return tuple(ids)

    def _of(self, character: str) -> Iterator[int]:
        known = self._single.get(character)
        if known is not None:
            yield known
        else:
            yield from (self._first_byte + byte for byte in character.encode())

    def _rank(self, left: int, right: int) -> int:
        key = _key(left, right)
        at = bisect_left(self._keys, key)
        found = at < len(self._keys) and self._keys[at] == key
        return self._ranks[at] if found else _NEVER


def _key(left: int, right: int) -> int:
    return left << 16 | right


def _text(quoted: bytes) -> str:
    """Read a JSON string without its quotation marks."""
    return json.loads(b'"%b"' % quoted) if b"\\" in quoted else quoted.decode()
