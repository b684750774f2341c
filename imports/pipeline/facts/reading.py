"""Keeps what a reading of the history brought so far: candidates, and what became of each pack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from imports.errors import Failure
from imports.pipeline.answers import UnusableAnswer, read_object
from imports.pipeline.facts.checkpoints import Lesson
from imports.pipeline.facts.packs import Pack
from imports.pipeline.facts.verification import Candidate, verified
from imports.pipeline.facts.wire import WireFact, facts_in
from imports.pipeline.ledger import Answered
from imports.ports import ModelAnswer, Progress

Save = Callable[[str, Lesson], None]

# How messages were read that the chosen model has not read.
BEFORE = "before"  # by another language model, for an earlier import
BY_RULES = "by_rules"  # by the stand-in


class Reading:
    """The state of one run of the stage; made anew from what is stored when it is resumed."""

    def __init__(self, *, total: int, engine: str, save: Save) -> None:
        self.total = total
        self.read = 0  # messages that the chosen model has seen
        self.taken_over: Counter[str] = Counter()  # the others, by how they were read
        self.note = ""  # what is said of it beside its numbers
        self.is_out_of_money = False
        self.candidates: list[Candidate] = []
        self.rejected: Counter[str] = Counter()
        self._engine = engine
        self._save = save
        self._open: dict[str, Lesson] = {}
        self._seen: Counter[str] = Counter()  # of packs that were not read whole
        self._whole: set[str] = set()
        self._follow_ups: list[Pack] = []

    def progress(self, in_flight: int = 0) -> Progress:
        """Say how far the reading is."""
        done = min(self.read + self.taken_over.total(), self.total)
        return Progress(
            done=done,
            total=max(1, self.total),
            unit="messages",
            in_flight=in_flight,
            note=self.note,
        )

    def remember(self, lesson: Lesson) -> None:
        """Take over what an earlier attempt, or import, has learned from a pack."""
        self.read += lesson.read
        self.candidates += lesson.candidates
        self.rejected.update(lesson.rejected)

    def has_read(self, key: str) -> bool:
        """Tell whether the chosen model has read all of a pack."""
        return key in self._whole

    def take_over(self, lesson: Lesson, *, instead_of: str, how: str) -> None:
        """Take what somebody else learned from a pack that the chosen model did not read."""
        self.candidates += lesson.candidates
        self.taken_over[how] += max(0, lesson.read - self._seen[instead_of])

    def begin(self, pack: Pack) -> None:
        """Note that a part of a planned pack is about to be asked about."""
        self._open.setdefault(pack.key, Lesson(parts_left=pack.parts))

    def take(self, outcome: Answered[Pack]) -> None:
        """Take what was answered about a pack; plan what has to be asked again."""
        pack, answer = outcome.key, outcome.answer
        lesson = self._open[pack.key]
        if outcome.refusal or (answer and answer.stop_reason == "refusal"):
            follow_ups = self._refused(pack, outcome.refusal, lesson)
        elif answer is None:
            follow_ups = []
            self.is_out_of_money = True
            self._leave(lesson, "packs_over_budget")
        else:
            follow_ups = self._answered(pack, answer, lesson)
        self._follow_ups += follow_ups
        self._end(pack, lesson, parts_added=len(follow_ups))

    def skip(self, pack: Pack) -> None:
        """Count a pack in which nothing was worth showing."""
        lesson = self._open[pack.key]
        lesson.read += pack.weight
        self._end(pack, lesson, parts_added=0)

    def take_follow_ups(self) -> list[Pack]:
        """Give the packs that are to be asked about next, once."""
        follow_ups, self._follow_ups = self._follow_ups, []
        return follow_ups

    def give_up(self, packs: Iterable[Pack]) -> None:
        """Count packs that were asked about often enough."""
        for pack in packs:
            lesson = self._open[pack.key]
            self._leave(lesson, "packs_given_up")
            self._end(pack, lesson, parts_added=0)

    def end_early(self, reason: str) -> None:
        """Note why the model is asked no more."""
        self.rejected[reason] += 1

    def leave_the_rest(self) -> None:
        """Close what is still open: what such packs have taught so far counts."""
        for key in list(self._open):
            self._close(key, self._open[key])

    def _answered(self, pack: Pack, answer: ModelAnswer, lesson: Lesson) -> list[Pack]:
        try:
            facts = learn(answer, pack, lesson, engine=self._engine)
        except UnusableAnswer:
            lesson.rejected["packs_unusable"] += 1
            return self._refused(pack, None, lesson)
        return _behind(pack, facts) if answer.stop_reason == "length" else []

    def _refused(self, pack: Pack, refusal: Failure | None, lesson: Lesson) -> list[Pack]:
        """Split a refused pack once, or for as long as it is only too long; then let it be."""
        is_too_long = refusal is not None and refusal.code == "prompt_too_long"
        halves = pack.halves() if pack.may_be_halved or is_too_long else ()
        if not halves:
            self._leave(lesson, "packs_refused")
        return list(halves)

    def _leave(self, lesson: Lesson, reason: str) -> None:
        lesson.is_whole = False
        lesson.rejected[reason] += 1

    def _end(self, pack: Pack, lesson: Lesson, *, parts_added: int) -> None:
        """Close a part; with the last one, what the planned pack taught is kept."""
        lesson.parts_left += parts_added - 1
        if lesson.parts_left == 0:
            self._close(pack.key, lesson)

    def _close(self, key: str, lesson: Lesson) -> None:
        del self._open[key]
        self.remember(lesson)
        if lesson.parts_left == 0 and lesson.is_whole:
            self._whole.add(key)
            self._save(key, lesson)
        else:
            self._seen[key] = lesson.read


def learn(
    answer: ModelAnswer, pack: Pack, lesson: Lesson, *, engine: str
) -> list[WireFact]:
    """Add to a lesson what an answer about a pack teaches; give all facts in it.

    :raises UnusableAnswer: there is no object in it
    """
    read = read_object(answer.text)
    lesson.read += pack.weight
    lesson.rejected["answers_repaired"] += read.is_repaired
    facts = list(facts_in(read.value, lesson.rejected))
    found = (verified(fact, pack, lesson.rejected, engine=engine) for fact in facts)
    lesson.candidates += [each for each in found if each]
    return facts


def _behind(pack: Pack, facts: list[WireFact]) -> list[Pack]:
    """Ask on behind the highest message that a whole fact of a cut-off answer cites."""
    numbers = {each.message.number for each in pack.shown}
    reached = max((n for fact in facts for n in fact.m if n in numbers), default=0)
    rest = pack.after(reached)
    if not reached:
        # Its messages are counted as read already.
        return list(replace(pack, weight=0).halves())
    return [rest] if rest.shown else []
