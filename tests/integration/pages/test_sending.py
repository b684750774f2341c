"""Where a file goes, and who is invited."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from imports import erase, uploads
from imports.models import ExpectedFile
from tests.factories import make_job
from tests.fakes.storage import KEY, FakeStorage
from tests.fakes.storage_faults import error_answer
from tests.integration.pages.people import USER

pytestmark = pytest.mark.django_db


def test_a_file_comes_to_us_where_exports_lie_here(client: Client) -> None:
    invited = client.post("/invitation", {"name": "export.zip"}).json()

    assert invited == {
        "endpoint": "/uploads/",
        "headers": {},
        "metadata": {"user_id": str(USER)},
        "storage_path": "",
    }


def test_a_file_goes_to_supabase_where_exports_lie_there(
    client: Client, supabase: FakeStorage
) -> None:
    first = client.post("/invitation", {"name": "My export (1).zip"}).json()
    again = client.post("/invitation", {"path": first["storage_path"]}).json()

    path = first["storage_path"]
    assert path.startswith(f"{settings.IMPORT_BUCKETS[0]}/{USER}/")
    assert first["endpoint"] == f"{supabase.url}/upload/resumable/sign"
    assert supabase.tokens[first["headers"]["x-signature"]] == path
    assert first["metadata"]["objectName"] == path.partition("/")[2]
    assert again["storage_path"] == path
    assert KEY not in json.dumps([first, again])


def test_nobody_is_invited_into_the_folder_of_another(
    client: Client, supabase: FakeStorage
) -> None:
    path = f"{settings.IMPORT_BUCKETS[0]}/{uuid.uuid4()}/x.zip"

    answer = client.post("/invitation", {"path": path})

    assert answer.status_code == 400
    assert not supabase.tokens


def test_a_store_that_does_not_answer_is_said_in_words(
    client: Client, supabase: FakeStorage
) -> None:
    supabase.fail(error_answer(503, stated="503", error="Down", on="sign", times=20))

    answer = client.post("/invitation", {"name": "export.zip"})

    assert (answer.status_code, "store" in answer.json()["title"]) == (503, True)


def test_a_page_may_talk_to_the_store_and_to_nobody_else(
    client: Client, supabase: FakeStorage
) -> None:
    policy = client.get("/")["Content-Security-Policy"]

    assert f"connect-src 'self' {supabase.url.removesuffix('/storage/v1')};" in policy


def _invited(client: Client, **sent: str) -> str:
    return str(client.post("/invitation", sent).json()["storage_path"])


def _a_day_later() -> None:
    ExpectedFile.objects.update(expires_at=datetime(2020, 1, 1, tzinfo=UTC))


def test_what_arrives_after_an_erasure_is_removed(
    client: Client, supabase: FakeStorage
) -> None:
    path = _invited(client, name="export.zip")
    erase.request(USER, requested_by="ada")
    erase.erase_due()

    supabase.hold(path, b"arrives late")
    uploads.remove_expired()
    left_at_once = dict(supabase.objects)
    _a_day_later()
    uploads.remove_expired()

    assert left_at_once == {}
    assert not ExpectedFile.objects.exists()


def test_who_is_invited_again_after_an_erasure_is_welcome(
    client: Client, supabase: FakeStorage
) -> None:
    path = _invited(client, name="export.zip")
    erase.request(USER, requested_by="ada")
    erase.erase_due()

    _invited(client, path=path)
    supabase.hold(path, b"arrives")
    uploads.remove_expired()

    assert list(supabase.objects) == [path]


def test_what_nobody_imports_for_a_day_is_removed_from_the_store(
    client: Client, supabase: FakeStorage
) -> None:
    imported, left = _invited(client, name="a.zip"), _invited(client, name="b.zip")
    foreign = f"imports/{USER}/by-the-site.zip"
    for path in (imported, left, foreign):
        supabase.hold(path, b"x")
    make_job(user_id=USER, storage_path=imported)
    _invited(client, path=foreign)

    uploads.remove_expired()
    before = set(supabase.objects)
    _a_day_later()
    uploads.remove_expired()

    assert before == {imported, left, foreign}
    assert set(supabase.objects) == {imported, foreign}
    assert not ExpectedFile.objects.exists()


def test_a_store_that_refuses_is_asked_again_about_what_is_not_wanted(
    client: Client, supabase: FakeStorage
) -> None:
    path = _invited(client, name="a.zip")
    supabase.hold(path, b"x")
    _a_day_later()

    supabase.fail(error_answer(400, stated="403", error="Unauthorized", on="delete"))
    uploads.remove_expired()
    left_at_first = list(supabase.objects)
    uploads.remove_expired()

    assert (left_at_first, supabase.objects) == ([path], {})
