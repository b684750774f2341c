"""``manage.py import_file``: takes a file of this machine in, or says why not."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from imports import wiring
from imports.models import ImportJob
from tests.factories import make_job

pytestmark = pytest.mark.django_db

PERSON = uuid.UUID("11111111-1111-4111-8111-111111111111")


@pytest.fixture(autouse=True)
def objects(settings: Settings, tmp_path: Path) -> Path:
    settings.OBJECTS_DIR = tmp_path / "objects"
    vars(wiring.ports()).pop("objects", None)
    return tmp_path / "objects"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    export = tmp_path / "export.json"
    export.write_text("[]")
    return export


def _import(export: Path) -> None:
    call_command("import_file", str(export), "--user", str(PERSON))


def test_a_file_is_stored_and_imported(export: Path, objects: Path) -> None:
    _import(export)

    job = ImportJob.objects.get()
    assert (job.user_id, job.requested_by) == (PERSON, "import_file")
    assert (objects / job.storage_path).read_text() == "[]"


def test_while_another_import_is_active_nothing_is_stored(
    export: Path, objects: Path
) -> None:
    active = make_job(user_id=PERSON)

    with pytest.raises(CommandError, match=f"Import {active.id} of this person"):
        _import(export)

    assert not objects.exists()


def test_a_store_that_does_not_take_the_file_is_said_in_words(
    export: Path, objects: Path, tmp_path: Path
) -> None:
    bucket = objects / django_settings.IMPORT_BUCKETS[0]
    bucket.mkdir(parents=True)
    (bucket / str(PERSON)).symlink_to(tmp_path)

    with pytest.raises(CommandError, match="does not accept"):
        _import(export)

    assert not ImportJob.objects.exists()
