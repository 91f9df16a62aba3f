"""An index that holds all that the totals of the whole ledger read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_returns_are_kept")]

    operations = [
        migrations.AddIndex(
            model_name="entryquantity",
            index=models.Index(
                fields=[
                    "measure",
                    "unit_class",
                    "output_class",
                    "unit",
                    "version",
                    "precision",
                    "value",
                ],
                name="quantity_totals",
            ),
        ),
    ]
