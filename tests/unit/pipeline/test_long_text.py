"""A text in pieces is the same text."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.pipeline import long_text
from imports.pipeline.chunking import cut
from imports.pipeline.long_text import LongText, text_of

PIECES = st.lists(st.text(alphabet="ab \n.\U0001f642", max_size=30), max_size=12)


@given(pieces=PIECES, data=st.data())
def test_it_says_the_same_between_any_two_places(
    pieces: list[str], data: st.DataObject
) -> None:
    whole = "".join(pieces)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))

    assert LongText(pieces)[start:end] == whole[start:end]


@given(pieces=PIECES, data=st.data())
def test_it_finds_the_same_from_behind(pieces: list[str], data: st.DataObject) -> None:
    whole = "".join(pieces)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    wanted = data.draw(st.sampled_from(["\n\n", "\n", ". ", " "]))

    assert LongText(pieces).rfind(wanted, start, end) == whole.rfind(wanted, start, end)


@given(pieces=PIECES, size=st.integers(min_value=8, max_value=90))
def test_it_is_cut_into_the_same_chunks(pieces: list[str], size: int) -> None:
    whole = "".join(pieces)
    borders = [end for end in accumulate(map(len, pieces)) if end]

    chunks = list(cut(LongText(pieces), borders=borders, size=size))

    assert chunks == list(cut(whole, borders=borders, size=size))


@given(pieces=PIECES)
def test_it_is_the_same_in_bytes(pieces: list[str]) -> None:
    assert LongText(pieces).encode() == "".join(pieces).encode()


def test_only_what_is_long_stays_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_text, "LONG", 10)

    assert text_of(["short", "text"]) == "shorttext"
    assert isinstance(text_of(["rather", "longer"]), LongText)
