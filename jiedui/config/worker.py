"""Background tasks: one process that takes them from the database, one at a time."""

import os

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.config.settings")
    execute_from_command_line(["jiedui", "db_worker", "--interval", "1"])
