"""Counts what is written while it is written; holds numbers, never text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from imports.synthetic.kinds import KINDS, Kind
from imports.synthetic.truth import Totals
from imports.synthetic.turns import Tree


class Tally:
    """The running totals of an export."""

    def __init__(self) -> None:
        self._kinds: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._deepest = 0

    def add(
        self,
        tree: Tree,
        *,
        has_title: bool,
        is_project: bool,
        is_forgotten: bool,
    ) -> None:
        """Count one conversation."""
        self._kinds.update(node.kind for node in tree.nodes)
        forks = sum(len(node.children) > 1 for node in [tree.root, *tree.nodes])
        self._deepest = max(self._deepest, *(node.depth for node in tree.nodes))
        self._counts.update(
            conversations=1,
            null_titles=not has_title,
            projects=is_project,
            forgotten=is_forgotten,
            forks=forks,
        )

    def totals(self, *, size: int) -> Totals:
        """Return the sums; ``size`` is the number of bytes of JSON."""
        counts, messages = self._counts, self._kinds.total()
        return Totals(
            bytes=size,
            conversations=counts["conversations"],
            nodes=messages + counts["conversations"],
            messages=messages,
            messages_by_role=self._by("role"),
            messages_by_content_type=self._by("content_type"),
            hidden=self._with(lambda kind: kind.is_hidden),
            weight_zero=self._with(lambda kind: kind.weight == 0.0),
            recipient_not_all=self._with(lambda kind: kind.recipient != "all"),
            null_titles=counts["null_titles"],
            project_conversations=counts["projects"],
            do_not_remember=counts["forgotten"],
            forks=counts["forks"],
            deepest=self._deepest,
        )

    def _by(self, attribute: str) -> dict[str, int]:
        sums: Counter[str] = Counter()
        for name, count in self._kinds.items():
            sums[getattr(KINDS[name], attribute)] += count
        return dict(sorted(sums.items()))

    def _with(self, holds: Callable[[Kind], bool]) -> int:
        return sum(n for name, n in self._kinds.items() if holds(KINDS[name]))
