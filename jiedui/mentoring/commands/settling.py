"""``jiedui learning settle``: what time alone brings about, now."""

from __future__ import annotations

import json

import click
from django.utils.translation import gettext as _

from jiedui.mentoring.tasks import settle_now


@click.command("learning.settle")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def settle(form: str) -> None:
    """Find practice owed after lapses, and see to techniques. The worker does it once a day."""
    found = settle_now()
    if form == "json":
        click.echo(json.dumps(found))
    else:
        click.echo(
            _("%(refreshers)s refreshers found owed, %(techniques)s techniques moved.") % found
        )


COMMANDS = [settle]
