"""What a supervisor carries to the outside goes on beside the imports, whatever the outside does."""

from __future__ import annotations

import json
import socket
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from imports import erase, mirror, wiring
from imports.adapters.mirror_supabase import columns
from imports.models import Erasure, ImportJob, MirrorState, Status
from imports.supervisor.errands import GOODBYE_SECONDS, Errands
from tests.acceptance.journeys import bring, work_to_the_end
from tests.exports import chat
from tests.fakes.postgrest import KEY, FakePostgrest
from tests.fakes.webhook import FakeWebhook
from tests.hosts import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(settings: Settings, house: Path) -> Iterator[FakePostgrest]:
    """A site for the mirror; exports lie in the folder of the house all the same."""
    assert wiring.ports().objects
    with FakePostgrest() as site:
        _point_mirror_at(settings, site.url)
        yield site
        _forget_mirror()


@pytest.fixture
def errands() -> Iterator[Errands]:
    errands = Errands()
    errands.start()
    yield errands
    errands.stop()


def _point_mirror_at(settings: Settings, url: str) -> None:
    settings.MIRROR, settings.SUPABASE_URL = "supabase", url
    settings.SUPABASE_SERVICE_KEY = KEY
    vars(wiring.ports()).pop("mirror", None)


def _forget_mirror() -> None:
    adapter = vars(wiring.ports()).pop("mirror", None)
    if adapter is not None:
        adapter.close()


def _export() -> bytes:
    said = ["I live in Lisbon.", "Noted."]
    return json.dumps([chat(f"c{number}", said) for number in range(9)]).encode()


def test_an_import_that_nobody_could_see_is_shown_when_the_site_is_back(
    site: FakePostgrest, errands: Errands
) -> None:
    user = uuid.uuid4()
    row = site.add(user)
    site.fail(*["down"] * 500)

    job = work_to_the_end(bring(_export(), user_id=user, filename="conversations.json"))
    hidden = dict(row)
    until(lambda: MirrorState.objects.troubled().exists())
    site.recover()
    MirrorState.objects.update(due_at=job.created_at)
    until(lambda: row["import_status"] == "complete")

    assert (job.status, hidden["import_status"]) == (Status.COMPLETE, None)
    shown = columns(mirror.present(user).shown)
    assert {name: row[name] for name in shown if name != "updated_at"} == {
        name: value for name, value in shown.items() if name != "updated_at"
    }


def test_a_wish_to_erase_is_carried_out_and_a_failure_told_of(
    site: FakePostgrest, settings: Settings, house: Path
) -> None:
    with FakeWebhook() as webhook:
        settings.ALERT_WEBHOOK = webhook.url
        vars(wiring.ports()).pop("alerts", None)
        user = uuid.uuid4()
        job = work_to_the_end(bring(b"no export", user_id=user, filename="e.json"))
        a_while_ago = job.created_at - timedelta(minutes=1)
        ImportJob.objects.update(finished_at=a_while_ago)
        errands = Errands()
        errands.start()
        until(lambda: webhook.texts)
        erase.request(user, requested_by="ada")
        until(lambda: not Erasure.objects.exists())
        errands.stop()
        vars(wiring.ports()).pop("alerts").close()

    assert job.error_code in webhook.texts[0]
    assert not ImportJob.objects.exists()


@pytest.mark.chaos  # waits for a timeout
def test_a_site_that_never_answers_keeps_nobody_from_stopping(
    settings: Settings, house: Path
) -> None:
    assert wiring.ports().objects
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        _point_mirror_at(settings, f"http://127.0.0.1:{silent.getsockname()[1]}")
        bring(_export(), user_id=uuid.uuid4(), filename="conversations.json")
        errands = Errands()
        errands.start()
        until(lambda: MirrorState.objects.exists())

        began = time.monotonic()
        errands.stop()
        took = time.monotonic() - began

        until(lambda: not errands.is_alive())
    _forget_mirror()
    assert took < GOODBYE_SECONDS + 0.5
