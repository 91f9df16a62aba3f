"""The stream of what the figures count of this room."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jiedui.programmes.models import CountedFact


class LearningFact(CountedFact):
    """What the figures count of an apprenticeship, case, certificate, session or technique."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version_id", "line", "sign"], name="learning_fact_once"
            ),
            models.CheckConstraint(condition=Q(sign__in=[1, -1]), name="learning_fact_sign"),
        ]
        indexes: ClassVar = [models.Index(fields=["record_id"])]
