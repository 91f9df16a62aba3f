"""What the planner's commands say, in the language that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _

from jiedui.planning.domain.counted import fitting
from jiedui.planning.domain.dispatch.conflict_reasons import ANYBODY, ANYWHERE
from jiedui.planning.domain.dispatch.reasons import Reason

# A file that is read: that it is not there is told like every other fault of it.
FILE = click.Path(path_type=Path)
FILE.name = "file"

_WORDS = {ANYBODY, ANYWHERE}


def said(reason: Reason) -> str:
    """The reason as a sentence."""
    message = _(fitting(reason.message, reason.values))
    if not reason.values:
        return message
    return message % {
        name: _(value) if value in _WORDS else value for name, value in reason.values.items()
    }


def plain(reason: Reason) -> dict[str, Any]:
    """The reason for a machine, with its sentence."""
    return {**reason.plain(), "text": said(reason)}
