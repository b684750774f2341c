"""Index the pieces of paths, for the console's search, where PostgreSQL brings pg_trgm along.

The embedded one does not; there a search reads all paths, which takes as long as it takes.
"""

from typing import Any

from django.db import migrations

_NAME = "imports_by_piece_of_path"


def index_pieces(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            return
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(
            f"CREATE INDEX IF NOT EXISTS {_NAME} ON imports_importjob "
            "USING gin (upper(storage_path) gin_trgm_ops)"
        )


def forget_pieces(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(f"DROP INDEX IF EXISTS {_NAME}")


class Migration(migrations.Migration):
    dependencies = [("imports", "0007_pauses_and_audit")]
    operations = [migrations.RunPython(index_pieces, forget_pieces)]
