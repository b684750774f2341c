"""What the house needs from outside, in our words.

A port says nothing of vendors, keys or retries. An adapter gives it (``imports/adapters``), the
wiring picks one, and every failure that crosses a port is a ``TransientFailure`` or a
``PermanentFailure`` of ``imports.errors``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, runtime_checkable

from imports.ports.material import (
    ConsolidationMaterial,
    Excerpt,
    FactsMaterial,
    KnownFact,
    Material,
    MemoryMaterial,
    NumberedMessage,
    SectionsMaterial,
    Statistics,
    Topic,
    Trend,
    Turn,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "ConsolidationMaterial",
    "DraftStore",
    "Embedder",
    "Excerpt",
    "FactsMaterial",
    "Invitation",
    "InvitingStore",
    "KnownFact",
    "LanguageModel",
    "Learner",
    "Material",
    "MemoryMaterial",
    "ModelAnswer",
    "ModelRequest",
    "NumberedMessage",
    "ObjectStore",
    "OpenObject",
    "PaidEmbedder",
    "Ports",
    "Price",
    "Progress",
    "SectionsMaterial",
    "Statistics",
    "Topic",
    "Trend",
    "Turn",
    "WordMean",
]

# --- objects: where exports lie -------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenObject:
    """An object being read: ``file`` is seekable, and reads travel only when asked for."""

    file: BinaryIO
    size: int
    etag: str


class ObjectStore(Protocol):
    """Holds exports under ``<bucket>/<user_id>/<object...>``."""

    def open(self, path: str) -> AbstractContextManager[OpenObject]:
        """Open an object for reading.

        :raises ObjectMissing: there is no such object
        :raises TransientFailure: the store does not answer as it should
        """

    def put(self, path: str, blocks: Iterable[bytes]) -> int:
        """Store an object whole, replacing one of the same name; give its size in bytes."""

    def delete(self, path: str) -> None:
        """Remove an object, in whichever bucket it was once taken; none there is no error."""

    def forget(self, user_id: uuid.UUID) -> None:
        """Remove everything that a user has here, imported or not; nothing is no error."""


@runtime_checkable
class DraftStore(Protocol):
    """A store in which an object can grow piece by piece before it has a name."""

    def begin(self, draft: str, *, size: int) -> None:
        """Make an empty draft.

        :raises DiskFull: there is no room for so many bytes
        """

    def has(self, draft: str) -> bool: ...

    def grow(self, draft: str, *, start: int, blocks: Iterable[bytes]) -> int:
        """Write blocks from here on, dropping what lay behind; give where they end.

        :raises ObjectMissing: there is no such draft
        :raises DiskFull: there is no room for it
        """

    def publish(self, draft: str, path: str) -> None:
        """Give a draft its name; from now on it is an object like any other."""

    def discard(self, draft: str) -> None:
        """Remove a draft; one that is not there is no error."""

    def drafts(self, *, older_than_seconds: float) -> Iterator[str]:
        """Name the drafts that nobody has touched for so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """How somebody's own browser sends one file, by tus, straight to a store."""

    endpoint: str
    headers: Mapping[str, str]
    metadata: Mapping[str, str]


@runtime_checkable
class InvitingStore(Protocol):
    """A store that takes files from strangers whom we have invited."""

    def invite(self, path: str) -> Invitation:
        """Let somebody store this one object; good for some hours, and for nothing else.

        :raises TransientFailure: the store does not answer as it should
        """


# --- the language model ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """One question to a language model.

    ``system`` and ``prompt`` are for engines that read text; ``material`` is the same content as
    values, for an engine that computes. Both answer JSON that fits ``schema``. ``ticket`` is the
    entry in the ledger under which an answer is kept even if nobody is left to take it.
    """

    purpose: str  # sections | facts | consolidation | memory
    prompt_version: str
    system: str
    prompt: str
    schema: Mapping[str, Any]
    max_tokens: int
    material: Material
    ticket: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer:
    """What came back, and what it took. ``text`` is JSON, but nobody has checked it yet."""

    text: str
    stop_reason: str  # end | length | refusal
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Micro-dollars per million tokens."""

    input: int
    output: int
    cache_read: int = 0
    cache_write: int = 0

    @property
    def is_free(self) -> bool:
        return not (self.input or self.output)


class LanguageModel(Protocol):
    """Answers questions about a person's history."""

    @property
    def engine(self) -> str: ...  # local | anthropic | bedrock

    @property
    def model(self) -> str: ...

    @property
    def price(self) -> Price: ...

    def ask(self, request: ModelRequest) -> ModelAnswer:
        """Answer one request; safe to call from several threads.

        :raises TransientFailure: ask again later (``retry_after_seconds`` if it is known)
        :raises PermanentFailure: this request or this configuration is refused for good
        """


# --- the embedder ---------------------------------------------------------------------------


class Embedder(Protocol):
    """Turns texts into vectors of one space; vectors of two spaces are never compared."""

    @property
    def space(self) -> str: ...  # names engine, model, dimensions and version

    @property
    def dimensions(self) -> int: ...

    @property
    def batch_size(self) -> int: ...  # how many texts one call should carry

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give one unit vector per text, in order, as rows; an empty text gives zeros.

        :raises TransientFailure: ask again later
        """


@runtime_checkable
class Learner(Embedder, Protocol):
    """An embedder that is better when it knows how a person writes."""

    def learn(self, texts: Iterable[str]) -> bytes:
        """Give what the texts teach; to be kept with the person."""

    def taught(self, lesson: bytes) -> Embedder:
        """Give an embedder that knows the lesson: another lesson, another space."""


@runtime_checkable
class PaidEmbedder(Embedder, Protocol):
    """An embedder of somebody who sends a bill."""

    @property
    def engine(self) -> str: ...  # bedrock

    @property
    def model(self) -> str: ...

    @property
    def price(self) -> Price: ...

    @property
    def tokens_read(self) -> int: ...  # of every vector that came, so far


@runtime_checkable
class WordMean(Embedder, Protocol):
    """An embedder whose vector of a text is the sum of its words', in order, at unit length.

    Words are those of ``imports.lexicon.words``; vectors may be mixed.
    """

    @property
    def own_share(self) -> float:
        """How much of a chunk's vector the person's own words make."""

    def sums_of(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Give what each word adds to the vector of a text that it stands in, as rows."""


# --- all of them ----------------------------------------------------------------------------


class Ports(Protocol):
    """What a stage may use. Each port is made when it is first asked for."""

    @property
    def objects(self) -> ObjectStore: ...

    @property
    def language_model(self) -> LanguageModel: ...

    @property
    def stand_in(self) -> LanguageModel: ...  # for what a paid model will not do; free

    @property
    def embedder(self) -> Embedder: ...

    @property
    def spool(self) -> Path: ...  # the folder under which each job has one of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a stage says after each stored batch: how far it is, in its own unit."""

    done: int
    total: int
    unit: str  # bytes | files | chunks | messages | calls; "" while it looks what there is to do
    # Paid calls under way: ending the attempt now, the next one would have to wait for them.
    in_flight: int = 0
    note: str = ""  # a sentence for the stage log; said again with every batch
