"""How fast the console answers with 100,000 imports and 1,000,000 stage logs.

    python -m bench.console [--jobs 100000] [--rounds 15]

Fills a database of its own on the embedded PostgreSQL and asks each page through the whole stack
of Django. Tells queries and milliseconds; the goal is at most 15 queries and 300 ms at the median.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import TYPE_CHECKING, Any

from bench.house import house
from bench.report import Row, tell

if TYPE_CHECKING:
    from django.test import Client

_JOBS = """
INSERT INTO imports_importjob
SELECT made.* FROM imports_importjob model, LATERAL (
    SELECT n, now() - n * interval '40 seconds' AS at,
        CASE WHEN n <= 8 THEN 'RUNNING' WHEN n <= 400 THEN 'QUEUED'
             WHEN n %% 25 = 0 THEN 'FAILED' WHEN n %% 40 = 0 THEN 'CANCELLED' ELSE 'COMPLETE' END AS state
    FROM generate_series(1, %s) n
) rows,
LATERAL jsonb_populate_record(model, jsonb_build_object(
    'id', gen_random_uuid(), 'user_id', gen_random_uuid(),
    'storage_path', 'user-imports/' || gen_random_uuid() || '/export-' || n || '.zip',
    'status', state, 'stage', CASE state WHEN 'COMPLETE' THEN 'memory' ELSE 'facts' END,
    'progress_percent', CASE state WHEN 'COMPLETE' THEN 100 ELSE 63 END,
    'created_at', at, 'queued_at', at, 'started_at', at, 'updated_at', at,
    'finished_at', CASE WHEN state IN ('RUNNING', 'QUEUED') THEN NULL ELSE at + interval '5 min' END,
    'lease_expires_at', CASE state WHEN 'RUNNING' THEN now() + interval '1 hour' END,
    'progressed_at', CASE state WHEN 'RUNNING' THEN now() END,
    'error_code', CASE state WHEN 'FAILED' THEN 'kind_' || n %% 7 ELSE '' END,
    'error_title', CASE state WHEN 'FAILED' THEN 'Error of the kind ' || n %% 7 ELSE '' END,
    'bytes_total', 1000000 + n * 1000, 'attempt', 4
)) made
WHERE model.id = %s
"""
_LOGS = """
INSERT INTO imports_stagelog
SELECT made.* FROM imports_stagelog model, imports_importjob job, generate_series(0, 9) place,
LATERAL jsonb_populate_record(model, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('imports_stagelog', 'id')), 'job_id', job.id,
    'attempt', 1 + place / 3, 'worker', 'host:7',
    'stage', (ARRAY['download', 'ingest', 'quick_pass', 'embed', 'facts', 'facts', 'facts', 'facts', 'facts', 'memory'])[place + 1],
    'started_at', job.created_at + place * interval '30 seconds',
    'ended_at', job.created_at + place * interval '30 seconds' + random() * interval '30 seconds',
    'outcome', 'done', 'items_done', 100, 'unit', 'calls', 'spent_microdollars', 900
)) made
WHERE model.id = %s
"""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--jobs", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=15)
    options = arguments.parse_args()
    with house("console"):
        _fill(options.jobs)
        _measure(options.rounds)


def _fill(jobs: int) -> None:
    from django.db import connection

    from imports.models import StageLog
    from tests.factories import make_job

    started = time.perf_counter()
    model = make_job()
    line = StageLog.objects.create(job=model, stage="download")
    with connection.cursor() as cursor:
        cursor.execute(_JOBS, [jobs, model.id])
        cursor.execute(_LOGS, [line.id])
        model.delete()
        cursor.execute("VACUUM ANALYZE")
    print(f"filled in {time.perf_counter() - started:.0f} s")


def _measure(rounds: int) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("bench"))
    pages = _pages()
    tell([_ask(client, name, pages[name], rounds) for name in pages])


def _pages() -> dict[str, str]:
    """Name the pages to ask for, and give their addresses."""
    from imports.admin import groups
    from imports.models import ImportJob

    running, failed = (
        ImportJob.objects.filter(status=status).newest_first()[0].id
        for status in ("RUNNING", "FAILED")
    )
    listed = "/admin/imports/importjob/"
    return {
        "first page": "/admin/",
        "first page, news": f"{listed}house/",
        "list": listed,
        "list, page 100": f"{listed}?p=100",
        "list, needs attention": f"{listed}?tab=attention",
        "list, one error": f"{listed}?error=kind_3",
        "search by user": f"{listed}?q={ImportJob.objects.newest_first()[500].user_id}",
        "search by a first block": f"{listed}?q={str(failed)[:8]}",
        "search by a piece of the path": f"{listed}?q=export-4711",
        "running import": f"{listed}{running}/change/",
        "failed import": f"{listed}{failed}/change/",
        "failed import, news": f"{listed}{failed}/news/",
        "failed import, retry dialog": f"{listed}{failed}/retry/",
        "all of one kind, dry run": f"{listed}group/{groups.this_week()[0].fingerprint}/",
        "what staff did": "/admin/imports/staffaction/",
    }


def _ask(client: Client, name: str, address: str, rounds: int) -> Row:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        answer: Any = client.get(address)
        times.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    median = statistics.median(times)
    return Row(
        bench="console",
        what=name,
        figure=f"{median:.0f} ms, slowest {max(times):.0f}, {len(captured)} queries",
        goal="300 ms, 15 queries",
        holds=median <= 300 and len(captured) <= 15,
    )


if __name__ == "__main__":
    main()
