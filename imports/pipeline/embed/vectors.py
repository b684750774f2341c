"""Writes vectors in bulk: binary COPY into a staging table, then one UPDATE.

Rows of one width are laid out by numpy and sent as one block of bytes. Formats: PostgreSQL's
binary COPY (signature, flags, extension; per row the number of fields, then length and value of
each) and pgvector's halfvec_send (dimensions, unused, IEEE half floats, all big-endian).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from imports.models.copying import copying

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"


def store_vectors(ids: Sequence[int], vectors: NDArray[np.float32], *, space: str) -> None:
    """Give chunks their vectors; call it inside ``job.writing()``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE new_vector (id bigint, embedding halfvec) ON COMMIT DROP"
        )
        with copying("COPY new_vector FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(packed(ids, vectors))
        cursor.execute(
            "UPDATE imports_chunk SET embedding = new_vector.embedding, embedding_space = %s"
            " FROM new_vector WHERE imports_chunk.id = new_vector.id",
            [space],
        )
        cursor.execute("DROP TABLE new_vector")


def packed(ids: Sequence[int], vectors: NDArray[np.float32]) -> bytes:
    """Lay out (id, vector) rows as a whole binary COPY stream."""
    count, dimensions = vectors.shape
    row = np.dtype(
        [
            ("fields", ">i2"),
            ("id_bytes", ">i4"),
            ("id", ">i8"),
            ("vector_bytes", ">i4"),
            ("dimensions", ">i2"),
            ("unused", ">i2"),
            ("vector", ">f2", (dimensions,)),
        ]
    )
    rows = np.zeros(count, dtype=row)
    rows["fields"] = 2
    rows["id_bytes"] = 8
    rows["id"] = ids
    rows["vector_bytes"] = 4 + 2 * dimensions
    rows["dimensions"] = dimensions
    rows["vector"] = vectors
    return _HEADER + rows.tobytes() + _TRAILER
