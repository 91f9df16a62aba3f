"""``jiedui demo``: load the example, print its log-ins; run again, it changes nothing."""

from __future__ import annotations

import click
from django.conf import settings

from jiedui.accounts.domain.roles import ROLES
from jiedui.accounts.queries import example_logins_active, has_recorded
from jiedui.config.example.apprentices import load_apprentices
from jiedui.config.example.certificates import load_certificates
from jiedui.config.example.departments import load_departments_example
from jiedui.config.example.dispatch import load_dispatch
from jiedui.config.example.events import DAYS
from jiedui.config.example.history import past_entries, statement_rows
from jiedui.config.example.load import (
    CODE,
    LOGINS,
    PASSWORD,
    ROLE_NAMES,
    last_day_of,
    load_directory,
)
from jiedui.config.example.planning import load_planning
from jiedui.config.example.rounds import load_round
from jiedui.config.example.sitings import load_siting
from jiedui.config.example.teaching import load_teaching
from jiedui.config.example.techniques import load_techniques
from jiedui.config.statistics import refresh_statistics
from jiedui.core.packs import vocabulary
from jiedui.indicators.actions import compact_figures
from jiedui.ledger.actions import import_statements, replay_entries
from jiedui.ledger.commands import import_history_file
from jiedui.programmes.queries import find_programme


@click.command("demo")
@click.option(
    "--scale", default=1.0, show_default=True, help="Share of the invented daily entries to make."
)
def demo(scale: float) -> None:
    """Load the example: the real published history, and an invented programme marked as such."""
    import_history_file(settings.PACKS_FOLDER / "history" / "published_figures.csv", create=True)
    last_day = last_day_of(find_programme(CODE))
    specialties = {code: term.name for code, term in vocabulary().table("specialties").items()}
    loaded = load_directory(last_day, specialties)
    load_dispatch(loaded, last_day)
    load_planning(loaded, last_day)
    load_round(loaded, last_day)
    load_siting(loaded, last_day)
    load_techniques(loaded, last_day)
    load_apprentices(loaded, last_day)
    load_certificates(loaded, last_day)
    load_teaching(loaded, last_day)
    load_departments_example(loaded, last_day)
    import_statements(
        by=None,
        rows=statement_rows(settings.PACKS_FOLDER / "example" / "published_figures.csv", last_day),
        programmes=dict.fromkeys(("EX1", "EX2", "EX3"), loaded.programme),
    )
    if not has_recorded("ledger.replay", source="example"):
        click.echo(f"{DAYS} invented days …")
        replay_entries(
            by=None,
            entries=past_entries(
                loaded,
                last_day,
                scale=scale,
                recorder=loaded.logins["supporter_manager"].id,
                confirmer=loaded.logins["recipient_manager"].id,
            ),
            source="example",
        )
        compact_figures()
    refresh_statistics()
    print_logins()


def print_logins() -> None:
    """Every role's log-in, as long as the example's log-ins are active."""
    if not example_logins_active():
        return
    click.echo(f"\n示例登录（密码均为 {PASSWORD}）  Example log-ins (password {PASSWORD}):")
    for role, (username, _) in LOGINS.items():
        click.echo(f"  {username:<12} {ROLE_NAMES[role]}  {ROLES[role].name}")
    click.echo("  管理员第二因子 Second factor of administrators: jiedui accounts code USERNAME\n")


COMMANDS = [demo]
