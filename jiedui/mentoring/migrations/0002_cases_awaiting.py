"""What waits for a confirmation is found among millions of cases."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of the few."""

    dependencies = [("mentoring", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "recorded")),
                fields=["happened_on", "id"],
                name="case_awaiting",
            ),
        ),
    ]
