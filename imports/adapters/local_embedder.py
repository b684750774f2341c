"""Embeds texts on this machine: the mean of word vectors that come inside a wheel.

The wheel's own package is never imported, because loading it asks a model hub. Its two files are
read directly, after their checksums were compared.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imports.errors import PermanentFailure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from imports.adapters.pieces import Pieces

    _Rows = Callable[[NDArray[np.int64]], NDArray[np.float32]]

_PACKAGE = "wordllama"
_VECTORS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_CHECKSUMS = {
    _VECTORS: "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
    _TOKENIZER: "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68",
}
DIMENSIONS = 256
_MANY_TOKENS = 2_000
_SLICE = 2_000
_SHORT = 4_000  # characters: a question, or what some facts state


class EmbedderNotInstalled(PermanentFailure):
    """The local embedder has no word vectors."""

    code = "embedder_not_installed"
    advice = "Install the packages that soulprint depends on, then retry the import."


class EmbedderDamaged(PermanentFailure):
    """The word vectors of the local embedder are not the ones it was built for."""

    code = "embedder_damaged"
    advice = "Install the locked version of the word vectors again, then retry the import."


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWeights:
    """How much each token counts in the mean. Another table makes another space."""

    version: str
    values: NDArray[np.float32]  # one per token of the vocabulary


class _Vocabulary:
    """The words and their vectors, as the wheel has them: half floats in a file, shared by processes."""

    def __init__(self, words: Path, stored: np.memmap[Any, Any]) -> None:
        self.size = len(stored)
        self._words = words
        self._stored = stored

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Give the tokens of each text; both ways give the same ones.

        The tokenizer is many times as fast, but takes 17 MB: too much for a process that embeds
        nothing but questions.
        """
        # Half of an emoji is legal in an export and in a str, but not in UTF-8.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        if "_tokenizer" not in self.__dict__ and sum(map(len, clean)) <= _SHORT:
            return [self._pieces.ids(text) for text in clean]
        encodings = self._tokenizer.encode_batch_fast(clean, add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    @cached_property
    def _pieces(self) -> Pieces:
        from imports.adapters.pieces import Pieces

        return Pieces(self._words.read_bytes())

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._words))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def whole(self) -> NDArray[np.float32]:
        """Read slice by slice, not through the map: so it is never in memory twice."""
        import numpy as np

        table = np.empty(self._stored.shape, np.float32)
        with Path(str(self._stored.filename)).open("rb") as file:
            file.seek(self._stored.offset)
            for start in range(0, self.size, _SLICE):
                rows = table[start : start + _SLICE]
                rows[:] = np.fromfile(file, "<f2", rows.size).reshape(rows.shape)
        return table

    def widened(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Read a few out of the file."""
        return self._stored[ids].astype("f4")


class LocalEmbedder:
    """The embedder that needs no network, no account and no GPU.

    Vectors depend on the text alone: neither on the batch it comes in nor on the thread.
    """

    dimensions = DIMENSIONS
    # Half: what a person says of themselves is a fifth of the text, and most of what is asked for.
    own_share = 0.5
    batch_size = 16  # a batch of long texts holds a token list of each

    def __init__(self, *, weights: TokenWeights | None = None) -> None:
        self._weights = weights
        self._table: NDArray[np.float32] | None = None
        version = weights.version if weights else "mean-v1"
        self.space = f"local/wordllama-l2/{DIMENSIONS}/{version}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one unit vector per text, in order; an empty text gives zeros.

        :raises EmbedderNotInstalled: the wheel with the vectors is missing
        :raises EmbedderDamaged: the wheel holds other files than expected
        """
        import numpy as np

        vocabulary = _vocabulary()
        weights = self._weights.values if self._weights else None
        rows = np.zeros((len(texts), DIMENSIONS), np.float32)
        token_ids = _token_ids(vocabulary, texts)
        vectors_of = self._vectors(vocabulary, tokens=sum(map(len, token_ids)))
        for row, ids in zip(rows, token_ids, strict=True):
            if ids.size:
                vectors = vectors_of(ids)
                row[:] = vectors.sum(axis=0) if weights is None else weights[ids] @ vectors
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        unit = rows / np.where(lengths > 0, lengths, 1)
        return unit.astype(np.float32, copy=False)

    def _vectors(self, vocabulary: _Vocabulary, *, tokens: int) -> _Rows:
        """Give what to take the vectors of so many tokens from.

        To widen a few at each use costs five times the sum: who embeds a memory gets the whole
        table, 33 MB, and holds it as long as this embedder. Who embeds a question leaves it in
        the file.
        """
        if self._table is None and tokens < _MANY_TOKENS:
            return vocabulary.widened
        if self._table is None:
            self._table = vocabulary.whole()
        return self._table.__getitem__

    def learn(self, texts: Iterable[str]) -> bytes:
        """Give the weights of all tokens by how often these texts hold them, as half floats."""
        import numpy as np

        counts = np.zeros(_vocabulary().size, np.int64)
        rest = iter(texts)
        while batch := list(islice(rest, self.batch_size)):
            counts += count_tokens(batch)
        return inverse_frequency(counts, version="").values.astype("<f2").tobytes()

    def taught(self, lesson: bytes) -> LocalEmbedder:
        """Give an embedder that weighs tokens by a lesson."""
        import numpy as np

        digest = hashlib.blake2b(lesson, digest_size=5).hexdigest()
        values = np.frombuffer(lesson, "<f2").astype(np.float32)
        return LocalEmbedder(weights=TokenWeights(version=f"sif2-{digest}", values=values))


def count_tokens(texts: Sequence[str]) -> NDArray[np.int64]:
    """Count how often each token of the vocabulary occurs; counts of batches may be added."""
    import numpy as np

    vocabulary = _vocabulary()
    ids = _token_ids(vocabulary, texts)
    everything = np.concatenate([np.zeros(0, np.int64), *ids])
    return np.bincount(everything, minlength=vocabulary.size)


def inverse_frequency(
    counts: NDArray[np.int64], *, version: str, smoothing: float = 1e-3
) -> TokenWeights:
    """Make weights from a person's own counts: the more common a token, the less it says."""
    import numpy as np

    share = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    values = (smoothing / (smoothing + share)).astype(np.float32)
    return TokenWeights(version=version, values=values)


def _token_ids(vocabulary: _Vocabulary, texts: Sequence[str]) -> list[NDArray[np.int64]]:
    import numpy as np

    return [np.asarray(ids, np.int64) for ids in vocabulary.tokens(texts)]


_lock = threading.Lock()
_loaded: list[_Vocabulary] = []


def _vocabulary() -> _Vocabulary:
    """Find the vocabulary once per process: 32,000 words."""
    with _lock:
        if not _loaded:
            _loaded.append(_load())
        return _loaded[0]


def _load() -> _Vocabulary:
    folder = _package_folder()
    words, vectors = _verified(folder, _TOKENIZER), _verified(folder, _VECTORS)
    return _Vocabulary(words, _mapped(vectors))


def _mapped(path: Path) -> np.memmap[Any, Any]:
    """Map the one table of a safetensors file: the length of a header, the header, the numbers."""
    import numpy as np

    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    table = header["embedding.weight"]
    offset = 8 + size + table["data_offsets"][0]
    return np.memmap(path, "<f2", mode="r", offset=offset, shape=tuple(table["shape"]))


def _package_folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)  # finds the package without importing it
    if spec is None or spec.origin is None:
        raise EmbedderNotInstalled
    return Path(spec.origin).parent


def _verified(folder: Path, name: str) -> Path:
    path = folder / name
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise EmbedderNotInstalled from error
    if digest != _CHECKSUMS[name]:
        raise EmbedderDamaged
    return path
