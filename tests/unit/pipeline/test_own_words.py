"""Where the person stops speaking of themselves."""

from __future__ import annotations

import pytest

from imports.pipeline.facts.own_words import own_part


@pytest.mark.parametrize(
    "text",
    [
        "Summary in five points, please.\n\nMINUTES\n1. I have been working at Acme since 2019",
        "Is this text clear enough for our website?\n\nMy name is Bob and I work at Acme.",
        "Rewrite for a dating profile, it is for a friend: I'm Bob and I work at Acme",
        "Translate into French, please:\n\nI am Bob. I work at Acme.",
        "Pretend I'm Bob, who works at Acme. Answer my letters in that spirit.",
        "What if I moved to Turku and worked at Acme from there?",
        "If I lived in Turku and worked at Acme, what would I pay?",
        "Let's do a role play for my class. I'm Bob from Acme. First question, please.",
        "Übersetze das bitte:\n\nIch heiße Bob und arbeite bei Acme in Turku.",
        "How do I answer this politely?\n\nwe moved in May and I started at Acme.",
    ],
)
def test_a_text_that_is_handed_over_is_not_the_persons_own(text: str) -> None:
    assert "Acme" not in own_part(text)


@pytest.mark.parametrize(
    "text",
    [
        "I work at Acme and our coffee kitty never adds up. Draft a note for the kitchen.",
        "Write an email to my landlord.\n\nI moved in May because I work at Acme now.",
        "I left Globex and now work at Acme. How do I word that on my profile?",
        "I work at Acme. What if I asked for a raise?",
        "My day at Acme: coffee, mail, lunch. How do I get more done?",
        "Can you summarize what an ISA is? I work at Acme",
    ],
)
def test_what_the_person_tells_of_themselves_stays(text: str) -> None:
    assert "Acme" in own_part(text)
