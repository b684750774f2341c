"""What every object store must do: the same tests for the folder and for Supabase."""

from __future__ import annotations

import io
import random
import uuid

import pytest

from imports.errors import ObjectMissing
from imports.object_path import BadObjectPath
from imports.ports import ObjectStore
from tests.integration.adapters.objects.conftest import PATH, USER

CONTENT = random.Random(7).randbytes(3 * (1 << 20) + 17)


@pytest.fixture(params=["local", "supabase"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    return request.getfixturevalue(request.param)


def put(store: ObjectStore, content: bytes, path: str = PATH) -> int:
    return store.put(
        path, (content[at : at + 65_537] for at in range(0, len(content), 65_537))
    )


def read(store: ObjectStore, path: str = PATH) -> bytes:
    with store.open(path) as source:
        return source.file.read()


def exists(store: ObjectStore, path: str) -> bool:
    try:
        read(store, path)
    except ObjectMissing:
        return False
    return True


def etag(store: ObjectStore) -> str:
    with store.open(PATH) as source:
        return source.etag


def test_what_was_put_is_read_back_whole(store: ObjectStore) -> None:
    size = put(store, CONTENT)

    assert size == len(CONTENT)
    assert read(store) == CONTENT


def test_an_opened_object_knows_its_size_and_version(store: ObjectStore) -> None:
    put(store, CONTENT)

    with store.open(PATH) as source:
        assert source.size == len(CONTENT)
        assert 0 < len(source.etag) <= 200
        assert '"' not in source.etag


def test_the_file_can_be_entered_anywhere(store: ObjectStore) -> None:
    put(store, CONTENT)
    chance = random.Random(11)
    places = [chance.randrange(len(CONTENT)) for _ in range(40)]

    with store.open(PATH) as source:
        pieces = [(source.file.seek(place), source.file.read(1_000)) for place in places]

    assert pieces == [(place, CONTENT[place : place + 1_000]) for place in places]


def test_the_file_can_be_entered_from_its_end(store: ObjectStore) -> None:
    put(store, CONTENT)

    with store.open(PATH) as source:
        place = source.file.seek(-22, io.SEEK_END)
        tail = source.file.read()
        beyond = source.file.read(10)

    assert place == len(CONTENT) - 22
    assert tail == CONTENT[-22:]
    assert beyond == b""


def test_an_empty_object_is_an_object(store: ObjectStore) -> None:
    put(store, b"")

    with store.open(PATH) as source:
        assert source.size == 0
        assert source.file.read() == b""


def test_the_version_stays_while_the_object_stays(store: ObjectStore) -> None:
    put(store, CONTENT)

    assert etag(store) == etag(store)


def test_putting_again_replaces_the_object_and_its_version(store: ObjectStore) -> None:
    put(store, CONTENT)
    earlier = etag(store)

    put(store, b"shorter")

    assert read(store) == b"shorter"
    assert etag(store) != earlier


def test_what_is_not_there_is_missing(store: ObjectStore) -> None:
    with pytest.raises(ObjectMissing) as failure, store.open(PATH):
        pass

    assert failure.value.code == "file_missing"


def test_a_deleted_object_is_missing(store: ObjectStore) -> None:
    put(store, CONTENT)

    store.delete(PATH)

    with pytest.raises(ObjectMissing), store.open(PATH):
        pass


def test_deleting_what_is_not_there_is_no_error(store: ObjectStore) -> None:
    store.delete(PATH)
    store.delete(PATH)


def test_what_lies_in_a_bucket_that_is_no_longer_named_can_be_removed(
    store: ObjectStore,
) -> None:
    store.delete(f"old-imports/{USER}/export.zip")


def test_of_a_user_who_is_forgotten_nothing_is_left_in_any_bucket(
    store: ObjectStore,
) -> None:
    other = f"imports/{uuid.uuid4()}/export.zip"
    paths = [
        PATH,
        f"imports/{USER}/others/of/2026 (1).zip",
        f"user-imports/{USER}/a/b/export.zip",
    ]
    for path in [*paths, other]:
        put(store, b"x", path)

    store.forget(USER)
    store.forget(USER)

    assert read(store, other) == b"x"
    assert [path for path in paths if exists(store, path)] == []


def test_names_with_every_allowed_character_are_kept_apart(store: ObjectStore) -> None:
    odd = f"imports/{USER}/a b/!*'()$@=;:+,&._-.json"
    put(store, b"odd", odd)
    put(store, b"plain", f"imports/{USER}/a+b/!*'()$@=;:+,&._-.json")

    assert read(store, odd) == b"odd"


@pytest.mark.parametrize(
    "path",
    [
        f"imports/{USER}/../{USER}/export.zip",
        f"secrets/{USER}/export.zip",
        f"imports/{USER}/%2e%2e/export.zip",
        "imports/export.zip",
    ],
)
def test_no_door_opens_for_a_path_that_leads_elsewhere(
    store: ObjectStore, path: str
) -> None:
    with pytest.raises(BadObjectPath), store.open(path):
        pass
    with pytest.raises(BadObjectPath):
        store.put(path, [b"x"])


@pytest.mark.parametrize(
    "path",
    [
        f"imports/{USER}/../{USER}/export.zip",
        f"../imports/{USER}/export.zip",
        f"imports/{USER}/%2e%2e/export.zip",
        "imports/export.zip",
    ],
)
def test_nothing_that_lies_elsewhere_can_be_removed(store: ObjectStore, path: str) -> None:
    with pytest.raises(BadObjectPath):
        store.delete(path)
