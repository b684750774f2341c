"""Which messages a turn is made of: the tree of a conversation before it has text."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from imports.synthetic.dice import new_id

# Per turn; chosen so that the shares of roles and content types of real accounts come out.
_SHAPES = {
    "plain": 0.6304,
    "search": 0.145,
    "browse": 0.052,
    "files": 0.032,
    "python": 0.033,
    "think": 0.044,
    "memory": 0.02,
    "canvas": 0.026,
    "image": 0.016,
    "connector": 0.0008,
    "computer": 0.0008,
}
_NAMES, _WEIGHTS = tuple(_SHAPES), tuple(_SHAPES.values())
_REGENERATED, _EDITED, _MANY = 0.07, 0.028, 0.0005


@dataclass(slots=True)
class Node:
    """A place in the tree; ``text`` is set where the words were planted."""

    id: str
    kind: str
    parent: str | None
    text: str | None = None
    children: list[str] = field(default_factory=list)
    depth: int = 1


class Tree:
    """The nodes of one conversation in the order of their birth, and its live end."""

    def __init__(self, rng: random.Random, *, root_id: str) -> None:
        self.rng = rng
        self.root = Node(root_id, "root", None)
        self.nodes: list[Node] = []
        self.tip = self.root

    def say(self, kind: str, text: str | None = None) -> Node:
        """Add a message at the live end and go on from there."""
        node = Node(new_id(self.rng), kind, self.tip.id, text, [], self.tip.depth + 1)
        self.tip.children.append(node.id)
        self.nodes.append(node)
        self.tip = node
        return node

    def prelude(self, *, instructed: bool, remembers: bool) -> None:
        """Add the hidden messages before the first turn."""
        if self.rng.random() < 0.75:
            self.say("system")
        if instructed:
            self.say("instructions")
        if remembers:
            self.say("saved_memories")
        if self.rng.random() < 0.6:
            self.say("system")

    def turn(self, *, text: str | None = None, shape: str | None = None) -> Node:
        """Add one question and everything up to its answer; return the question."""
        rng = self.rng
        chosen = shape or rng.choices(_NAMES, _WEIGHTS)[0]
        before = self.tip
        asked = self._ask(text)
        if text is None and rng.random() < _EDITED:
            self.say("answer")
            self.tip = before
            asked = self._ask(None)
        if rng.random() < 0.19:
            self.say("system" if rng.random() < 0.8 else "system_note")
        if chosen == "plain" and rng.random() < _REGENERATED:
            self._drop_answers()
        _TURNS[chosen](self)
        return asked

    def _ask(self, text: str | None) -> Node:
        draw = 1.0 if text is not None else self.rng.random()
        if draw < 0.05:
            return self.say("user_image")
        if draw < 0.058:
            return self.say("user_voice")
        return self.say("user", text)

    def _drop_answers(self) -> None:
        fork = self.tip
        many = self.rng.random() < _MANY / _REGENERATED
        for _ in range(self.rng.randrange(5, 19) if many else 1):
            self.say("answer")
            self.tip = fork

    def finish(self, text: str | None = None) -> Node:
        """Answer, sometimes after an empty placeholder."""
        if self.rng.random() < 0.09:
            self.say("empty")
        return self.say("answer", text)


def _plain(tree: Tree) -> None:
    tree.finish()


def _search(tree: Tree) -> None:
    if tree.rng.random() < 0.2:
        tree.say("web_call")
    tree.say("web_result")
    if tree.rng.random() < 0.12:
        tree.say("empty")
    tree.say("answer_cited")


def _browse(tree: Tree) -> None:
    tree.say("browse_call")
    tree.say("browse_result")
    tree.say("answer_cited")


def _files(tree: Tree) -> None:
    tree.say("files_call")
    for _ in range(tree.rng.randrange(2, 12)):
        tree.say("quote_hidden" if tree.rng.random() < 0.6 else "quote")
    tree.say("answer")


def _python(tree: Tree) -> None:
    tree.say("python_call")
    if tree.rng.random() < 0.1:
        tree.say("python_error")
        tree.say("python_call")
    tree.say("python_result")
    tree.finish()


def _think(tree: Tree) -> None:
    tree.say("thoughts")
    if tree.rng.random() < 0.75:
        tree.say("recap")
    tree.finish()


def _memory(tree: Tree) -> None:
    tree.say("memory_call")
    tree.say("memory_result")
    tree.finish()


def _canvas(tree: Tree) -> None:
    tree.say("canvas_call")
    tree.say("canvas_result")
    tree.finish()


def _image(tree: Tree) -> None:
    tree.say("image_call")
    tree.say("image_result")
    tree.finish()


def _connector(tree: Tree) -> None:
    tree.say("connector_call")
    tree.say("connector_result")
    tree.finish()


def _computer(tree: Tree) -> None:
    tree.say("computer_result")
    tree.finish()


_TURNS: dict[str, Callable[[Tree], None]] = {
    "plain": _plain,
    "search": _search,
    "browse": _browse,
    "files": _files,
    "python": _python,
    "think": _think,
    "memory": _memory,
    "canvas": _canvas,
    "image": _image,
    "connector": _connector,
    "computer": _computer,
}
