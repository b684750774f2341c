"""Note when an uploaded export was removed, so that it is not removed again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0011_alerts"),
    ]

    operations = [
        migrations.AddField(
            model_name="importjob",
            name="export_removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
