"""Real workers import from a project whose database stumbles; its profiles end up as they should."""

from __future__ import annotations

import random
import time
import uuid
from pathlib import Path

import pytest

from imports import intake, mirror
from imports.adapters.mirror_supabase import columns
from imports.models import ImportJob, Status
from tests.chaos.conftest import Say, StartHost
from tests.chaos.oracle import Undisturbed
from tests.fakes.postgrest import Fault
from tests.fakes.supabase import KEY, FakeSupabase
from tests.hosts import until

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(300),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("house"),
]
TROUBLE: tuple[Fault, ...] = ("down", "page", "cut", "unanswered", "late")


def test_two_hosts_and_a_stumbling_site_show_every_user_as_they_are(
    house: Path, start_host: StartHost, say: Say
) -> None:
    export = Undisturbed(house / "export.zip", seed=83, conversations=60)
    chance = random.Random(83)
    with FakeSupabase() as project:
        hosts = [
            start_host(
                SUPABASE_URL=project.url, SUPABASE_SERVICE_KEY=KEY, SLICE_SECONDS="3"
            )
            for _ in range(2)
        ]
        users = [uuid.uuid4() for _ in range(3)]
        rows = {str(user): project.site.add(user) for user in users}
        jobs = [_ask(export, project, user) for user in users]

        while ImportJob.objects.active().exists():
            project.site.fail(*chance.choices(TROUBLE, k=chance.choice([0, 1, 3])))
            if chance.random() < 0.3:
                project.site.let_in()
            time.sleep(0.5)
        project.site.recover()
        until(
            lambda: all(row["progress_percent"] == 100 for row in rows.values()), seconds=90
        )
        project.site.let_in()
        time.sleep(2)

        for job in jobs:
            export.confirm(job)
            shown = columns(mirror.present(job.user_id).shown)
            row = rows[str(job.user_id)]
            seen = {name: row[name] for name in shown if name != "updated_at"}
            assert seen == {n: value for n, value in shown.items() if n != "updated_at"}
            assert row["import_status"] == Status.COMPLETE.lower()
            told = [
                each["progress_percent"]
                for each in project.site.history
                if each["id"] == row["id"]
            ]
            assert told == sorted(told)
        say(
            f"{len(project.site.history)} writings for {len(users)} users over {len(hosts)} hosts"
        )
        for host in hosts:
            host.end()


def _ask(export: Undisturbed, project: FakeSupabase, user: uuid.UUID) -> ImportJob:
    path = f"imports/{user}/export.zip"
    project.storage.hold(path, export.content)
    job = intake.start(user_id=user, storage_path=path, requested_by="test")
    return export.as_if_asked_then(job)
