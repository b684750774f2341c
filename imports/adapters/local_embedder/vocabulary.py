"""The tokens of the local embedder and their vectors, read from two files of a wheel.

The wheel's own package is never imported, because loading it asks a model hub. Its files are read
directly, after their checksums were compared. The vectors stay in their file: who needs some
reads those.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from imports.adapters.local_embedder.pieces import SPACE, Pieces
from imports.errors import PermanentFailure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

_PACKAGE = "wordllama"
_VECTORS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_CHECKSUMS = {
    _VECTORS: "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
    _TOKENIZER: "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68",
}
DIMENSIONS = 256
_ROW_BYTES = 2 * DIMENSIONS  # half floats
_LINE_END = re.compile(rb'"<0x0A>": (\d+)')
_SHORT = 4_000  # characters: a question, or what some facts state


class EmbedderNotInstalled(PermanentFailure):
    """The local embedder has no word vectors."""

    code = "embedder_not_installed"
    advice = "Install the packages that soulprint depends on, then retry the import."


class EmbedderDamaged(PermanentFailure):
    """The word vectors of the local embedder are not the ones it was built for."""

    code = "embedder_damaged"
    advice = "Install the locked version of the word vectors again, then retry the import."


class Vocabulary:
    """The tokens there are, and the vectors of these: half floats in a file."""

    def __init__(self, words: Path, vectors: Path) -> None:
        self.words = words
        self._vectors = vectors
        self.size, self._offset = _table_in(vectors)
        self.line_end = _number_of(_LINE_END, words)

    def vectors_of(self, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        """Read the vectors of some tokens."""
        import numpy as np

        with self._vectors.open("rb", buffering=0) as file:
            rows = [
                os.pread(file.fileno(), _ROW_BYTES, self._offset + token * _ROW_BYTES)
                for token in tokens.tolist()
            ]
        stored = np.frombuffer(b"".join(rows), "<f2").reshape(-1, DIMENSIONS)
        return stored.astype(np.float32)

    @cached_property
    def pieces(self) -> Pieces:
        return Pieces(self.words.read_bytes())


class Cutter:
    """Cuts words into tokens; what that takes in memory goes with it.

    The tokenizer is many times as fast, but takes 17 MB: too much for a process that embeds
    nothing but questions. Both ways give the same tokens.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def load(self) -> None:
        """Get ready for many words, in whatever portions they come."""
        self._tokenizer  # noqa: B018 - it is read once

    def tokens_of(self, words: list[str]) -> NDArray[np.int64]:
        """Give the tokens of words, a line end between one word and the next."""
        import numpy as np

        # Half of an emoji is legal in an export and in a str, but not in UTF-8.
        text = "\n".join(words).encode("utf-8", "replace").decode("utf-8")
        if "_tokenizer" not in self.__dict__ and len(text) <= _SHORT:
            return np.array(self._vocabulary.pieces.ids(text), np.int64)
        (encoding,) = self._tokenizer.encode_batch_fast([text], add_special_tokens=False)
        return np.array(encoding.ids, np.int64)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer, normalizers

        tokenizer = Tokenizer.from_file(str(self._vocabulary.words))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        # As in the file, but without the space that it puts before a text: words bring theirs.
        tokenizer.normalizer = normalizers.Replace(" ", SPACE)
        return tokenizer


_lock = threading.Lock()
_loaded: list[Vocabulary] = []


def loaded_vocabulary() -> Vocabulary:
    """Find the vocabulary once per process: 32,000 tokens.

    :raises EmbedderNotInstalled: the wheel with the vectors is missing
    :raises EmbedderDamaged: the wheel holds other files than expected
    """
    with _lock:
        if not _loaded:
            _loaded.append(_load())
        return _loaded[0]


def _load() -> Vocabulary:
    folder = _package_folder()
    return Vocabulary(_verified(folder, _TOKENIZER), _verified(folder, _VECTORS))


def _number_of(token: re.Pattern[bytes], words: Path) -> int:
    found = token.search(words.read_bytes())
    assert found  # noqa: S101 - the checksum says so
    return int(found[1])


def _table_in(path: Path) -> tuple[int, int]:
    """Find the one table of a safetensors file: the length of a header, the header, the numbers."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    table = header["embedding.weight"]
    return table["shape"][0], 8 + length + table["data_offsets"][0]


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
