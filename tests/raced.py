"""What a racing process has loaded before it is there: forked, it starts at once."""

from __future__ import annotations

import os
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.config.settings")
django.setup()
for room in ("directory", "programmes", "ledger", "mentoring", "planning", "exchange"):
    import_module(f"jiedui.{room}.actions")
