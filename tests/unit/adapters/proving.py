"""Proves of an expression that in all it matches stands one of some words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from re import _constants as sign  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_OTHER = "\0"  # a character of which nothing is known
_SEEN = None  # one of the words stood there: what follows does not matter

State = str | None


def may_lack(source: str, words: Collection[str]) -> bool:
    """Tell whether an expression may match a text in which, in lower case, no word stands.

    All that it could match is read at once, letter by letter. What is only looked at before or behind
    is left out, and of several spaces the first is taken.
    """
    return _Reader(words).after({""}, parser.parse(source)) != {_SEEN}


class _Reader:
    """Keeps of each text the end that may become one of the words."""

    def __init__(self, words: Collection[str]) -> None:
        self._words = tuple(words)
        self._begun = {word[:end] for word in words for end in range(len(word) + 1)}

    def after(self, states: set[State], items: Iterable[Any]) -> set[State]:
        for operation, argument in items:
            states = self._after_one(states, operation, argument)
        return states

    def _after_one(self, states: set[State], operation: Any, argument: Any) -> set[State]:
        match operation:
            case sign.LITERAL | sign.ANY | sign.NOT_LITERAL | sign.IN:
                letters = _letters(operation, argument)
                return {self._next(state, letter) for state in states for letter in letters}
            case sign.BRANCH:
                return set().union(*(self.after(states, way) for way in argument[1]))
            case sign.SUBPATTERN:
                return self.after(states, argument[-1])
            case sign.MAX_REPEAT | sign.MIN_REPEAT:
                return self._repeated(states, *argument)
            case sign.AT | sign.ASSERT | sign.ASSERT_NOT:
                return states
        raise NotImplementedError(operation)

    def _repeated(self, states: set[State], least: int, most: int, item: Any) -> set[State]:
        for _ in range(least):
            states = self.after(states, item)
        if least and item[0] == (sign.LITERAL, ord(" ")):
            return states
        for _ in range(most - least):
            more = states | self.after(states, item)
            if more == states:
                break
            states = more
        return states

    def _next(self, state: State, letter: str) -> State:
        if state is _SEEN or (text := state + letter).endswith(self._words):
            return _SEEN
        return next(text[at:] for at in range(len(text) + 1) if text[at:] in self._begun)


def _letters(operation: Any, argument: Any) -> set[str]:
    match operation:
        case sign.LITERAL:
            return {chr(argument).lower()}
        case sign.RANGE if argument[1] - argument[0] < 26:
            return {chr(each).lower() for each in range(argument[0], argument[1] + 1)}
        case sign.IN:
            return set().union(*(_letters(*each) for each in argument))
    return {_OTHER}
