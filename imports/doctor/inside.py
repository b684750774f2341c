"""Looks at what is ours: settings, database, tables, queue, spool."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

from django.conf import settings
from django.core import checks
from django.db import connection

from imports import amounts, dispatch, enqueue, wiring
from imports.doctor.findings import Finding, Verdict
from imports.models import ImportJob, Worker
from imports.tables import missing_migrations

OLDEST_SERVER = 15_00_00
# An export unpacks into the spool while it is read.
LEAST_ROOM_BYTES = 5_000_000_000
LONG_WAIT_SECONDS = 300


def settings_agree() -> Iterator[Finding]:
    """Whether the settings contradict each other, and are fit for the internet."""
    with_deployment = not (settings.LOCAL_MODE or settings.DEBUG)
    found = checks.run_checks(include_deployment_checks=with_deployment)
    for problem in found:
        yield Finding("settings", Verdict.WRONG, problem.msg, problem.hint or "")
    if not found:
        place = "local mode" if settings.LOCAL_MODE else "production"
        yield Finding("settings", Verdict.WELL, f"They agree, for {place}.")


def database() -> Iterator[Finding]:
    """Whether it answers, how fast, and whether it is new enough."""
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'),"
            " current_setting('max_connections')::int,"
            " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')"
        )
        version, most, used = cursor.fetchone()
    took = amounts.duration(time.monotonic() - began)
    if connection.cursor().connection.info.server_version < OLDEST_SERVER:
        advice = "Move to PostgreSQL 15 or newer."
        yield Finding(
            "database", Verdict.WRONG, f"PostgreSQL {version} is too old.", advice
        )
        return
    yield Finding("database", Verdict.WELL, f"PostgreSQL {version}, answered in {took}.")
    if used > most * 0.8:
        says = f"{used} of {most} connections are taken."
        yield Finding("database", Verdict.NOTE, says, "Start fewer processes, or raise it.")


def extension() -> Iterator[Finding]:
    """Whether vectors can be kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT installed_version, default_version FROM pg_available_extensions"
            " WHERE name = 'vector'"
        )
        installed, available = cursor.fetchone() or (None, None)
    if installed:
        yield Finding("extension", Verdict.WELL, f"pgvector {installed}.")
    elif available:
        advice = (
            "Run: python manage.py migrate. If that may not add it, a superuser of the"
            " database says CREATE EXTENSION vector."
        )
        yield Finding("extension", Verdict.WRONG, "pgvector is there, not in use.", advice)
    else:
        advice = "Install pgvector on the server, or choose one that has it."
        yield Finding("extension", Verdict.WRONG, "The server has no pgvector.", advice)


def tables() -> Iterator[Finding]:
    """Whether they are those of this version."""
    missing = missing_migrations()
    if missing:
        advice = "Run: python manage.py migrate"
        says = f"{missing} migrations are missing."
        yield Finding("tables", Verdict.WRONG, says, advice)
    else:
        yield Finding("tables", Verdict.WELL, "They are of this version.")


def queue() -> Iterator[Finding]:
    """Whether somebody works, and whether anything waits for too long."""
    workers = Worker.objects.alive().count()
    wait = ImportJob.objects.waiting().longest_wait()
    waited = wait.total_seconds() if wait else 0.0
    if not workers:
        advice = "Start one: python manage.py worker"
        yield Finding("queue", Verdict.WRONG, "No worker is alive.", advice)
    elif waited > LONG_WAIT_SECONDS:
        advice = "Add a worker, or look at the console: something may be stuck."
        says = f"An import has waited for {amounts.duration(waited)}."
        yield Finding("queue", Verdict.NOTE, says, advice)
    else:
        slots, rings = dispatch.slots(), enqueue.undelivered()
        says = f"Workers alive: {workers}, slots: {slots}, rings under way: {rings}."
        yield Finding("queue", Verdict.WELL, says)


def spool() -> Iterator[Finding]:
    """Whether an export can be laid down while it is read."""
    folder = wiring.ports().spool
    trace = folder / ".doctor"
    try:
        trace.write_bytes(b"x")
        trace.unlink()
    except OSError as error:
        advice = "Let this account write there, or set SPOOL_DIR."
        says = f"{folder}: {error.strerror}."
        yield Finding("spool", Verdict.WRONG, says, advice)
        return
    free = shutil.disk_usage(folder).free
    says = f"{folder} has {amounts.size(free)} free."
    if free < LEAST_ROOM_BYTES:
        advice = "A large export may not fit; it would wait for room. Set SPOOL_DIR."
        yield Finding("spool", Verdict.NOTE, says, advice)
    else:
        yield Finding("spool", Verdict.WELL, says)
