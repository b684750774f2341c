"""Where a file goes, and who is invited."""

from __future__ import annotations

import json
import uuid

import pytest
from django.conf import settings
from django.test import Client

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
