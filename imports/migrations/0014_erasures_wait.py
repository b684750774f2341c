"""Let an erasure that cannot be carried out wait a little longer each time, and say why."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0013_tallies"),
    ]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="due_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now()
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="failures",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="erasure",
            name="problem",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
    ]
