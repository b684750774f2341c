"""Old code meets new tables for a while in every deploy, so migrations only ever add."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

# RunPython and RunSQL are read by people: they say in their module why they may run then.
ADDS = [
    "CreateModel",
    "AddField",
    "AddIndex",
    "AddConstraint",
    "AlterModelOptions",
    "VectorExtension",
    "RunPython",
    "RunSQL",
]
OPERATIONS = [
    pytest.param(operation, id=f"{name}-{number}-{type(operation).__name__}")
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items())
    if app == "imports"
    for number, operation in enumerate(migration.operations)
]


def _meets_old_code(operation: Any) -> bool:
    """Tell whether code that does not know of this goes on writing its rows."""
    if type(operation).__name__ not in ADDS:
        return False
    if not isinstance(operation, migrations.AddField):
        return True
    field = operation.field
    return bool(field.null or field.has_db_default() or field.many_to_many)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_migration_leaves_the_old_version_working(operation: Any) -> None:
    assert _meets_old_code(operation)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("importjob", "note"),
        migrations.RenameField("importjob", "note", "remark"),
        migrations.DeleteModel("importjob"),
        migrations.AddField("importjob", "note", models.TextField(default="")),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_would_break_it_is_found_out(operation: Any) -> None:
    assert not _meets_old_code(operation)
