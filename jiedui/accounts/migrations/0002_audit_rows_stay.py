"""Triggers that refuse UPDATE and DELETE of audit rows, on SQLite and PostgreSQL."""

from django.db import migrations

from jiedui.accounts.sources.triggers import install, remove


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(install, remove, elidable=False)]
