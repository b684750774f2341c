"""One conversation: its tree, its messages, and the JSON of both, piece by piece."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime

from imports.synthetic.author import Author
from imports.synthetic.declarations import Declarations
from imports.synthetic.dice import new_id
from imports.synthetic.kinds import KINDS
from imports.synthetic.plants import Plant, Planted
from imports.synthetic.prose import Voice
from imports.synthetic.rendering import rendered, rendered_fields, rendered_root
from imports.synthetic.rhythm import model_at, times
from imports.synthetic.tally import Tally
from imports.synthetic.turns import Tree

_NULL_TITLES, _NEW_CHATS, _PROJECTS, _NAMED_ROOTS = 0.0038, 0.012, 0.257, 0.6
_ROOT_FIRST_SINCE = datetime(2024, 1, 1, tzinfo=UTC)
_NAMED_ROOT_SINCE = datetime(2025, 2, 1, tzinfo=UTC)
_BARE_SINCE = datetime(2026, 1, 1, tzinfo=UTC)


class Conversation:
    """A conversation that is decided but not written yet."""

    def __init__(
        self,
        rng: random.Random,
        voice: Voice,
        declarations: Declarations,
        *,
        started_at: datetime,
        instructed: bool,
        is_forgotten: bool = False,
    ) -> None:
        self.id = new_id(rng)
        self._rng = rng
        self._voice = voice
        self._declarations = declarations
        self._started_at = started_at
        self._instructed = instructed
        self._is_forgotten = is_forgotten
        is_named = started_at >= _NAMED_ROOT_SINCE and rng.random() < _NAMED_ROOTS
        root_id = "client-created-root" if is_named else new_id(rng)
        self.tree = Tree(rng, root_id=root_id)

    def fill(self, nodes: int, *, shape: str | None = None) -> None:
        """Chat until there are about so many nodes, all turns alike if asked."""
        rng, tree = self._rng, self.tree
        instructed = self._instructed and rng.random() < 0.48
        remembers = self._instructed and rng.random() < 0.09
        tree.prelude(instructed=instructed, remembers=remembers)
        tree.turn(shape=shape)
        while len(tree.nodes) + 1 < nodes:
            tree.turn(shape=shape)

    def plant(self, plants: tuple[Plant, ...], *, is_roomy: bool) -> list[Planted]:
        """Say every plant, with everyday turns between, and many around if roomy."""
        declares = any(plant.by == "instructions" for plant in plants)
        self.tree.prelude(instructed=declares, remembers=False)
        planted = []
        for plant in plants:
            while self._rng.random() < (0.7 if is_roomy else 0.25):
                self.tree.turn(shape=None if is_roomy else "plain")
            ids = tuple(self._said(plant))
            planted.append(Planted(plant=plant, conversation_id=self.id, message_ids=ids))
        while is_roomy and self._rng.random() < 0.8:
            self.tree.turn()
        return planted

    def parts(self, tally: Tally) -> Iterator[str]:
        """Yield the JSON, one node at a time, and count it at the end."""
        rng, tree = self._rng, self.tree
        has_title = rng.random() >= _NULL_TITLES
        started = round(self._started_at.timestamp(), 6)
        kinds = [KINDS[node.kind] for node in tree.nodes]
        moments = times(kinds, started=started, rng=rng)
        yield f'{{"title": {self._title() if has_title else "null"}, '
        yield f'"create_time": {started!r}, "update_time": {max(moments)!r}, "mapping": {{'
        yield from self._mapping(moments)
        project = self._project()
        yield "}, "
        yield rendered_fields(
            rng,
            conversation_id=self.id,
            current=tree.tip.id,
            model=model_at(self._started_at),
            project=project,
            is_forgotten=self._is_forgotten,
        )
        tally.add(
            tree,
            has_title=has_title,
            is_project=project is not None,
            is_forgotten=self._is_forgotten,
        )

    def _title(self) -> str:
        is_new = self._rng.random() < _NEW_CHATS
        return '"New chat"' if is_new else f'"{self._voice.title()}"'

    def _project(self) -> str | None:
        if self._rng.random() >= _PROJECTS:
            return None
        projects = self._declarations.projects
        return projects[int(self._rng.random() ** 2 * len(projects))]

    def _mapping(self, moments: list[float]) -> Iterator[str]:
        """Yield the nodes; in the oldest exports the root comes after the first one."""
        tree = self.tree
        author = Author(
            self._voice,
            model_at(self._started_at),
            self._declarations,
            is_recent=self._started_at >= _BARE_SINCE,
        )
        is_root_late = self._started_at < _ROOT_FIRST_SINCE
        if not is_root_late:
            yield f"{rendered_root(tree.root)}, "
        separator = ""
        for node, moment in zip(tree.nodes, moments, strict=True):
            time = repr(moment) if KINDS[node.kind].is_timed else "null"
            yield separator + rendered(node, author, time)
            separator = ", "
        if is_root_late:
            yield f", {rendered_root(tree.root)}"

    def _said(self, plant: Plant) -> Iterator[str]:
        tree = self.tree
        match plant.by:
            case "user":
                for text in plant.says:
                    yield tree.turn(text=text, shape="plain").id
            case "assistant":
                tree.turn(shape="plain")
                tree.say("user")
                yield tree.finish(plant.says[0]).id
            case "document":
                tree.say("user")
                tree.say("files_call")
                yield tree.say("quote", plant.says[0]).id
                tree.finish()
            case "memory":
                tree.say("user")
                yield tree.say("memory_call", plant.says[0]).id
                tree.say("memory_result")
                tree.finish()
            case "instructions":
                declared = next(n for n in tree.nodes if n.kind == "instructions")
                tree.turn(shape="plain")
                yield declared.id
