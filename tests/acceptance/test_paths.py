"""Whatever path a trigger names, the store is asked for nothing but that user's own objects.

HTTP clients resolve ``..`` before they send, with our service key attached; so the proof is what
arrives at the other end of a real socket.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, example, given
from hypothesis import settings as search
from hypothesis import strategies as st

from imports import intake, runner
from imports.adapters.objects_supabase import SupabaseObjects
from imports.adapters.patience import Patience
from imports.models import ImportJob, Status
from tests.fakes.storage import KEY, FakeStorage
from tests.integration.api import callers
from tests.ports import Ports

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("house")]

USER = uuid.UUID("6f1c0f3e-7c7e-4f1d-9d38-3f4a3a1f0a11")
OTHER = uuid.UUID("0e0e0e0e-0000-4000-8000-000000000000")
BUCKETS = ["user-imports", "imports"]
HASTE = Patience(
    first_wait_seconds=0.001, longest_wait_seconds=0.001, missing_wait_seconds=0.001
)

_TRICKS = (
    *(
        "..",
        ".",
        "",
        "/",
        "//",
        "\\",
        "%2e%2e",
        "%2E.",
        "%2f",
        "%5c",
        "%00",
        "?",
        "#",
        "\0",
    ),
    *(
        "\r\n",
        "\r\nHost: evil.example",
        "@evil.example",
        "https://evil.example",
        ":443",
        ";",
    ),
    *("~", " ", "\t", "\u202e", "\uff0e\uff0e", "\u2025", "\u2215", "é", "?download=1"),
    *("auth/v1/admin/users", "rest/v1/user_profiles", "object", "info", "authenticated"),
    *(
        *BUCKETS,
        str(USER),
        str(OTHER),
        "export.zip",
        "a.b",
        "...",
        "x" * 200,
        "{}",
        "+",
        "&",
    ),
)
PIECES = st.sampled_from(_TRICKS) | st.text(max_size=3)
TAILS = st.lists(PIECES, min_size=1, max_size=6).flatmap(
    lambda pieces: st.sampled_from(["/", ""]).map(lambda joint: joint.join(pieces))
)
PATHS = TAILS | TAILS.map(lambda tail: f"imports/{USER}/{tail}")
IN_FOLDER = re.compile(
    rf"/storage/v1/object/(?:info/)?authenticated/(?:{'|'.join(BUCKETS)})/{USER}/([^?#]+)"
)
PLAIN = re.compile(r"[^/\\%?#\x00-\x1f\x7f-\uffff]+")


def explored(examples: int) -> search:
    return search(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture
def storage() -> Iterator[FakeStorage]:
    with FakeStorage() as fake:
        for owner in (USER, OTHER):
            fake.hold(f"imports/{owner}/export.zip", b"not an export")
        yield fake


@pytest.fixture
def ports(storage: FakeStorage, house: Path, settings: LazySettings) -> Iterator[Ports]:
    settings.LOCAL_MODE = False
    settings.SERVICE_KEYS = callers.KEYS
    settings.IMPORT_BUCKETS = BUCKETS
    settings.API_CALLS_PER_MINUTE = {"service": 1_000_000}
    objects = SupabaseObjects(
        storage.url, KEY, BUCKETS, timeout=httpx.Timeout(2), patience=HASTE
    )
    yield Ports(objects=objects, spool=house / "spool")
    objects.close()


def work(job: ImportJob, ports: Ports) -> None:
    """Answer one ring, as a worker does."""
    runner.run(
        job.id, dispatch_seq=job.dispatch_seq, ports=ports, is_draining=lambda: False
    )


def strays(storage: FakeStorage) -> list[str]:
    """Give the requests that arrived for anything but an object in the user's folder."""
    return [each.target for each in storage.requests if not is_of_user(each.target)]


def is_of_user(target: str) -> bool:
    """Say whether a server ends in the user's folder, however much of a target it resolves."""
    found = IN_FOLDER.fullmatch(target)
    names = unquote(found[1]).split("/") if found else [""]
    return all(PLAIN.fullmatch(name) and name not in (".", "..") for name in names)


@explored(60)
@given(path=PATHS)
@example(path=f"imports/{USER}/export.zip")
@example(path=f"imports/{USER}/../{OTHER}/export.zip")
@example(path=f"imports/{USER}/..%2f{OTHER}/export.zip")
@example(path=f"imports/{USER}/../../../../../auth/v1/admin/users")
def test_no_trigger_leads_out_of_the_folder_of_its_user(
    ports: Ports, storage: FakeStorage, path: str
) -> None:
    storage.requests.clear()
    ImportJob.objects.all().delete()

    answer = callers.service().post(
        "/api/imports/",
        {"user_id": str(USER), "storage_path": path},
        content_type="application/json",
    )
    for job in ImportJob.objects.all():
        work(job, ports)

    # Whatever was accepted was really asked for, and nothing else was.
    assert bool(storage.requests) == (answer.status_code == 202)
    assert answer.status_code in (202, 400, 403)
    assert strays(storage) == []


@explored(20)
@given(path=PATHS)
@example(path=f"imports/{USER}/export.zip")
@example(path=f"imports/{USER}/../{OTHER}/export.zip")
@example(path=f"imports/{OTHER}/export.zip")
def test_no_row_leads_out_of_a_folder_even_if_nobody_had_checked_its_path(
    ports: Ports, storage: FakeStorage, path: str
) -> None:
    storage.requests.clear()
    ImportJob.objects.all().delete()
    storable = path.replace("\0", "%00")
    job = intake.start(user_id=USER, storage_path=storable, requested_by="test")

    work(job, ports)

    job.reload()
    assert job.status == Status.FAILED
    assert strays(storage) == []
