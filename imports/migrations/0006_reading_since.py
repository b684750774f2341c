"""Note since when an export is read, to tell a second copy in it from an earlier reading of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("imports", "0005_lessons")]
    operations = [
        migrations.AddField(
            model_name="importjob",
            name="reading_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
