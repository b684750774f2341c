"""Keep what an embedder learned from a person's own texts."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0004_words_of_chunks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lesson",
            fields=[
                ("user_id", models.UUIDField(primary_key=True, serialize=False)),
                ("base_space", models.CharField(max_length=60)),
                ("content", models.BinaryField()),
                ("chunks", models.PositiveIntegerField()),
                (
                    "learned_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
            ],
        ),
    ]
