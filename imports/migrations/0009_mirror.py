"""Keep what the mirror shows of each user, and find imports by when they ended."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0008_paths_are_found_fast"),
    ]

    operations = [
        migrations.CreateModel(
            name="MirrorState",
            fields=[
                ("user_id", models.UUIDField(primary_key=True, serialize=False)),
                ("seen_job", models.UUIDField(null=True)),
                ("seen_status", models.CharField(blank=True, default="", max_length=10)),
                ("seen_updated_at", models.DateTimeField(null=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("soulprint", models.UUIDField(null=True)),
                ("version", models.TextField(null=True)),
                ("shown_at", models.DateTimeField(null=True)),
                (
                    "due_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                ("failures", models.PositiveIntegerField(default=0)),
                ("problem", models.CharField(blank=True, default="", max_length=60)),
                ("problem_since", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="importjob",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", False)),
                fields=["finished_at"],
                name="imports_that_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="mirrorstate",
            index=models.Index(
                condition=models.Q(("problem", ""), _negated=True),
                fields=["due_at"],
                name="troubled_mirrors",
            ),
        ),
        migrations.AddConstraint(
            model_name="mirrorstate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("problem", ""), ("problem_since__isnull", True)),
                    models.Q(
                        models.Q(("problem", ""), _negated=True),
                        ("problem_since__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_problem_of_the_mirror_has_a_beginning",
            ),
        ),
    ]
