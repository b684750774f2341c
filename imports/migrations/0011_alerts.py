"""Remember what people were told of, so that they are not told it again and again."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0010_uploads"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("subject", models.CharField(blank=True, default="", max_length=60)),
                ("told_until", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("times", models.PositiveIntegerField(default=0)),
                (
                    "due_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now()
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "subject"), name="one_alert_per_kind_and_subject"
                    )
                ],
            },
        ),
    ]
