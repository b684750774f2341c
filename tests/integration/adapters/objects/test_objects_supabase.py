"""Supabase Storage at its worst: rows 11 to 20 of the fault matrix."""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Callable

import pytest

from imports.adapters.objects_supabase import SupabaseObjects
from imports.adapters.patience import Patience
from imports.errors import (
    Failure,
    IncompleteDownload,
    ObjectMissing,
    SourceChanged,
    StorageRefused,
    StorageRejected,
    StorageUnavailable,
)
from tests.fakes.storage import KEY, FakeStorage
from tests.fakes.storage_faults import Fault, error_answer
from tests.integration.adapters.objects.conftest import PATH, USER

MB = 1 << 20
CONTENT = random.Random(3).randbytes(4 * MB + 12_345)
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.c2lnbmF0dXJl"

Connect = Callable[..., SupabaseObjects]


def read(client: SupabaseObjects) -> bytes:
    with client.open(PATH) as source:
        return source.file.read()


# --- how it asks ---------------------------------------------------------------------------------


def test_a_new_key_is_no_bearer(storage: FakeStorage, supabase: SupabaseObjects) -> None:
    storage.hold(PATH, CONTENT)

    read(supabase)

    headers = storage.requests[0].headers
    assert headers["apikey"] == KEY
    assert "authorization" not in {name.lower() for name in headers}
    assert headers["User-Agent"].startswith("soulprint/")


def test_an_old_key_is_a_bearer_too(connect: Connect) -> None:
    with FakeStorage(key=JWT) as storage:
        storage.hold(PATH, CONTENT)

        assert read(connect(storage, key=JWT)) == CONTENT

    assert storage.requests[0].headers["Authorization"] == f"Bearer {JWT}"


