"""The local analyst's sections: found and counted, or left empty."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from imports.adapters.local_analyst.wishes import Orders, as_order, sorted_out
from imports.pipeline import sections as wall
from imports.ports import (
    Excerpt,
    KnownFact,
    MemoryMaterial,
    NumberedMessage,
    SectionsMaterial,
    Statistics,
    Topic,
    Trend,
    Turn,
)
from tests.unit.adapters.analysis import AT, ask


def talk(*texts: str, title: str = "", at: datetime = AT) -> Excerpt:
    turns = [Turn(role="user", text=text) for text in texts]
    return Excerpt(title=title, at=at, turns=tuple(turns))


def sections_of(
    *excerpts: Excerpt,
    declared: tuple[NumberedMessage, ...] = (),
    statistics: Statistics = Statistics(),  # noqa: B008 - immutable
    facts: tuple[KnownFact, ...] = (),
) -> dict[str, Any]:
    return ask(
        SectionsMaterial(
            excerpts=excerpts, declared=declared, statistics=statistics, facts=facts
        )
    )


def fact(
    slot: str, value: str, statement: str, *, category: str = "work", **fields: Any
) -> KnownFact:
    return KnownFact(
        **fields,
        category=category,
        slot=slot,
        statement=f"User {statement}",
        value=value,
        confidence=0.8,
        at=AT,
    )


FULL = (
    talk("My name is Ana Torres and I live in Leeds.", title="Plan a trip"),
    talk("I work as a nurse at Mercy Hospital.", "keep your answers short"),
    talk("Hey Sage, how do I fix this?\n```python\nprint(1)\n```"),
    talk("Hey Sage, one more bug: why does this raise an exception?"),
    talk("Hey Sage, can you refactor my code? I use Obsidian for notes."),
)


def test_without_material_nothing_is_said() -> None:
    answer = sections_of()

    assert {
        name: section for name, section in answer.items() if any(section.values())
    } == {}
    assert list(answer) == ["soul", "identity", "user", "agents", "tools"]


def test_what_is_found_stands_in_its_field() -> None:
    answer = sections_of(*FULL)

    assert answer["user"]["name"] == "Ana Torres"
    assert answer["user"]["location"] == "Leeds"
    assert answer["user"]["occupation"] == "nurse"
    assert answer["identity"]["ai_name"] == "Sage"
    assert answer["identity"]["greeting"] == "Hi Ana! Sage here."
    assert answer["agents"]["response_style"] == "Short answers"
    assert answer["tools"]["code_languages"] == ["python"]
    assert answer["tools"]["named_tools"] == ["Obsidian"]


def test_every_field_passes_the_wall() -> None:
    answer = sections_of(*FULL)

    taken = wall.take_five(answer)

    assert +taken.dropped == {}
    assert taken.sections == answer


def test_the_archetype_follows_what_the_person_asks_for() -> None:
    coding = [talk(f"Fix this bug in my python function number {n}") for n in range(8)]

    assert sections_of(*coding)["identity"]["archetype"] == "Builder's co-pilot"


def test_few_conversations_make_no_archetype() -> None:
    assert sections_of(talk("Fix this bug in python"))["identity"]["archetype"] is None


def test_the_newest_place_is_where_the_person_lives() -> None:
    old = talk("I live in Leeds.", at=datetime(2023, 1, 1, tzinfo=UTC))
    new = talk("I live in Porto.", at=datetime(2025, 1, 1, tzinfo=UTC))

    found = {sections_of(*order)["user"]["location"] for order in ((old, new), (new, old))}

    assert found == {"Porto"}


def test_verified_facts_are_taken_over() -> None:
    answer = sections_of(facts=(fact("occupation", "midwife", "works as a midwife"),))

    assert answer["user"]["occupation"] == "midwife"


def test_orders_of_the_custom_instructions_are_kept_word_by_word() -> None:
    declared = NumberedMessage(
        number=1, text="Be concise.\nNever use emojis.", at=AT, kind="instructions"
    )

    answer = sections_of(declared=(declared,))

    assert answer["soul"]["explicit_instructions"] == ["Be concise.", "Never use emojis."]
    assert answer["agents"]["response_style"] == "Concise answers"
    assert answer["agents"]["do_not"] == ["No emojis"]
    assert answer["soul"]["boundaries"] == answer["agents"]["working_agreements"] == []


def test_languages_are_those_the_person_writes_in() -> None:
    excerpts = [
        talk(f"How can I repair the old wooden chair number {n}?") for n in range(6)
    ]
    excerpts += [
        talk(f"Wie kann ich den alten Stuhl Nummer {n} reparieren?") for n in range(4)
    ]

    assert sections_of(*excerpts)["identity"]["languages"] == ["English", "German"]


@pytest.mark.parametrize(
    ("by_hour", "said"),
    [
        ((0,) * 8 + (20, 20, 20) + (1,) * 13, "mostly 08:00-11:00 UTC"),
        ((30, 30) + (0,) * 20 + (30, 30), "mostly 22:00-01:00 UTC"),
        ((5,) * 24, "spread over the whole day"),
        ((0,) * 23 + (3,), None),
        ((), None),
    ],
)
def test_active_hours_are_the_shortest_stretch_with_most_messages(
    by_hour: tuple[int, ...], said: str | None
) -> None:
    answer = sections_of(statistics=Statistics(by_hour=by_hour))

    assert answer["user"]["active_hours"] == said


def test_pasted_text_makes_no_portrait() -> None:
    pasted = talk(
        "Proofread this:\nMy name is Bob Stone and I live in Boston. I love golf."
    )

    user = sections_of(pasted)["user"]

    assert (user["name"], user["location"], user["interests"]) == (None, None, [])


def test_the_memory_groups_and_dates_facts() -> None:
    facts = (
        fact("occupation", "nurse", "works as a nurse"),
        fact("home", "Porto", "lives in Porto", category="location", since=AT),
        fact("home", "Leeds", "lives in Leeds", category="location", is_current=False),
        fact("event", "got married", "got married", category="event"),
    )

    memory = ask(MemoryMaterial(facts=facts, statistics=Statistics(conversations=7)))[
        "memory"
    ]

    assert [group["category"] for group in memory["groups"]] == [
        "location",
        "work",
        "event",
    ]
    assert memory["groups"][0]["facts"] == [
        {"statement": "Lives in Porto", "since": "2025-06", "confidence": 0.8}
    ]
    assert memory["groups"][1]["facts"][0]["since"] is None
    assert memory["timeline"] == [
        {"date": "2025-06", "event": "Got married"},
        {"date": "2025-06", "event": "Moved from Leeds to Porto"},
    ]
    assert memory["summary"] == (
        "Works as a nurse and lives in Porto. Known from 3 facts in 7 conversations."
    )
    assert +wall.take_memory({"memory": memory}).dropped == {}


def test_the_summary_is_whole_sentences_about_a_named_person() -> None:
    told = (
        ("name", "Ana Torres", "is named Ana Torres"),
        ("age", "33", "is 33 years old"),
        ("occupation", "archivist", "works as an archivist"),
        ("employer", "City Museum", "works at City Museum"),
        ("home", "Leeds", "lives in Leeds"),
        ("origin", "Vigo", "is from Vigo"),
        ("relation", "Pixel", "has a dog named Pixel"),
        ("relation", "Ben", "has a brother named Ben"),
        ("project", "Quillbox", "is working on Quillbox"),
        ("learning", "Finnish", "is learning Finnish"),
        ("goal", "build a boat", "wants to build a boat"),
        ("diet", "vegan", "is vegan"),
        ("condition", "asthma", "has asthma"),
        ("likes", "chess", "likes chess"),
        ("dislikes", "olives", "dislikes olives"),
    )
    material = MemoryMaterial(
        facts=tuple(fact(*each) for each in told), statistics=Statistics()
    )

    summary = ask(material)["memory"]["summary"]

    assert summary == (
        "Ana Torres, 33 in June 2025, works as an archivist at City Museum and lives in"
        " Leeds; originally from Vigo. Is working on Quillbox and learning Finnish, and wants"
        " to build a boat. Has a brother named Ben and a dog named Pixel. Is vegan and has"
        " asthma. Likes chess; dislikes olives. Known from 15 facts."
    )


def test_topics_say_how_often_and_whether_still() -> None:
    topics = (
        Topic(name="pandas", conversations=9, trend=Trend.RISING),
        Topic(name="soup", conversations=4),
    )
    facts = (fact("likes", "chess", "likes chess", category="preference"),)

    memory = ask(MemoryMaterial(facts=facts, statistics=Statistics(topics=topics)))[
        "memory"
    ]

    assert memory["topics"] == [
        "chess",
        "pandas (9 conversations, more of late)",
        "soup (4 conversations)",
    ]


@pytest.mark.parametrize(
    ("slot", "since", "months", "said", "told"),
    [
        ("event", None, 1, "is moving to Graz", "Is moving to Graz"),
        ("event", None, 12, "is moving to Graz", "Was moving to Graz"),
        ("goal", AT, 12, "wants to run in June", "Wanted to run in June"),
        ("goal", None, 12, "wants to sing", "Wants to sing"),
        ("home", AT, 12, "is at home in Graz", "Is at home in Graz"),
    ],
)
def test_what_must_be_over_is_told_as_past(
    slot: str, since: datetime | None, months: int, said: str, told: str
) -> None:
    plan = fact(slot, "", said, category=slot, since=since)
    written = Statistics(last_at=AT + timedelta(days=30 * months))

    memory = ask(MemoryMaterial(facts=(plan,), statistics=written))["memory"]

    assert memory["groups"][0]["facts"][0]["statement"] == told


@pytest.mark.parametrize(
    ("wish", "order"),
    [
        ("wants no emojis", "No emojis"),
        ("wants the assistant not to lecture me", "Don't lecture me"),
        ("wants the assistant not to sugar-coating", "No sugar-coating"),
        ("wants the assistant to always cite sources", "Always cite sources"),
        ("wants the assistant to ask first", "Ask first"),
        ("wants answers in German", "Answer in German"),
        ("wants short, direct answers", "Give short, direct answers"),
        ("wants metric units", "Use metric units"),
        ("wants show your reasoning", "Show your reasoning"),
        ("Reads only on paper", "Reads only on paper"),
    ],
)
def test_a_wish_becomes_an_order(wish: str, order: str) -> None:
    assert as_order(wish) == order


def test_every_order_stands_in_one_place() -> None:
    orders = sorted_out(
        [
            "wants short answers",
            "wants honest and direct answers",
            "wants metric units",
            "wants no tables",
            "wants the assistant not to lecture me",
            "wants the assistant to ask first",
        ]
    )

    assert orders == Orders(
        style="Short, honest and direct answers",
        formats=["Use metric units"],
        boundaries=["Don't lecture me"],
        refusals=["No tables"],
        others=["Ask first"],
    )


def test_hours_are_told_by_the_clock_of_the_place() -> None:
    statistics = Statistics(by_hour=(0,) * 8 + (20,) * 3 + (0,) * 13, last_at=AT)

    user = sections_of(talk("I live in Lisbon."), statistics=statistics)["user"]

    assert user["active_hours"] == "mostly 09:00-12:00 in Lisbon"


def test_no_facts_make_an_empty_memory() -> None:
    memory = ask(MemoryMaterial(facts=(), statistics=Statistics()))["memory"]

    assert memory == {"summary": None, "groups": [], "timeline": [], "topics": []}
