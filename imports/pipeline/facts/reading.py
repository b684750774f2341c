"""Keeps what a reading of the history brought so far: candidates, and what became of each pack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from imports.errors import Failure
from imports.pipeline.answers import UnusableAnswer, read_object
from imports.pipeline.facts.packs import Pack
from imports.pipeline.facts.verification import Candidate, verified
from imports.pipeline.facts.wire import WireFact, facts_in
from imports.pipeline.ledger import Answered
from imports.ports import ModelAnswer, Progress


class Reading:
    """The state of one run of the stage; made anew from the ledger when it is resumed."""

    def __init__(self, *, total: int) -> None:
        self.total = total
        self.read = 0  # messages that a model has seen
        self.left = 0  # messages for which there was no money, or that were refused
        self.candidates: list[Candidate] = []
        self.rejected: Counter[str] = Counter()
        self._follow_ups: list[Pack] = []

    def progress(self, in_flight: int = 0) -> Progress:
        """Say how far the reading is."""
        done = min(self.read + self.left, self.total)
        return Progress(
            done=done, total=max(1, self.total), unit="messages", in_flight=in_flight
        )

    def take(self, outcome: Answered[Pack]) -> None:
        """Take what was answered about a pack; plan what has to be asked again."""
        pack, answer = outcome.key, outcome.answer
        if outcome.refusal or (answer and answer.stop_reason == "refusal"):
            self._refused(pack, outcome.refusal)
        elif answer is None:
            self.left += pack.weight
            self.rejected["packs_over_budget"] += 1
        else:
            self._answered(pack, answer)

    def skip(self, pack: Pack) -> None:
        """Count a pack in which nothing was worth showing."""
        self.read += pack.weight

    def give_up(self, packs: Iterable[Pack]) -> None:
        """Count packs that were asked about often enough."""
        self.left += sum(pack.weight for pack in packs)

    def take_follow_ups(self) -> list[Pack]:
        """Give the packs that are to be asked about next, once."""
        follow_ups, self._follow_ups = self._follow_ups, []
        return follow_ups

    def _answered(self, pack: Pack, answer: ModelAnswer) -> None:
        try:
            read = read_object(answer.text)
        except UnusableAnswer:
            self.rejected["packs_unusable"] += 1
            self._refused(pack, None)
            return
        self.read += pack.weight
        self.rejected["answers_repaired"] += read.is_repaired
        facts = list(facts_in(read.value, self.rejected))
        found = (verified(fact, pack, self.rejected) for fact in facts)
        self.candidates += [each for each in found if each]
        if answer.stop_reason == "length":
            self._cut_off(pack, facts)

    def _cut_off(self, pack: Pack, facts: list[WireFact]) -> None:
        """Ask on behind the highest message that a whole fact cites."""
        numbers = {each.message.number for each in pack.shown}
        reached = max((n for fact in facts for n in fact.m if n in numbers), default=0)
        rest = pack.after(reached)
        if reached and rest.shown:
            self._follow_ups.append(rest)
        elif not reached:
            # Its messages are counted as read already.
            self._follow_ups += replace(pack, weight=0).halves()

    def _refused(self, pack: Pack, refusal: Failure | None) -> None:
        """Split a refused pack once, or for as long as it is only too long; then let it be."""
        is_too_long = refusal is not None and refusal.code == "prompt_too_long"
        if pack.may_be_halved or is_too_long:
            halves = pack.halves()
            if halves:
                self._follow_ups += halves
                return
        self.left += pack.weight
        self.rejected["packs_refused"] += 1
