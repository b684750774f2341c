"""Cutting texts into tokens in little memory: the same tokens, always."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, normalizers

from imports.adapters.local_embedder import vocabulary
from imports.adapters.local_embedder.pieces import SPACE, Pieces

FILE = vocabulary._package_folder() / vocabulary._TOKENIZER
HOUSE = Path(__file__).parents[3]
# What merges with itself in two ways, is special, or is no token of its own.
ODD = st.text(
    st.sampled_from([*"aert \n\t<>/sunk\\\"'Zß日한ع😀\u2581\u200b0"]), max_size=80
)


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return Pieces(FILE.read_bytes())


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(FILE))
    tokenizer.no_truncation()
    tokenizer.normalizer = normalizers.Replace(" ", SPACE)  # type: ignore[assignment]
    return tokenizer


def expected(tokenizer: Tokenizer, text: str) -> list[int]:
    return list(tokenizer.encode(text, add_special_tokens=False).ids)


@given(text=st.text(max_size=200) | ODD)
def test_any_text_has_the_tokens_that_the_tokenizer_gives(
    pieces: Pieces, tokenizer: Tokenizer, text: str
) -> None:
    clean = text.encode("utf-8", "replace").decode()

    assert pieces.ids(clean) == expected(tokenizer, clean)


@pytest.mark.parametrize("name", ["README.md", "imports/adapters/local_embedder/pieces.py"])
def test_prose_and_code_have_the_tokens_that_the_tokenizer_gives(
    pieces: Pieces, tokenizer: Tokenizer, name: str
) -> None:
    text = (HOUSE / name).read_text()

    assert pieces.ids(text) == expected(tokenizer, text)


@pytest.mark.parametrize(
    "text", ["", " ", "<s>", "a <s>b</s> <unk>", "ata ere aaaa", "\u2581"]
)
def test_borders_have_the_tokens_that_the_tokenizer_gives(
    pieces: Pieces, tokenizer: Tokenizer, text: str
) -> None:
    assert pieces.ids(text) == expected(tokenizer, text)
