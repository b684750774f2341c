"""The promises of our ports, kept by the real services of whoever runs this.

    SUPABASE_URL=... SUPABASE_SERVICE_KEY=... AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=... \\
        python -m pytest -m live

Every variable of README counts; what is not set is not asked. An object and a memory of nobody's are
made and removed, in a database of the tests; models get some 20 small questions, for a few cents.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from imports import wiring
from imports.doctor import Verdict, examine
from imports.errors import ObjectMissing
from imports.models import Chunk, Fact, Soulprint, Status, Worker
from imports.ports import ObjectStore
from imports.synthetic import write_export
from tests.acceptance.journeys import bring, work_to_the_end

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
]

MOST_USD = 0.50
HISTORY = {"seed": 3, "conversations": 12}


@pytest.fixture
def user_id() -> Iterator[uuid.UUID]:
    """Somebody of whom nothing is left in the store."""
    user_id = uuid.uuid4()
    yield user_id
    wiring.ports().objects.forget(user_id)


def test_the_doctor_finds_nothing_wrong() -> None:
    Worker.objects.create(name="live:1", slots=1)

    found = list(examine(is_live=True))

    assert [each for each in found if each.verdict is Verdict.WRONG] == []


@pytest.mark.skipif(not settings.SUPABASE_URL, reason="SUPABASE_URL is not set")
def test_an_object_is_read_in_pieces_replaced_and_forgotten(user_id: uuid.UUID) -> None:
    store = wiring.ports().objects
    path = f"{settings.IMPORT_BUCKETS[0]}/{user_id}/live.zip"
    content = random.Random(7).randbytes(3_000_000)

    assert store.put(path, [content[:1000], content[1000:]]) == len(content)
    with store.open(path) as source:
        former = source.etag
        source.file.seek(-1000, 2)
        end = source.file.read()
        source.file.seek(0)
        assert (source.size, source.file.read(), end) == (
            len(content),
            content,
            content[-1000:],
        )
    store.put(path, [b"another"])
    with store.open(path) as source:
        assert source.etag != former
    store.forget(user_id)
    assert _is_missing(store, path)


@pytest.mark.skipif(settings.EMBEDDINGS == "local", reason="no paid embedder is chosen")
def test_a_vector_has_unit_length_and_is_that_of_its_text() -> None:
    texts = ["Our puppy is called Pixel.", "VAT is due.", "", "Our puppy is called Pixel."]

    puppy, tax, nothing, again = wiring.ports().embedder.embed(texts)

    assert np.linalg.norm(puppy) == pytest.approx(1, abs=0.01)
    assert puppy @ again > 0.99 > puppy @ tax
    assert not nothing.any()


def test_a_small_history_is_imported_whole(user_id: uuid.UUID, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    write_export(path, **HISTORY, zipped=True)

    job = work_to_the_end(bring(path.read_bytes(), user_id=user_id))

    assert (job.status, job.error_code) == (Status.COMPLETE, "")
    assert job.spent_microdollars <= MOST_USD * 1_000_000
    assert (job.spent_microdollars > 0) == (settings.LLM != "local")
    newest = Soulprint.objects.of_user(user_id).first()
    assert newest is not None
    assert (newest.pass_name, newest.engine) == (Soulprint.Pass.FULL, settings.LLM)
    assert newest.memory
    assert Fact.objects.filter(user_id=user_id).exists()
    embedded = Chunk.objects.of_tiers(user_id=user_id, tiers=settings.EMBEDDED_TIERS)
    assert embedded.exists()
    assert not embedded.without_vector().exists()


def _is_missing(store: ObjectStore, path: str) -> bool:
    try:
        with store.open(path):
            return False
    except ObjectMissing:
        return True
