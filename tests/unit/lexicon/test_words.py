"""Words: those of a part of a text are found in the words of the whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from imports.lexicon.words import Span, lay_out, words_of

TEXTS = st.text(st.sampled_from("ab\u00e9\u8336 \n."), min_size=1, max_size=40)


@st.composite
def parts_of(draw: st.DrawFn, text: str) -> list[list[Span]]:
    """Draw some parts of a text: spans that lie one behind the other."""
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        edges = draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=6))
        edge = iter(sorted(edges))
        parts.append(list(zip(edge, edge, strict=False)))
    return parts


@given(data=st.data(), text=TEXTS)
def test_a_part_has_the_words_that_it_would_have_alone(
    data: st.DataObject, text: str
) -> None:
    parts = data.draw(parts_of(text))

    layout = lay_out(text, parts)

    found = [word for each in layout.slices for word in layout.words[each]]
    alone = [words_of("\n".join(text[a:b] for a, b in spans)) for spans in parts]
    assert found == [word for words in alone for word in words]
    assert layout.lengths == [len(words) for words in alone]


@given(text=TEXTS)
def test_words_are_the_text_behind_a_space(text: str) -> None:
    assert "".join(words_of(text)) == f" {text}"
