"""Who helps whom and in which batch, as far as the published reports state it."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from jiedui.accounts.models import AuditRow
from jiedui.core.errors import InvalidInput
from jiedui.core.packs import vocabulary
from jiedui.directory.models import Organisation
from jiedui.ledger.commands import import_history, import_history_file
from jiedui.ledger.models import Statement
from jiedui.programmes.models import Batch, Pairing
from jiedui.programmes.queries.history import stated_ties

FOLDER = Path(__file__).resolve().parents[3] / "packs/history"
FIGURES = FOLDER / "published_figures.csv"


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_row_says_where_it_is_stated_and_no_day_that_is_not() -> None:
    ties, batches = stated_ties(FOLDER)
    rows = [*table("pairings.csv"), *table("batches.csv")]
    assert len(rows) == len(ties) + len(batches)
    assert all(row["source"] and row["stated"] for row in rows)
    days = {row.valid_from for row in (*ties, *batches)} | {
        row.valid_to for row in (*ties, *batches)
    }
    # The first batch comes to First Division Hospital; the community centres sign.
    assert days == {None, date(2016, 4, 23), date(2021, 9, 7)}
    assert {tie.kind for tie in ties} <= set(vocabulary().table("pairing_kinds"))
    assert {batch.people for batch in batches} == {None, 15}


def test_the_bodies_that_only_ties_name_stand_in_a_list_of_their_own() -> None:
    ties, batches = stated_ties(FOLDER)
    named = {name for tie in ties for name in (tie.giver, tie.receiver)}
    named |= {batch.sender for batch in batches}
    own = {row["name"]: row for row in table("pairing_bodies.csv")}
    listed = {row["name"] for row in table("organisations.csv")}
    assert not listed & own.keys()
    assert named <= listed | own.keys()
    assert own.keys() <= named | {row["part_of"] for row in own.values()}
    assert all(row["source"] for row in own.values())


@pytest.mark.django_db
def test_the_ties_come_with_the_history_and_only_once() -> None:
    outcome, created, ties = import_history_file(FIGURES, create=True)
    assert (outcome.read, len(created)) == (109, 28)
    assert (ties.pairings, ties.batches, len(ties.bodies)) == (22, 5, 19)
    assert not Pairing.objects.filter(source="").exists()
    # Two senders number differently: the province's eleventh and the hospital's sixteenth.
    numbers = {(row.sender.name, row.number) for row in Batch.objects.select_related("sender")}
    assert {("河南省", 11), ("河南省人民医院", 16), ("浙江省", 1), ("浙江省", 2)} <= numbers
    first = Batch.objects.get(sender__name="浙江省", number=1)
    assert (first.stated_people, first.valid_from) == (15, date(2016, 4, 23))
    before = [each.objects.count() for each in (Organisation, Pairing, Batch, Statement, AuditRow)]
    again = CliRunner().invoke(import_history, [str(FIGURES), "--create", "--format", "json"])
    told = json.loads(again.stdout)
    assert told["ties"] == {"bodies": [], "pairings": 0, "batches": 0}
    assert told["created"] == []
    after = [each.objects.count() for each in (Organisation, Pairing, Batch, Statement, AuditRow)]
    assert after == before


@pytest.mark.django_db
def test_without_create_and_dry_nothing_is_tied() -> None:
    import_history_file(FIGURES, create=True, dry_run=True)
    import_history_file(FIGURES)
    assert not Pairing.objects.exists()


@pytest.mark.django_db
def test_a_tie_of_somebody_unknown_is_refused_whole(tmp_path: Path) -> None:
    for name in ("published_figures.csv", "organisations.csv", "programmes.csv"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    (tmp_path / "batches.csv").write_bytes((FOLDER / "batches.csv").read_bytes())
    head, *rows = (FOLDER / "pairings.csv").read_text(encoding="utf-8").splitlines()
    lines = [head, rows[0], rows[1].replace("河北省", "某某省")]
    (tmp_path / "pairings.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        import_history_file(tmp_path / "published_figures.csv", create=True)
    assert (refused.value.code, refused.value.field) == ("tie-body-unknown", "000-p02")
    assert not Pairing.objects.exists()
    (tmp_path / "pairings.csv").write_text("tie,report\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        import_history_file(tmp_path / "published_figures.csv", create=True)
    assert refused.value.code == "ties-unreadable"
