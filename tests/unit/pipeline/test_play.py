"""What is said in a play is told from what people say of themselves."""

from __future__ import annotations

import pytest

from imports.pipeline.material.play import as_themselves, cue_of


def meant(*texts: str) -> list[str]:
    """Give the messages in which the person means themselves."""
    told = as_themselves(map(cue_of, texts))
    return [text for text, is_meant in zip(texts, told, strict=True) if is_meant]


@pytest.mark.parametrize(
    "opening",
    [
        "Let's do a roleplay. You are the innkeeper and I'm an elven ranger.",
        "Can we role-play for a bit?",
        "You\u2019re my captain and I\u2019m the cook of the ship.",
    ],
)
def test_what_follows_the_opening_of_a_play_is_played(opening: str) -> None:
    assert meant(opening, "I live in the high branches.", "I hate orcs.") == [opening]


@pytest.mark.parametrize(
    "acted",
    [
        "*I push the door open and shake off the rain* I have travelled far.",
        '"I am the last of my line," I whisper. My father died.',
        "New campaign: 1920s Chicago, and my name is Silas Crane.",
    ],
)
def test_what_is_acted_is_played_and_so_is_what_follows(acted: str) -> None:
    assert meant("Hi there!", acted, "I have a daughter now.") == ["Hi there!"]


@pytest.mark.parametrize(
    "exit",
    ["ooc for a sec: I work nights in Tulsa.", "Let's stop the roleplay, I'm tired."],
)
def test_who_steps_out_of_a_play_means_themselves_again(exit: str) -> None:
    opening = "Let's roleplay."

    assert meant(opening, "I am a queen.", exit, "I like tea.") == [
        opening,
        exit,
        "I like tea.",
    ]


def test_who_asks_for_advice_asks_for_themselves_and_the_play_goes_on() -> None:
    opening = "Let's do a role play for my class. You are the interviewer."
    asked = "I'm hoping to open a small bakery, what should I start with?"

    assert meant(opening, "I am Renata.", asked, "I am from Tallinn.") == [opening, asked]


@pytest.mark.parametrize(
    "text",
    [
        "I like role-playing games, which one is good for two?",
        "You are a great help and I'm not joking.",
        "Our marketing campaign: I have no idea how to begin.",
        "**I need this to be short and to the point** please.",
        "* I wrote the first item of this list\n* I wrote the second one",
        'What does "carpe diem" mean? I say it all the time.',
    ],
)
def test_what_only_looks_like_a_play_is_none(text: str) -> None:
    assert meant(text, "I live in Graz.") == [text, "I live in Graz."]
