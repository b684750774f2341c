"""Many verified facts become one account."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from imports.pipeline.facts.consolidation import consolidate
from imports.pipeline.facts.learned import Learned
from imports.pipeline.facts.verification import Candidate, Evidence

USER = uuid.UUID(int=7)


def said(
    statement: str,
    slot: str = "",
    *,
    year: int = 2024,
    conversation: int = 1,
    **fields: Any,
) -> Candidate:
    evidence = Evidence(
        at=datetime(year, 1, 1, tzinfo=UTC),
        conversation_id=uuid.UUID(int=conversation),
        message_id=f"m{conversation}",
        quote=statement,
    )
    defaults: dict[str, Any] = {
        "category": "identity",
        "value": "",
        "kind": "durable",
        "basis": "stated",
        "valid_from": None,
    }
    return Candidate(
        statement=statement, slot=slot, evidence=(evidence,), **{**defaults, **fields}
    )


def account(*candidates: Candidate) -> dict[str, Learned]:
    return {fact.statement: fact for fact in consolidate(candidates, user_id=USER)}


def current(*candidates: Candidate) -> list[str]:
    facts = account(*candidates).values()
    return [fact.statement for fact in facts if not fact.superseded_by]


def test_the_same_said_twice_is_one_fact_with_two_proofs() -> None:
    facts = account(said("Likes tea", conversation=1), said("likes  TEA", conversation=2))

    assert len(facts) == 1
    assert len(next(iter(facts.values())).evidence) == 2


@pytest.mark.parametrize("by", [("local", "bedrock"), ("bedrock", "local")])
def test_what_rules_have_found_as_well_is_the_model_s(by: tuple[str, str]) -> None:
    exact = account(said("Likes tea", engine=by[0]), said("Likes tea", engine=by[1]))
    near = account(
        said("Likes green tea", engine=by[0]), said("Likes tea, green", engine=by[1])
    )

    assert [fact.engine for fact in (*exact.values(), *near.values())] == ["bedrock"] * 2


def test_to_study_something_and_to_learn_it_is_one_fact() -> None:
    facts = account(
        said("Studies Finnish", "studies", value="Finnish", category="education"),
        said("Is learning Finnish", "learning", value="Finnish", category="skill"),
        said("Is learning Go", "learning", value="Go", category="skill"),
    )

    assert len(facts) == 2
    assert "Is learning Go" in facts


def test_to_learn_nothing_in_particular_is_no_one_thing() -> None:
    facts = account(
        said("Is learning a lot", "learning"), said("Studies at night", "studies")
    )

    assert len(facts) == 2


def test_confidence_grows_with_conversations_and_depends_on_where_it_was_said() -> None:
    once = account(said("Likes tea"))["Likes tea"]
    often = account(*[said("Likes tea", conversation=n) for n in range(4)])["Likes tea"]
    implied = account(said("Likes tea", basis="implied"))["Likes tea"]
    instructed = account(said("Likes tea", basis="instructions"))["Likes tea"]

    assert (implied.confidence, once.confidence, often.confidence) == (0.45, 0.7, 0.86)
    assert instructed.confidence == 0.9


def test_confidence_never_reaches_certainty() -> None:
    many = [said("Likes tea", conversation=n) for n in range(5_000)]

    assert account(*many)["Likes tea"].confidence == 0.98


@pytest.mark.parametrize(
    "repeat", ["Enjoys long walks in a forest", "Enjoyed a long walk in the forest"]
)
def test_near_repeats_merge_and_the_best_proven_wording_stays(repeat: str) -> None:
    candidates = [said("Enjoys long walks in the forest", conversation=n) for n in (1, 2)]

    facts = account(*candidates, said(repeat, conversation=3))

    assert list(facts) == ["Enjoys long walks in the forest"]
    assert len(facts["Enjoys long walks in the forest"].evidence) == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Has a sister named Ana", "Has a sister named Eva"),
        ("Ran 10 kilometers last year", "Ran 12 kilometers last year"),
        ("Does eat fish on Fridays", "Does not eat fish on Fridays"),
    ],
)
def test_facts_that_differ_in_a_name_a_number_or_a_denial_stay_apart(
    one: str, other: str
) -> None:
    assert len(current(said(one), said(other))) == 2


def test_of_what_one_can_have_only_once_the_newest_holds() -> None:
    facts = account(
        said("Lives in Oslo", "home", value="Oslo", year=2022),
        said("Lives in Bergen", "home", value="Bergen", year=2025),
    )

    old, new = facts["Lives in Oslo"], facts["Lives in Bergen"]
    assert old.superseded_by is new
    assert old.superseded_reason == "update"
    assert old.valid_to == datetime(2025, 1, 1, tzinfo=UTC)
    assert new.superseded_by is None


def test_a_chain_of_changes_points_to_what_holds_now() -> None:
    towns = ["Oslo", "Bergen", "Turku"]
    facts = account(
        *[
            said(f"Lives in {t}", "home", value=t, year=2020 + n)
            for n, t in enumerate(towns)
        ]
    )

    assert facts["Lives in Oslo"].superseded_by is facts["Lives in Turku"]


def test_one_home_is_one_home_under_any_category() -> None:
    left = current(
        said("Lives in Oslo", "home", value="Oslo", year=2022, category="location"),
        said("Lives in Bergen", "home", value="Bergen", year=2025, category="family"),
    )

    assert left == ["Lives in Bergen"]


def test_a_plan_does_not_end_what_holds() -> None:
    left = current(
        said("Lives in Oslo", "home", value="Oslo", year=2022),
        said("Plans to move to Bergen", "home", value="Bergen", year=2025, kind="plan"),
    )

    assert len(left) == 2


def test_what_was_only_implied_does_not_end_what_was_said() -> None:
    left = current(
        said("Works at Acme", "employer", value="Acme", year=2022),
        said("Works at Globex", "employer", value="Globex", year=2025, basis="implied"),
    )

    assert "Works at Acme" in left


def test_the_same_value_in_other_words_is_no_change() -> None:
    facts = account(
        said("Lives in Bergen", "home", value="Bergen", year=2022),
        said("Moved to Bergen, Norway", "home", value="Bergen, Norway", year=2025),
    )

    assert facts["Lives in Bergen"].superseded_reason == "subsumed"


def test_what_is_said_again_in_fewer_words_is_no_change() -> None:
    facts = account(
        said("Works as a baker", "occupation", value="baker", year=2021),
        said(
            "Works as a pediatric nurse", "occupation", value="pediatric nurse", year=2023
        ),
        said("Works as a nurse", "occupation", value="nurse", year=2025),
    )

    assert facts["Works as a nurse"].superseded_reason == "subsumed"
    assert facts["Works as a baker"].superseded_reason == "update"
    assert facts["Works as a pediatric nurse"].superseded_by is None


def test_who_moves_to_a_place_with_a_part_of_the_name_has_moved() -> None:
    left = current(
        said("Lives in New York", "home", value="New York", year=2022),
        said("Lives in York", "home", value="York", year=2025),
    )

    assert left == ["Lives in York"]


@pytest.mark.parametrize(
    ("parting", "slot"),
    [("Broke up", "event"), ("Is getting divorced", "event"), ("Is divorced", "status")],
)
@pytest.mark.parametrize(
    ("together", "of"), [("Has a wife named Kelly", "relation"), ("Is married", "status")]
)
def test_a_parting_ends_who_was_together_until_then(
    parting: str, slot: str, together: str, of: str
) -> None:
    before = said(together, of, value="", category="family", year=2024)
    parted = said(parting, slot, kind="event", category="family", year=2024)
    dog = said("Has a dog named Duke", "relation", category="family", year=2022)
    anew = said("Has a girlfriend named Robin", "relation", category="family", year=2025)

    left = current(before, parted, dog, anew)

    assert {*left} == {parting, "Has a dog named Duke", "Has a girlfriend named Robin"}


def test_a_parting_of_others_ends_nothing() -> None:
    left = current(
        said("Has a wife", "relation", year=2022),
        said("Has parents who got divorced", "event", year=2025),
    )

    assert len(left) == 2


def test_a_favorite_book_does_not_end_a_favorite_film() -> None:
    left = current(
        said("Favorite book is Dune", "favorite", value="Dune", year=2022),
        said("Favorite film is Alien", "favorite", value="Alien", year=2025),
        said("Favorite book is Emma", "favorite", value="Emma", year=2026),
    )

    assert left == ["Favorite book is Emma", "Favorite film is Alien"]


def test_the_vaguer_is_part_of_the_clearer() -> None:
    facts = account(
        said("Has a dog", "relation"),
        said("Has a dog named Pixel", "relation", value="Pixel"),
    )

    assert facts["Has a dog"].superseded_by is facts["Has a dog named Pixel"]
    assert facts["Has a dog"].superseded_reason == "subsumed"


def test_who_says_much_more_is_no_repeat() -> None:
    facts = account(said("Likes tea"), said("Likes tea with a friend in the afternoon"))

    assert facts["Likes tea"].superseded_reason == "subsumed"


def test_a_plan_is_not_the_clearer_form_of_what_holds() -> None:
    plan = said("Runs a shop in the old harbor hall", kind="plan")

    assert len(current(said("Runs a shop"), plan)) == 2


def test_a_denial_is_not_the_clearer_form_of_a_claim() -> None:
    assert len(current(said("Eats meat"), said("Eats no meat"))) == 2


def test_the_order_of_arrival_makes_no_difference() -> None:
    towns = ["Oslo", "Bergen", "Turku", "Bergen", "Oslo"]
    candidates = [
        said(f"Lives in {town}", "home", value=town, year=2018 + n, conversation=n)
        for n, town in enumerate(towns)
    ]
    candidates += [said(f"Likes tea number {n % 7}", conversation=n) for n in range(40)]
    candidates += [said("Has a dog", "relation"), said("Has a dog named Pixel", "relation")]
    shuffled = list(candidates)
    random.Random(3).shuffle(shuffled)

    assert [_shape(f) for f in consolidate(candidates, user_id=USER)] == [
        _shape(f) for f in consolidate(shuffled, user_id=USER)
    ]


def test_the_same_facts_of_two_people_have_different_ids() -> None:
    mine, theirs = (
        consolidate([said("Likes tea")], user_id=uuid.UUID(int=n))[0].id for n in (1, 2)
    )

    assert mine != theirs


def test_thousands_of_facts_in_one_block_are_no_trouble() -> None:
    many = [
        said(f"Asked about topic {n} in the week {n * 7}", conversation=n)
        for n in range(3_000)
    ]

    assert len(consolidate(many, user_id=USER)) == 3_000


def _shape(fact: Learned) -> tuple[Any, ...]:
    by = fact.superseded_by
    return (
        fact.id,
        fact.statement,
        fact.confidence,
        by and by.id,
        fact.valid_to,
        fact.evidence,
    )
