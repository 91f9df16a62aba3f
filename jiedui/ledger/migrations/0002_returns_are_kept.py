"""That a version was returned, and why, is kept beside it; what still says so is taken over."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import jiedui.core.clock
import jiedui.core.identifiers


def take_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The reason that a version in hand bears was its return's; the moment is not known better."""
    version, kept = (apps.get_model("ledger", name) for name in ("EntryVersion", "EntryReturn"))
    held = version.objects.filter(state__in=["draft", "submitted", "returned"]).exclude(reason="")
    kept.objects.bulk_create(
        kept(version_id=id, reason=reason, at=sent or recorded)
        for id, reason, sent, recorded in held.values_list(
            "id", "reason", "submitted_at", "recorded_at"
        )
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="EntryReturn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=jiedui.core.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("reason", models.CharField(max_length=400)),
                ("at", models.DateTimeField(default=jiedui.core.clock.now)),
                ("by", models.UUIDField(null=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="returns",
                        to="ledger.entryversion",
                    ),
                ),
            ],
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
