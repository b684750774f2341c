"""The house stands as it was drawn."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings

from imports.models import StageName
from imports.pipeline import STAGES, stages_from
from imports.ports import Progress

ROOT = Path(settings.BASE_DIR)


def test_nobody_calls_upstairs() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout


def test_every_stage_has_its_place_and_its_code() -> None:
    assert [stage.name for stage in STAGES] == list(StageName)
    assert all(callable(stage.run) for stage in STAGES)


def test_the_bar_has_no_gaps_and_is_full_only_when_the_job_is_complete() -> None:
    assert STAGES[0].starts_at == 0
    assert all(left.ends_at == right.starts_at for left, right in pairwise(STAGES))
    assert STAGES[-1].ends_at < 100


@pytest.mark.parametrize(
    ("done", "total", "percent"),
    [(0, 0, 40), (0, 9, 40), (5, 10, 50), (10, 10, 60), (12, 10, 60)],
)
def test_a_stage_moves_within_its_part_of_the_bar(
    done: int, total: int, percent: int
) -> None:
    (embed, *_) = stages_from(StageName.EMBED)

    assert embed.percent(Progress(done=done, total=total, unit="chunks")) == percent


def test_a_worker_that_only_waits_loads_no_web_page_and_no_sdk() -> None:
    program = (
        "import django; django.setup()\n"
        "import imports.tasks, imports.supervisor, sys\n"
        "heavy = {'anthropic', 'boto3', 'numpy', 'unfold.admin', 'rest_framework.views'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "soulprint.settings"},
    )

    assert ran.stdout.strip() == "[]"
