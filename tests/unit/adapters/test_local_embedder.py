"""The local embedder: vectors that depend on the text and on nothing else."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from imports.adapters import local_embedder
from imports.adapters.local_embedder import (
    EmbedderDamaged,
    EmbedderNotInstalled,
    LocalEmbedder,
    inverse_frequency,
    vocabulary,
)
from imports.adapters.local_embedder.vocabulary import Cutter

HOUSE = Path(__file__).parents[3]
TEXTS = [
    "I adopted a dog from the shelter last spring.",
    "How do I index a jsonb column in PostgreSQL?",
    "Ich suche ein Rezept für Linsensuppe.",
    "ok",
]


def count_tokens(texts: list[str]) -> NDArray[np.int64]:
    cutter = Cutter(vocabulary.loaded_vocabulary())
    return local_embedder.count_tokens(texts, cutter)


def test_vectors_have_unit_length_and_single_precision() -> None:
    embedder = LocalEmbedder()

    vectors = np.asarray(embedder.embed(TEXTS))

    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)


def test_an_empty_text_gives_zeros() -> None:
    vectors = np.asarray(LocalEmbedder().embed(["", "word"]))

    assert not vectors[0].any()
    assert vectors[1].any()


def test_no_texts_give_no_vectors() -> None:
    assert len(LocalEmbedder().embed([])) == 0


def test_a_vector_does_not_depend_on_its_batch() -> None:
    embedder = LocalEmbedder()

    together = np.asarray(embedder.embed(TEXTS))
    alone = np.vstack([np.asarray(embedder.embed([text])) for text in TEXTS])

    assert (together == alone).all()


def test_threads_get_the_same_vectors() -> None:
    embedder = LocalEmbedder()
    expected = np.asarray(embedder.embed(TEXTS))

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: np.asarray(embedder.embed(TEXTS)), range(32)))

    assert all((result == expected).all() for result in results)


def test_half_an_emoji_is_embedded_like_any_text() -> None:
    vectors = np.asarray(LocalEmbedder().embed(["a dog \ud83d in the park"]))

    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-6)


def test_a_paraphrase_is_nearer_than_another_subject() -> None:
    query, near, far = np.asarray(
        LocalEmbedder().embed(
            [
                "my puppy is ill",
                "The dog has been sick, should I call the vet?",
                "The quarterly budget spreadsheet needs another column.",
            ]
        )
    )

    assert query @ near > query @ far


def test_other_weights_make_another_space() -> None:
    embedder = LocalEmbedder()

    spaces = {embedder.taught(embedder.learn(texts)).space for texts in (TEXTS, TEXTS[:2])}

    assert len(spaces | {embedder.space}) == 3
    assert all(len(space) <= 60 for space in spaces)


def test_common_tokens_weigh_less_than_rare_ones() -> None:
    counts = count_tokens(["the the the the the cat"])

    weights = inverse_frequency(counts)

    assert weights[counts.argmax()] == weights.min()


def test_counts_of_batches_add_up() -> None:
    whole = count_tokens(TEXTS)

    parts = count_tokens(TEXTS[:2]) + count_tokens(TEXTS[2:])

    assert (whole == parts).all()
    assert count_tokens([]).sum() == 0


def test_other_files_than_expected_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / vocabulary._VECTORS).write_bytes(b"something else")

    with pytest.raises(EmbedderDamaged):
        vocabulary._verified(tmp_path, vocabulary._VECTORS)


def test_missing_vectors_are_named(tmp_path: Path) -> None:
    with pytest.raises(EmbedderNotInstalled) as caught:
        vocabulary._verified(tmp_path, vocabulary._VECTORS)

    assert caught.value.code == "embedder_not_installed"


def test_the_package_of_the_vectors_is_never_imported() -> None:
    code = (
        "import sys; from imports.adapters.local_embedder import LocalEmbedder;"
        "assert 'numpy' not in sys.modules; LocalEmbedder().embed(['x']);"
        "sys.exit('wordllama' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", code], check=False)

    assert ended.returncode == 0


def test_a_question_is_embedded_as_it_would_be_within_a_whole_memory() -> None:
    question = "When does the ferry to Naxos leave?"
    page = "The ferry leaves the harbor at seven and comes back at night. " * 200

    alone = LocalEmbedder().embed([question])
    among = LocalEmbedder().embed([question, page])

    assert np.array_equal(alone[0], among[0])


@pytest.mark.parametrize(
    "name", ["README.md", "tests/unit/adapters/test_local_embedder.py"]
)
def test_the_words_of_a_text_have_the_tokens_of_the_whole(name: str) -> None:
    text = (HOUSE / name).read_text()
    tokenizer = Tokenizer.from_file(
        str(vocabulary._package_folder() / vocabulary._TOKENIZER)
    )
    tokenizer.no_truncation()

    counts = count_tokens([text])

    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert counts.tolist() == np.bincount(ids, minlength=len(counts)).tolist()


def test_a_vector_is_the_weighted_mean_of_the_tokens_of_its_text() -> None:
    text = (HOUSE / "README.md").read_text()
    counts = count_tokens([text])
    weights = inverse_frequency(counts)

    (vector,) = LocalEmbedder(weights=weights).embed([text])

    tokens = np.arange(len(counts))
    rows = vocabulary.loaded_vocabulary().vectors_of(tokens).astype(np.float64)
    expected = (counts * weights) @ rows
    assert vector == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)


def test_what_a_word_adds_depends_on_no_other_word() -> None:
    embedder = LocalEmbedder(weights=inverse_frequency(count_tokens(TEXTS)))
    words = ["\n", " dog", " antidisestablishmentarianism", "   ", "\n", " \u8336"]

    together = embedder.sums_of(words)

    alone = np.vstack([embedder.sums_of([word]) for word in words])
    assert (together == alone).all()
    assert together.any(axis=1).all()


def test_a_text_longer_than_what_is_added_up_at_once_is_embedded_like_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = (HOUSE / "README.md").read_text().split("\n\n")
    at_once = LocalEmbedder().embed(pages)
    monkeypatch.setattr(local_embedder, "_AT_ONCE", 7)

    in_portions = LocalEmbedder().embed(pages)

    assert in_portions == pytest.approx(at_once, abs=1e-6)
