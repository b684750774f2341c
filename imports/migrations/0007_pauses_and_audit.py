"""Room for pauses, for what staff did, for samples of what was skipped, and for a seen cancel."""

import django.contrib.postgres.indexes
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0006_reading_since"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("user_id", models.UUIDField(blank=True, null=True)),
                ("stage", models.CharField(blank=True, default="", max_length=12)),
                ("reason", models.TextField()),
                ("paused_by", models.CharField(max_length=200)),
                (
                    "paused_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
            ],
            options={
                "permissions": (("pause_importjob", "Can pause and resume imports"),),
            },
        ),
        migrations.CreateModel(
            name="StaffAction",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
                ("actor", models.CharField(max_length=200)),
                ("action", models.CharField(max_length=60)),
                ("target", models.CharField(blank=True, default="", max_length=200)),
                ("user_id", models.UUIDField(blank=True, null=True)),
                ("job_id", models.UUIDField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, default="")),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "action of staff",
                "verbose_name_plural": "actions of staff",
            },
        ),
        migrations.AlterModelOptions(
            name="conversation",
            options={"permissions": (("read_conversation", "Can read what people said"),)},
        ),
        migrations.AlterModelOptions(
            name="fact",
            options={"permissions": (("reject_fact", "Can reject facts"),)},
        ),
        migrations.AlterModelOptions(
            name="importjob",
            options={
                "permissions": (
                    ("retry_importjob", "Can retry imports"),
                    ("cancel_importjob", "Can cancel imports"),
                    ("start_importjob", "Can start imports"),
                    ("raise_budget_importjob", "Can raise the budget of imports"),
                ),
                "verbose_name": "import",
                "verbose_name_plural": "imports",
            },
        ),
        migrations.AddField(
            model_name="importjob",
            name="cancel_seen_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="importjob",
            name="skipped_samples",
            field=models.JSONField(
                db_default=models.Value({}, models.JSONField()), default=dict
            ),
        ),
        migrations.AddIndex(
            model_name="importjob",
            index=models.Index(
                condition=models.Q(("status", "FAILED")),
                fields=["-finished_at"],
                name="failed_imports",
            ),
        ),
        migrations.AddIndex(
            model_name="importjob",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", False)),
                fields=["-finished_at"],
                name="ended_imports",
            ),
        ),
        migrations.AddIndex(
            model_name="stagelog",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["started_at"], name="log_by_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.UniqueConstraint(
                fields=("user_id", "stage"),
                name="one_pause_for_the_same",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(("user_id", None), ("stage", ""), _connector="OR"),
                name="a_pause_is_for_all_or_a_user_or_a_stage",
            ),
        ),
        migrations.AddIndex(
            model_name="staffaction",
            index=models.Index(fields=["-at", "-id"], name="actions_newest_first"),
        ),
        migrations.AddIndex(
            model_name="staffaction",
            index=models.Index(
                condition=models.Q(("user_id__isnull", False)),
                fields=["user_id"],
                name="actions_about_a_user",
            ),
        ),
    ]
