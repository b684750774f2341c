"""Whatever happens to an import, the log says nothing of what a person said."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from imports.dispatch import dispatch
from imports.models import Conversation, ImportJob, StageLog, Status
from imports.pipeline import quick_pass
from imports.ports import Progress
from tests.acceptance.journeys import bring, work, work_to_the_end
from tests.exports import chat
from tests.log_lines import caught

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "the canary sings at dawn"


def _bug(job: ImportJob, ports: object) -> Iterator[Progress]:
    yield Progress(done=0, total=1, unit="calls")
    raise ValueError(Conversation.objects.get(user_id=job.user_id).transcript)


def test_an_import_with_a_bug_in_the_middle_tells_nothing(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = json.dumps([chat("c", [f"{CANARY}. " * 40, CANARY], title=CANARY)]).encode()

    with caught() as lines:
        job = bring(export, user_id=uuid.uuid4(), filename="conversations.json")
        monkeypatch.setattr(quick_pass, "run", _bug)
        work(job)
        monkeypatch.undo()
        ImportJob.objects.update(next_attempt_at=None)
        dispatch()
        work_to_the_end(job)

    said = json.dumps(lines())
    assert job.status == Status.COMPLETE
    assert "ValueError in quick_pass" in said
    assert "canary" not in said
    assert "canary" not in "".join(StageLog.objects.values_list("traceback", flat=True))
