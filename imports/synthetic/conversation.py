"""One conversation: its tree, its messages, and the JSON of both, piece by piece."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

from imports.synthetic.declarations import Declarations
from imports.synthetic.dice import new_id
from imports.synthetic.kinds import KINDS
from imports.synthetic.messages import Author
from imports.synthetic.plants import Plant, Planted
from imports.synthetic.prose import Voice
from imports.synthetic.rhythm import Clock, model_at
from imports.synthetic.tally import Tally
from imports.synthetic.turns import Node, Tree

_AUTHORS = {name: kind.author() for name, kind in KINDS.items()}
_CLOSINGS = {name: kind.closing() for name, kind in KINDS.items()}
_HIDDEN = '"is_visually_hidden_from_conversation": true'
_NULL_TITLES, _NEW_CHATS, _PROJECTS, _CUSTOM_GPTS = 0.0038, 0.012, 0.257, 0.03


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
        self.tree = Tree(rng)

    def fill(self, nodes: int, *, shape: str | None = None) -> None:
        """Chat until there are about so many nodes, all turns alike if asked."""
        rng, tree = self._rng, self.tree
        instructed = self._instructed and rng.random() < 0.62
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
        is_project = rng.random() < _PROJECTS
        clock = Clock(rng, self._started_at.timestamp())
        author = Author(self._voice, model_at(self._started_at), self._declarations)
        title = "New chat" if rng.random() < _NEW_CHATS else self._voice.title()
        shown = f'"{title}"' if has_title else "null"
        last = self._started_at.timestamp() + 60 * len(tree.nodes)
        yield f'{{"title": {shown}, "create_time": {clock.now()}, '
        yield f'"update_time": {round(last, 6)!r}, "mapping": {{{_root(tree.root)}'
        for node in tree.nodes:
            yield _node(node, author, clock)
        yield "}, "
        yield self._closing(is_project=is_project, model=author.model)
        tally.add(
            tree,
            has_title=has_title,
            is_project=is_project,
            is_forgotten=self._is_forgotten,
        )

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

    def _closing(self, *, is_project: bool, model: str) -> str:
        rng = self._rng
        gizmo, gizmo_type = "null", "null"
        if is_project:
            project = self._declarations.projects[int(rng.random() ** 2 * 6)]
            gizmo, gizmo_type = f'"g-p-{project}"', '"snorlax"'
        elif rng.random() < _CUSTOM_GPTS:
            gizmo, gizmo_type = f'"g-{rng.getrandbits(36):09x}"', '"gpt"'
        scope = "project_enabled" if is_project else "global_enabled"
        archived = "true" if rng.random() < 0.06 else "false"
        forgotten = "true" if self._is_forgotten else "false"
        return (
            f'"moderation_results": [], "current_node": "{self.tree.tip.id}", '
            f'"plugin_ids": null, "conversation_id": "{self.id}", '
            f'"conversation_template_id": {gizmo}, "gizmo_id": {gizmo}, '
            f'"gizmo_type": {gizmo_type}, "is_archived": {archived}, '
            f'"is_starred": null, "safe_urls": [], "blocked_urls": [], '
            f'"default_model_slug": "{model}", "conversation_origin": null, '
            f'"voice": null, "async_status": null, "disabled_tool_ids": [], '
            f'"is_do_not_remember": {forgotten}, "memory_scope": "{scope}", '
            f'"context_scopes": null, "sugar_item_id": null, '
            f'"sugar_item_visible": false, "pinned_time": null, '
            f'"is_study_mode": false, "owner": null, "id": "{self.id}"}}'
        )


def _root(root: Node) -> str:
    children = ", ".join(f'"{child}"' for child in root.children)
    return (
        f'"{root.id}": {{"id": "{root.id}", "message": null, "parent": null, '
        f'"children": [{children}]}}'
    )


def _node(node: Node, author: Author, clock: Clock) -> str:
    kind, name = KINDS[node.kind], node.kind
    content, metadata = author.body(node)
    if kind.is_hidden:
        metadata = f"{metadata}, {_HIDDEN}" if metadata else _HIDDEN
    if not kind.is_timed:
        time = "null"
    else:
        time = clock.asked() if kind.role == "user" else clock.answered()
    children = '", "'.join(node.children)
    shown = f'"{children}"' if children else ""
    return (
        f', "{node.id}": {{"id": "{node.id}", "message": {{"id": "{node.id}", '
        f'"author": {_AUTHORS[name]}, "create_time": {time}, "update_time": null, '
        f'"content": {content}, {_CLOSINGS[name]}{{{metadata}}}, '
        f'"recipient": "{kind.recipient}", "channel": null}}, '
        f'"parent": "{node.parent}", "children": [{shown}]}}'
    )
