"""Put the nodes of a conversation into the order of its tree and find the branch shown.

Order comes from the parent edges only, never from time: in real exports answers are dated
before their questions. Edges may be missing, dangling or circular; every node comes out
exactly once, behind its parent. Nothing here recurses: real trees are 2,565 levels deep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The nodes by key: parents before children, and which of them are on the branch shown."""

    order: list[str]
    parents: dict[str, str | None]
    active: set[str]
    oddities: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """What the file says about its nodes; the functions are asked only where it matters."""

    parents: dict[str, str | None]
    children_of: Callable[[str], Sequence[str]]
    time_of: Callable[[str], float]
    has_message: Callable[[str], bool]


def arrange(edges: Edges, *, current: str | None) -> Tree:
    """Order the nodes; ``current`` is the leaf of the branch last shown, if it is known."""
    oddities: dict[str, int] = {}
    if _is_chain(edges.parents):
        order, parents = list(edges.parents), edges.parents
    else:
        order, parents = _arrange_any(edges, oddities)
    if current not in parents:
        current = _newest_leaf(order, parents, edges)
    return Tree(
        order=order,
        parents=parents,
        active=set(_upward(current, parents)),
        oddities=oddities,
    )


def _is_chain(parents: dict[str, str | None]) -> bool:
    """Whether every node hangs on the one before it, as in most conversations."""
    previous = None
    for key, parent in parents.items():
        if parent != previous:
            return False
        previous = key
    return True


def _arrange_any(
    edges: Edges, oddities: dict[str, int]
) -> tuple[list[str], dict[str, str | None]]:
    parents = _mended(edges, oddities)
    if not any(edges.parents.values()) and not _has_children(edges):
        order = sorted(parents, key=edges.time_of)
        oddities["no_edges"] = 1
        return order, dict(zip(order, [None, *order[:-1]], strict=True))
    order = _preorder(parents, edges)
    # What no root leads to hangs on a circle.
    if len(order) < len(parents):
        _cut_cycles(parents, edges, oddities)
        order = _preorder(parents, edges)
    return order, parents


def _mended(edges: Edges, oddities: dict[str, int]) -> dict[str, str | None]:
    """Resolve parents that are absent or dangling from what the others list as children."""
    known = edges.parents
    parents = {k: p if p in known and p != k else None for k, p in known.items()}
    orphans = {key for key, parent in parents.items() if parent is None}
    if len(orphans) > 1:
        for key, claimants in _claims(orphans, known, edges).items():
            if len(claimants) == 1:
                parents[key] = claimants[0]
    dangling = sum(1 for k in orphans if known[k] is not None and parents[k] is None)
    if dangling:
        oddities["dangling_parent"] = dangling
    return parents


def _claims(
    orphans: set[str], known: dict[str, str | None], edges: Edges
) -> dict[str, list[str]]:
    claims: dict[str, list[str]] = {}
    for key in known:
        for child in dict.fromkeys(edges.children_of(key)):
            if child in orphans and child != key:
                claims.setdefault(child, []).append(key)
    return claims


def _has_children(edges: Edges) -> bool:
    return any(edges.children_of(key) for key in edges.parents)


def _cut_cycles(
    parents: dict[str, str | None], edges: Edges, oddities: dict[str, int]
) -> None:
    """Cut each circle of parents at its earliest member."""
    place = {key: number for number, key in enumerate(parents)}
    seen: dict[str, int] = {}
    for walk, start in enumerate(parents):
        path: list[str] = []
        at: str | None = start
        while at is not None and at not in seen:
            seen[at] = walk
            path.append(at)
            at = parents[at]
        if at is not None and seen[at] == walk:
            circle = path[path.index(at) :]
            first = min(circle, key=lambda key: (edges.time_of(key), place[key]))
            parents[first] = None
            oddities["cycle"] = oddities.get("cycle", 0) + 1


def _preorder(parents: dict[str, str | None], edges: Edges) -> list[str]:
    children: dict[str | None, list[str]] = {}
    for key, parent in parents.items():
        children.setdefault(parent, []).append(key)
    order: list[str] = []
    pending = children.get(None, [])[::-1]
    while pending:
        key = pending.pop()
        order.append(key)
        below = children.get(key)
        if below is None:
            continue
        if len(below) > 1:
            listed = {child: n for n, child in enumerate(edges.children_of(key))}
            below.sort(key=lambda child: listed.get(child, len(listed)))
        pending.extend(reversed(below))
    return order


def _newest_leaf(
    order: list[str], parents: dict[str, str | None], edges: Edges
) -> str | None:
    inner = set(parents.values())
    place = {key: number for number, key in enumerate(edges.parents)}
    spoken = [key for key in order if edges.has_message(key)]
    leaves = [key for key in spoken if key not in inner] or spoken
    return max(leaves, key=lambda key: (edges.time_of(key), place[key]), default=None)


def _upward(key: str | None, parents: dict[str, str | None]) -> list[str]:
    path = []
    while key is not None:
        path.append(key)
        key = parents[key]
    return path
