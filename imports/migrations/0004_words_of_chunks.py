"""Keep the words of chunks, for the lexical half of a search."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0003_erasure"),
    ]

    operations = [
        migrations.CreateModel(
            name="WordBlock",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("user_id", models.UUIDField()),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("micro", "Micro"),
                            ("medium", "Medium"),
                            ("macro", "Macro"),
                        ],
                        max_length=6,
                    ),
                ),
                ("bucket", models.SmallIntegerField()),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("content", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user_id", "tier", "bucket", "last_id"),
                        name="one_piece_of_each_bucket_in_a_block",
                    )
                ],
            },
        ),
        # Counts and checksums do not shrink; compressing them costs more than the words do.
        migrations.RunSQL(
            "ALTER TABLE imports_wordblock ALTER COLUMN content SET STORAGE EXTERNAL",
            "ALTER TABLE imports_wordblock ALTER COLUMN content SET STORAGE EXTENDED",
        ),
    ]
