"""Reads the texts of chunks out of the transcripts that they are spans of."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence

from imports.models import Chunk, Conversation

_AT_ONCE = 4  # transcripts in memory; one may have millions of characters


def texts_of(batch: Sequence[Chunk]) -> list[str]:
    """Give the text of each chunk, in order."""
    places: dict[uuid.UUID, list[int]] = defaultdict(list)
    for place, chunk in enumerate(batch):
        places[chunk.conversation_id].append(place)
    texts = [""] * len(batch)
    rows = Conversation.objects.filter(id__in=places).values_list("id", "transcript")
    for conversation_id, transcript in rows.iterator(chunk_size=_AT_ONCE):
        for place in places[conversation_id]:
            texts[place] = transcript[batch[place].start : batch[place].end]
    return texts
