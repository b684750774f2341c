"""Remember which files may come straight to the store, so that one nobody wants is removed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0017_project_and_custom_gpt"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExpectedFile",
            fields=[
                ("storage_path", models.TextField(primary_key=True, serialize=False)),
                ("user_id", models.UUIDField()),
                ("expires_at", models.DateTimeField()),
                ("is_unwanted", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["user_id"], name="expected_of_a_user")],
            },
        ),
    ]