def test_nothing_is_asked_for_compressed(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    storage.hold(PATH, CONTENT)

    read(supabase)

    codings = {request.headers["Accept-Encoding"] for request in storage.requests}
    assert codings == {"identity"}


def test_only_the_addresses_that_need_a_key_are_read(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    storage.hold(PATH, CONTENT)

    read(supabase)

    targets = {request.target for request in storage.requests}
    assert targets == {
        f"/storage/v1/object/info/authenticated/{PATH}",
        f"/storage/v1/object/authenticated/{PATH}",
    }


def test_putting_streams_and_replaces(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    supabase.put(PATH, [b"a", b"b"])
    supabase.put(PATH, [b"c", b"d"])

    assert storage.objects == {PATH: b"cd"}
    assert storage.requests[-1].headers["Transfer-Encoding"] == "chunked"


@pytest.mark.parametrize("form", ['"{}"', 'W/"{}"', "{}"])
def test_the_version_is_the_same_however_it_is_written(
    storage: FakeStorage, supabase: SupabaseObjects, form: str
) -> None:
    storage.hold(PATH, CONTENT)
    version = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
    storage.info_headers = {"ETag": form.format(version)}

    with supabase.open(PATH) as source:
        assert source.etag == version
        assert source.file.read() == CONTENT


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"size": null, "etag": "x"}',
        b'{"size": -1, "etag": "x"}',
        b'{"size": 5}',
        b"[" * 50_000,
    ],
    ids=["empty", "no size", "negative", "no version", "deep"],
)
def test_facts_that_are_none_are_asked_for_again(
    storage: FakeStorage, supabase: SupabaseObjects, body: bytes
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(Fault("answer", on="info", status=200, body=body))

    assert read(supabase) == CONTENT


# --- what breaks on the way, and is mended ---------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", ["cut", "reset"])
def test_connections_cut_anywhere_cost_nothing_but_time(
    storage: FakeStorage, supabase: SupabaseObjects, kind: str, seed: int
) -> None:
    chance = random.Random(seed)
    storage.hold(PATH, CONTENT)
    storage.fail(*[Fault(kind, at=chance.randrange(MB)) for _ in range(4)])

    content = read(supabase)

    assert hashlib.sha256(content).digest() == hashlib.sha256(CONTENT).digest()


def test_a_cut_stretch_goes_on_where_it_broke(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(Fault("cut", at=50_000))

    with supabase.open(PATH) as source:
        source.file.read(60_000)

    assert storage.reads() == [(0, 65_536), (50_000, 65_536)]


def test_a_stall_is_left_and_gone_on_from(storage: FakeStorage, connect: Connect) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(Fault("stall", at=10_000))

    assert read(connect(storage, read_seconds=0.2)) == CONTENT


@pytest.mark.parametrize(
    "fault",
    [
        Fault("short", at=5_000),
        Fault("unannounced", at=5_000),
        Fault("gzip"),
        Fault("misplaced", at=1),
        Fault("answer", status=200, body=b"<html>", headers={"Content-Encoding": "br"}),
        error_answer(400, stated="503", error="read_only"),
        error_answer(400, stated="423", error="locked", code="ResourceLocked"),
        error_answer(429, stated="429", error="too_many_connections", code="SlowDown"),
        error_answer(500, stated="500", error="Internal", code="InternalError"),
        error_answer(503, stated="503", error="unavailable"),
        error_answer(544, stated="544", error="DatabaseTimeout"),
        Fault("answer", status=520, body=b"<html>Web server is returning an unknown error"),
        Fault("answer", status=502, body=b""),
        Fault("answer", status=400, body=b"[]"),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_a_passing_fault_passes(
    storage: FakeStorage, supabase: SupabaseObjects, fault: Fault
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(fault)

    assert read(supabase) == CONTENT


def test_the_facts_are_asked_for_again_after_a_passing_fault(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(
        Fault("answer", on="info", status=200, body=b"not JSON"),
        error_answer(503, stated="503", error="unavailable", on="info"),
    )

    assert read(supabase) == CONTENT


# --- what does not pass ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Fault("cut", at=0, times=99), IncompleteDownload),
        (Fault("short", at=1, times=99), IncompleteDownload),
        (Fault("unannounced", at=3, times=99), IncompleteDownload),
        (Fault("gzip", times=99), IncompleteDownload),
        (Fault("misplaced", at=1, times=99), IncompleteDownload),
        (Fault("replaced"), SourceChanged),
        (Fault("outgrown", at=1), SourceChanged),
        (error_answer(500, stated="500", error="Internal", times=99), StorageUnavailable),
        (error_answer(400, stated="503", error="read_only", times=99), StorageUnavailable),
        (Fault("answer", status=520, body=b"<html>", times=99), StorageUnavailable),
        (error_answer(400, stated="403", error="Unauthorized"), StorageRefused),
        (error_answer(401, stated="401", error="Unauthorized"), StorageRefused),
        (error_answer(400, stated="400", error="x", code="InvalidJWT"), StorageRefused),
        (
            error_answer(400, stated="404", error="not_found", code="NoSuchKey"),
            ObjectMissing,
        ),
        (error_answer(400, stated="404", error="Bucket not found"), ObjectMissing),
        (error_answer(404, stated="404", error="not_found"), ObjectMissing),
        (error_answer(400, stated="400", error="x", code="InvalidKey"), StorageRejected),
        (error_answer(400, stated="416", error="x"), StorageRejected),
        (error_answer(413, stated="413", error="Payload too large"), StorageRejected),
    ],
    ids=lambda value: getattr(value, "__name__", f"{getattr(value, 'kind', '')}"),
)
def test_a_lasting_fault_is_a_failure_in_our_words(
    storage: FakeStorage, supabase: SupabaseObjects, fault: Fault, failure: type[Failure]
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(fault)

    with pytest.raises(failure) as raised:
        read(supabase)

    assert type(raised.value) is failure


def test_a_lasting_fault_is_met_with_few_requests(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(error_answer(503, stated="503", error="unavailable", times=99))

    with pytest.raises(StorageUnavailable):
        read(supabase)

    assert len(storage.requests) <= 5


def test_a_connection_that_is_always_cut_is_given_up(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(Fault("cut", at=100, times=99))

    with pytest.raises(IncompleteDownload):
        read(supabase)

    assert len(storage.reads()) == 11


def test_the_wish_of_a_busy_store_is_passed_on(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(
        error_answer(
            429, stated="429", error="slow", code="SlowDown", headers={"Retry-After": "17"}
        )
    )

    with pytest.raises(StorageUnavailable) as failure:
        read(supabase)

    assert failure.value.retry_after_seconds == 17


def test_a_store_that_only_drips_is_not_waited_for(
    storage: FakeStorage, connect: Connect
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(Fault("drip", at=100, times=99))
    patience = Patience(
        window_seconds=0.3,
        silent_seconds=0.0,
        first_wait_seconds=0.001,
        failures_in_a_row=0,
    )

    with pytest.raises(StorageUnavailable):
        read(connect(storage, patience=patience))


def test_a_slow_store_gives_what_came_until_now(
    storage: FakeStorage, connect: Connect
) -> None:
    content = CONTENT[:600_000]
    storage.hold(PATH, content)
    storage.fail(Fault("drip", at=20_000, times=99))
    patience = Patience(window_seconds=0.35, least_bytes_per_second=1_000)

    received = read(connect(storage, patience=patience))

    assert received == content
    assert len(storage.reads()) > 3


def test_nobody_listening_is_a_store_that_is_not_available(connect: Connect) -> None:
    with FakeStorage() as gone:
        client = connect(gone)

    with pytest.raises(StorageUnavailable):
        read(client)


def test_a_redirect_is_refused_and_not_followed(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(
        Fault(
            "answer",
            status=302,
            headers={"Location": f"{storage.url}/object/authenticated/x"},
        )
    )

    with pytest.raises(StorageRejected):
        read(supabase)

    assert len(storage.requests) == 2


def test_a_wrong_key_is_our_fault_and_nobody_else_is_told(
    storage: FakeStorage, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    storage.hold(PATH, CONTENT)

    with caplog.at_level(logging.DEBUG), pytest.raises(StorageRefused) as failure:
        read(connect(storage, key="sb_secret_another"))

    assert "key" not in f"{failure.value.title()} {failure.value.detail}".lower()
    assert "refuses our key" in caplog.text
    assert "sb_secret_another" not in caplog.text


def test_nothing_is_done_with_a_wrong_key(storage: FakeStorage, connect: Connect) -> None:
    storage.hold(PATH, CONTENT)
    stranger = connect(storage, key="sb_secret_another")

    with pytest.raises(StorageRefused):
        stranger.delete(PATH)
    with pytest.raises(StorageRefused):
        stranger.put(PATH, [b"x"])

    assert storage.objects == {PATH: CONTENT}


def test_an_upload_that_ends_just_after_its_trigger_is_found(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(error_answer(400, stated="404", error="x", code="NoSuchKey", on="info"))

    assert read(supabase) == CONTENT


def test_what_is_missing_is_looked_for_twice(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    with pytest.raises(ObjectMissing):
        read(supabase)

    assert [request.operation for request in storage.requests] == ["info", "info"]


def test_a_whole_stream_that_is_cut_is_done_again(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    storage.hold(PATH, CONTENT)
    # The answer to the first range, then a stream that breaks off, then one that does not.
    storage.fail(Fault("whole"), Fault("cut", at=MB))

    assert read(supabase) == CONTENT
    assert storage.reads() == [(0, len(CONTENT))] * 3


def test_the_end_is_only_ever_known_by_the_size(connect: Connect) -> None:
    with FakeStorage(past_the_end=416) as storage:
        storage.hold(PATH, CONTENT)

        assert read(connect(storage)) == CONTENT

    assert max(stop for _, stop in storage.reads()) == len(CONTENT)


@pytest.mark.parametrize("status", [400, 500])
def test_an_upload_that_is_not_taken_is_a_failure(
    storage: FakeStorage, supabase: SupabaseObjects, status: int
) -> None:
    storage.fail(error_answer(status, stated="503", error="unavailable", on="put"))

    with pytest.raises(StorageUnavailable):
        supabase.put(PATH, [b"x"])

    assert storage.objects == {}


def test_no_failure_carries_a_word_of_the_server(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(
        error_answer(400, stated="400", error="x", code="Odd", message="secret /srv/path")
    )

    with pytest.raises(StorageRejected) as failure:
        read(supabase)

    assert "secret" not in f"{failure.value} {failure.value.detail}"


def test_a_user_with_many_objects_is_forgotten_page_by_page(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    for number in range(250):
        storage.hold(f"imports/{USER}/{number:03}/export.zip", b"x")
        storage.hold(f"imports/{USER}/{number:03}.zip", b"x")

    supabase.forget(USER)

    assert storage.objects == {}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", ["/export.zip", "a//b///export.zip", "/", "a/"])
def test_folders_without_a_name_are_emptied_too(
    name: str, storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    other = f"imports/{USER}0/export.zip"
    storage.hold(f"imports/{USER}/{name}", b"x")
    storage.hold(other, b"x")

    supabase.forget(USER)

    assert list(storage.objects) == [other]


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (
            error_answer(503, stated="503", error="x", on="list", times=9),
            StorageUnavailable,
        ),
        (Fault("answer", on="list", body=b"<html>", times=9), StorageUnavailable),
        (Fault("answer", on="list", body=b'[{"id": 1}]', times=9), StorageUnavailable),
        (Fault("answer", on="delete", body=b"[]", times=9), StorageUnavailable),
        (error_answer(400, stated="403", error="x", on="delete"), StorageRefused),
    ],
)
def test_a_user_who_could_not_be_forgotten_is_a_failure(
    storage: FakeStorage,
    supabase: SupabaseObjects,
    fault: Fault,
    failure: type[Failure],
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(fault)

    with pytest.raises(failure):
        supabase.forget(USER)


def test_a_bucket_that_the_project_does_not_have_holds_nothing(
    storage: FakeStorage, supabase: SupabaseObjects
) -> None:
    storage.hold(PATH, CONTENT)
    storage.fail(error_answer(400, stated="404", error="Bucket not found", on="list"))

    supabase.forget(USER)

    assert storage.objects == {}
