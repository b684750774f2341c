"""Keep what a client said of a file, which tus has us repeat."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0019_milestones_of_transcripts"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="metadata",
            field=models.TextField(db_default=""),
        ),
    ]
