"""Wrong codes typed into pages without a log-in, so that nobody can try them all."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from jiedui.core.clock import now


class CodeTry(models.Model):
    """A code that opened nothing: which page, from where. Forgotten after the pause."""

    id = models.BigAutoField(primary_key=True)
    purpose = models.CharField(max_length=16)
    address = models.CharField(max_length=45)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["purpose", "at"])]
