"""Terms: what a question asks for is found in every form, in every script, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.lexicon import terms
from imports.lexicon.terms import Asked, occurrences, terms_of

pytestmark = pytest.mark.django_db

TEXTS = [
    "She plays the cello; playing_cellos is her play. Displaying cellophane is not.",
    "Größe, GRÖSSE und größer. Straßenbahn, café, CAFÉ!",
    "我喜欢喝绿茶。茶很好。",
    "Моя сестра играет на виолончели. СЕСТРА!",  # noqa: RUF001 - Russian
    "أختي تعزف على التشيلو",
    "ｃｅｌｌｏ İstanbul ISTANBUL ıstanbul 1234-5678 E2462 x",  # noqa: RUF001 - what people type
    "a.b*c(d[e{f\\g^h$i|j+k?",
    "",
]
QUESTIONS = [*TEXTS, "Who is playing cellos?", "the of and", ".*(?:)[", "茶", "сестры"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_looking_at_beginnings_finds_what_looking_at_every_word_does(question: str) -> None:
    text = "\n".join(TEXTS)
    asked = Asked.of(question, most=64)

    (found,) = occurrences([text], asked)

    (every,) = terms_of([text])
    assert [term for _, _, term in found] == [t for t in every.tolist() if t in asked.terms]


def test_a_place_is_the_whole_word() -> None:
    (found,) = occurrences([TEXTS[0]], Asked.of("play a cello", most=64))

    words = [TEXTS[0][start:end] for start, end, _ in found]
    assert words == ["plays", "cello", "playing", "cellos", "play"]


def test_a_question_is_cut_behind_so_many_terms() -> None:
    assert len(Asked.of("alpha beta gamma delta", most=2).terms) == 2


@given(text=st.text(st.characters(max_codepoint=127)))
def test_plain_english_is_split_as_any_text_is(text: str) -> None:
    words = [word[:40] for word in terms._WORD.findall(text.lower())]

    assert terms._words_in(text) == words
