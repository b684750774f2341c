"""Turns the vector of a question away from what all texts of a person have in common.

The vectors of one person, as means of words, lie close together: courtesies, usual subjects and
turns of phrase point everywhere the same way, and a question is near to everything. In each
direction it is therefore divided by how far the memory reaches in it (the root of its second
moments: whitening, but of the question alone). Vectors of chunks stay what they are.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imports.models import Lesson
from imports.models.copying import copying
from imports.models.history import ChunkQuerySet
from imports.pipeline.embed.lessons import Writing, spread_ids

_SAMPLE = 2_000  # vectors
# Of the mean moment: below it, a direction counts as one in which the memory reaches that far.
_FLOOR = 0.5

_VECTORS = """
COPY (
    SELECT string_agg(
        halfvec_send(embedding), ''::bytea ORDER BY source_id, provider, tier, start
    )
    FROM imports_chunk chunk JOIN imports_conversation c ON c.id = conversation_id
    WHERE chunk.id = ANY(%s) AND embedding IS NOT NULL
) TO STDOUT (FORMAT BINARY)
"""
_AIM = """
COPY (SELECT aim FROM imports_lesson WHERE user_id = %s AND base_space = %s)
TO STDOUT (FORMAT BINARY)
"""


def learn_aim(user_id: uuid.UUID, chunks: ChunkQuerySet, *, writing: Writing) -> None:
    """Keep with what was learned of a person how far their memory reaches in each direction."""
    ids = spread_ids(chunks, most=_SAMPLE)
    lessons = Lesson.objects.filter(user_id=user_id)
    if ids and lessons.exists():
        aim = aim_of(_vectors(ids)).astype("<f2").tobytes()
        with writing():
            lessons.update(aim=aim)


def aim_of(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the matrix that a question is multiplied with; few vectors turn it little."""
    count, dimensions = vectors.shape
    moments, directions = np.linalg.eigh(vectors.T @ vectors / count)
    floor = _FLOOR * (1 + dimensions / count) * moments.mean()
    scales = (np.maximum(moments, 0) + floor) ** -0.5
    scales /= scales.max()
    aim: NDArray[np.float32] = (directions * scales) @ directions.T
    return aim


def aimed(
    user_id: uuid.UUID, vector: NDArray[np.float32], *, base_space: str
) -> NDArray[np.float32]:
    """Give the vector with which to search this person's memory; as it is, without a lesson."""
    with copying(_AIM, [user_id, base_space]) as copy:
        copy.set_types(["bytea"])
        kept = [content for (content,) in copy.rows() if content]
    if not kept:
        return vector
    turned = np.frombuffer(kept[0], "<f2").reshape(len(vector), -1) @ vector
    unit: NDArray[np.float32] = turned / np.linalg.norm(turned)
    return unit


def _vectors(ids: Sequence[int]) -> NDArray[np.float32]:
    with copying(_VECTORS, [list(ids)]) as copy:
        copy.set_types(["bytea"])
        ((data,),) = copy.rows()
    width = int.from_bytes(data[:2], "big")
    rows = np.frombuffer(data, np.dtype([("head", ">u4"), ("vector", ">f2", (width,))]))
    return rows["vector"].astype(np.float32)
