"""Let pieces of a long transcript be found without a walk through all that stands before them.

PostgreSQL knows no character of a UTF-8 text by its number: ``substr`` counts from the beginning,
half a second deep in 40 MB, and a search reads dozens of pieces. Rows that are there already have
no milestones and are counted through as before; a later import of theirs brings some.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

# Where ``milestones`` are the bytes at which every 250,000th character begins, without the first.
# One expression, and no more than stable: so PostgreSQL puts it in the place of each call.
TEXT_AT = """
CREATE FUNCTION imports_text_at(utf8 bytea, milestones int[], first int, length int) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT substr(
        convert_from(
            substr(
                utf8,
                coalesce(milestones[least(first / 250000, cardinality(milestones))], 0) + 1,
                coalesce(milestones[(first + length) / 250000 + 1], octet_length(utf8))
                    - coalesce(milestones[least(first / 250000, cardinality(milestones))], 0)
            ),
            'UTF8'
        ),
        first - 250000 * least(first / 250000, coalesce(cardinality(milestones), 0)) + 1,
        length
    )
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0018_files_that_may_come"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="milestones",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveIntegerField(), null=True, size=None
            ),
        ),
        migrations.RunSQL(TEXT_AT, "DROP FUNCTION imports_text_at(bytea, int[], int, int)"),
    ]
