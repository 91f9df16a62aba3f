"""Backup and restore: all of it or nothing, and no trust in the file."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from jiedui.accounts.actions import create_account
from jiedui.accounts.models import AuditRow, User
from jiedui.accounts.sources.triggers import lifted
from jiedui.config.backup import databases, restore
from jiedui.config.backup.place import Place
from jiedui.config.backup.restore import JOURNAL, restore_backup, settle
from jiedui.config.backup.write import write_backup
from jiedui.config.example.events import events
from jiedui.config.example.evidence import Papers
from jiedui.core.errors import InvalidInput, InvalidState, Refused
from jiedui.core.files import open_file
from jiedui.ledger.actions import add_evidence
from jiedui.ledger.models import EvidenceFile

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "postgresql" and not shutil.which("pg_dump"), reason="no pg_dump"
    ),
]


@pytest.fixture(autouse=True)
def _second_database(
    transactional_db: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let the database that is being restored be opened beside the test database."""
    monkeypatch.setattr(
        BaseDatabaseWrapper, "ensure_connection", django_db_blocker._real_ensure_connection
    )


@pytest.fixture
def live(tmp_path: Path) -> Place:
    """The house under test: the test database, files, a template, one segment."""
    place = Place(
        tmp_path / "live",
        tmp_path / "live" / "files",
        tmp_path / "live" / "store",
        dict(connection.settings_dict),
    )
    for path, content in (
        (place.files / "ab" / "abcd", b"evidence"),
        (place.files / "cd" / "cdef", b"\0" * 70_000),
        (place.store / "segments" / "1.parquet", b"PAR1"),
        (place.store / "manifest.json", b"{}"),
        (place.files / "planning" / "ef" / "efab", b"a planner's question"),
        (place.letters / "invitation.docx", b"PK"),
        (place.key_file, b"key"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    create_account(by=None, username="jia1", display_name="甲一", password="x", example=True)
    create_account(by=None, username="yi2", display_name="乙二", password="x", example=True)
    return place


def drop(place: Place, name: str) -> None:
    with databases._server(place) as server:
        found = server.execute(
            "SELECT datname FROM pg_database WHERE datname = %s OR datname LIKE %s",
            [name, f"{name}\\_before%"],
        ).fetchall()
        for (datname,) in found:
            server.execute(f'DROP DATABASE "{datname}"')


@pytest.fixture
def other(tmp_path: Path, live: Place) -> Iterator[Place]:
    """An empty house on the same kind of database."""
    home = tmp_path / "other"
    home.mkdir()
    name: str = str(home / "jiedui.sqlite3")
    if live.vendor == "postgresql":
        name = "jiedui_restore_target"
        drop(live, name)
    yield Place(home, home / "files", home / "store", {**live.database, "NAME": name})
    if live.vendor == "postgresql":
        drop(live, name)


@pytest.fixture
def archive(live: Place, tmp_path: Path) -> Path:
    write_backup(live, tmp_path / "b.tar.gz")
    return tmp_path / "b.tar.gz"


def usernames(place: Place) -> list[str]:
    with databases.opened(place, str(place.database["NAME"])) as alias:
        return sorted(User.objects.using(alias).values_list("username", flat=True))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_restored_house_holds_what_was_backed_up(
    live: Place, other: Place, archive: Path
) -> None:
    done = restore_backup(other, archive)
    assert usernames(other) == ["jia1", "yi2"]
    assert contents(other.files) == contents(live.files)
    assert contents(other.store) == contents(live.store)
    assert contents(other.letters) == contents(live.letters) != {}
    assert (done.rows, done.kept) == (2, ())
    assert other.epoch == done.epoch != live.epoch
    with (
        databases.opened(other, str(other.database["NAME"])) as alias,
        pytest.raises(DatabaseError, match="never changed"),
    ):
        AuditRow.objects.using(alias).filter(sequence=1).update(actor="x")


def test_evidence_comes_back_under_its_hash_and_with_its_row(
    live: Place, other: Place, tmp_path: Path, settings: Any
) -> None:
    settings.FILES = live.files
    papers = Papers()
    sent = [
        (add_evidence(by=None, name=paper.name, file=paper).sha256, paper.content)
        for paper in map(papers.of, events(date(2026, 9, 30), scale=0.01))
        if paper
    ]
    write_backup(live, tmp_path / "evidence.tar.gz")
    restore_backup(other, tmp_path / "evidence.tar.gz")
    with databases.opened(other, str(other.database["NAME"])) as alias:
        rows = dict(EvidenceFile.objects.using(alias).values_list("sha256", "size"))
    assert len(sent) > 12
    assert rows == {sha256: len(content) for sha256, content in sent}
    for sha256, content in sent:
        with open_file(other.files, sha256) as file:
            assert file.read() == content


def test_the_file_is_for_its_owner_only_and_appears_whole(archive: Path) -> None:
    assert archive.stat().st_mode & 0o077 == 0
    assert [path.name for path in archive.parent.iterdir() if path.name.startswith(".")] == []
    with tarfile.open(archive) as opened:
        assert opened.getnames()[0] == "manifest.json"


def test_an_existing_file_is_overwritten_only_with_force(live: Place, archive: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        write_backup(live, archive)
    assert refused.value.code == "backup-exists"
    write_backup(live, archive, force=True)


def test_a_house_with_data_is_replaced_only_with_force_and_kept_aside(
    live: Place, other: Place, archive: Path, tmp_path: Path
) -> None:
    restore_backup(other, archive)
    first = other.epoch
    (other.files / "later").write_bytes(b"later")
    create_account(by=None, username="bing3", display_name="丙三", password="x", example=True)
    write_backup(live, tmp_path / "second.tar.gz")
    with pytest.raises(InvalidState) as refused:
        restore_backup(other, tmp_path / "second.tar.gz")
    assert refused.value.code == "home-not-empty"
    done = restore_backup(other, tmp_path / "second.tar.gz", force=True)
    assert usernames(other) == ["bing3", "jia1", "yi2"]
    assert other.epoch == done.epoch != first
    assert not (other.files / "later").exists()
    assert any((Path(path) / "later").exists() for path in done.kept)


Forge = Callable[[dict[str, Any], dict[str, bytes]], None]


def rebuild(archive: Path, target: Path, forge: Forge, *, hashes: bool = True) -> Path:
    """The same backup after somebody worked on it; ``hashes`` mends the manifest."""
    with tarfile.open(archive) as opened:
        members = {m.name: opened.extractfile(m).read() for m in opened}  # type: ignore[union-attr]
    manifest = json.loads(members.pop("manifest.json"))
    forge(manifest, members)
    if hashes:
        for name, content in members.items():
            manifest["members"][name] = {
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
    with tarfile.open(target, "w:gz") as opened:
        for name, content in {"manifest.json": json.dumps(manifest).encode(), **members}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            opened.addfile(entry, io.BytesIO(content))
    return target


def changed(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["files/ab/abcd"] = b"Evidence"


def dropped(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    del members["files/ab/abcd"]


def added(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["files/extra"] = b"x"


def climbing(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["files/../../outside"] = b"x"
    manifest["members"]["files/../../outside"] = {
        "size": 1,
        "sha256": hashlib.sha256(b"x").hexdigest(),
    }


def absolute(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["/outside"] = b"x"
    manifest["members"]["/outside"] = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}


def foreign(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["product"] = "other"


def nameless(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["members"] = []


@pytest.mark.parametrize("forge", [changed, dropped, added, climbing, absolute, foreign, nameless])
def test_a_forged_file_is_refused_and_nothing_is_written(
    other: Place, archive: Path, tmp_path: Path, forge: Forge
) -> None:
    bad = rebuild(archive, tmp_path / "bad.tar.gz", forge, hashes=False)
    with pytest.raises(InvalidInput) as refused:
        restore_backup(other, bad)
    assert refused.value.code == "backup-broken"
    assert list(other.home.iterdir()) == []
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused(
    other: Place, archive: Path, tmp_path: Path, kind: bytes
) -> None:
    bad = tmp_path / "bad.tar.gz"
    with tarfile.open(archive) as old, tarfile.open(bad, "w:gz") as new:
        for member in old:
            if member.name == "files/ab/abcd":
                link = tarfile.TarInfo(member.name)
                link.type, link.linkname = kind, "/etc/passwd"
                new.addfile(link)
            else:
                new.addfile(member, old.extractfile(member))
    with pytest.raises(InvalidInput) as refused:
        restore_backup(other, bad)
    assert refused.value.code == "backup-broken"
    assert list(other.home.iterdir()) == []


@pytest.mark.parametrize("part", [0, 10, 0.5, 0.95])
def test_a_cut_off_file_is_refused(
    other: Place, archive: Path, tmp_path: Path, part: float
) -> None:
    content = archive.read_bytes()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(content[: int(part if part >= 1 else len(content) * part)])
    with pytest.raises(InvalidInput) as refused:
        restore_backup(other, cut)
    assert refused.value.code == "backup-broken"
    assert list(other.home.iterdir()) == []


def test_no_file_and_no_backup_are_told_apart(other: Place, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        restore_backup(other, tmp_path / "none.tar.gz")
    assert refused.value.code == "backup-unreadable"
    (tmp_path / "text.tar.gz").write_text("not a backup")
    with pytest.raises(InvalidInput) as refused:
        restore_backup(other, tmp_path / "text.tar.gz")
    assert refused.value.code == "backup-broken"


def test_a_backup_of_a_later_version_or_another_database_is_refused(
    other: Place, archive: Path, tmp_path: Path
) -> None:
    def later(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
        manifest["migrations"].append(["accounts", "9999_later"])

    def elsewhere(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
        manifest["vendor"] = "oracle"

    for forge, code in ((later, "backup-newer"), (elsewhere, "backup-other-database")):
        bad = rebuild(archive, tmp_path / "bad.tar.gz", forge)
        with pytest.raises(InvalidInput) as refused:
            restore_backup(other, bad)
        assert refused.value.code == code
        assert list(other.home.iterdir()) == []


def test_a_backup_with_a_broken_audit_log_is_not_restored(
    live: Place, other: Place, tmp_path: Path
) -> None:
    with lifted(connection):
        AuditRow.objects.filter(sequence=1).update(actor="yi2")
    write_backup(live, tmp_path / "b.tar.gz")
    with pytest.raises(InvalidInput) as refused:
        restore_backup(other, tmp_path / "b.tar.gz")
    assert refused.value.code == "backup-chain-broken"
    assert list(other.home.iterdir()) == []


def test_a_fault_while_moving_in_undoes_everything(
    other: Place, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore_backup(other, archive)
    before = (usernames(other), contents(other.files), other.epoch)
    (other.files / "later").write_bytes(b"later")
    real, steps = restore._do, []

    def failing(place: Place, move: restore._Move) -> None:
        steps.append(move)
        if len(steps) == 5:
            raise OSError("no space left")
        real(place, move)

    with monkeypatch.context() as patch:
        patch.setattr(restore, "_do", failing)
        with pytest.raises(OSError, match="no space"):
            restore_backup(other, archive, force=True)
    assert (other.files / "later").read_bytes() == b"later"
    (other.files / "later").unlink()
    assert (usernames(other), contents(other.files), other.epoch) == before
    assert not (other.home / JOURNAL).exists()


class Killed(BaseException):
    """Stands for kill -9: nothing of the process runs after it."""


def test_a_restore_killed_at_any_step_is_undone_by_the_next_start(
    other: Place, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore_backup(other, archive)
    (other.files / "later").write_bytes(b"later")
    before = (usernames(other), contents(other.files), other.epoch)
    real = restore._do
    for last in range(20):
        steps = 0

        def dying(place: Place, move: restore._Move, last: int = last) -> None:
            nonlocal steps
            if steps == last:
                raise Killed
            steps += 1
            real(place, move)

        with monkeypatch.context() as patch:
            patch.setattr(restore, "_do", dying)
            patch.setattr(restore, "settle", lambda place: False)
            patch.setattr(databases, "discard", lambda place, called: None)
            patch.setattr(restore, "_remove", lambda path: None)
            patch.setattr(shutil, "rmtree", lambda path, **more: None)
            try:
                restore_backup(other, archive, force=True)
            except Killed:
                pass
            else:
                break
        assert settle(other)
        assert (usernames(other), contents(other.files), other.epoch) == before
        assert not list(other.home.glob(".restore-*"))
        assert not list(other.home.glob(".*.incoming-*"))
    assert last >= 6
    assert not (other.files / "later").exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's file")
def test_sqlite_in_use_by_a_server_is_not_replaced(other: Place, archive: Path) -> None:
    restore_backup(other, archive)
    with closing(sqlite3.connect(other.database["NAME"])) as server:
        server.execute("SELECT count(*) FROM accounts_user").fetchone()
        with pytest.raises(InvalidState) as refused:
            restore_backup(other, archive, force=True)
    assert refused.value.code == "server-running"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's databases")
def test_postgresql_in_use_by_a_server_is_not_replaced(other: Place, archive: Path) -> None:
    restore_backup(other, archive)
    settings = other.database
    with (
        psycopg.connect(
            host=settings["HOST"],
            port=settings["PORT"],
            user=settings["USER"],
            password=settings["PASSWORD"] or None,
            dbname=settings["NAME"],
        ),
        pytest.raises(InvalidState) as refused,
    ):
        restore_backup(other, archive, force=True)
    assert refused.value.code == "server-running"


def test_secrets_of_the_environment_are_not_replaced_by_the_backup(
    other: Place, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "JIEDUI_SECRET_KEY" in os.environ
    restore_backup(other, archive)
    assert not other.key_file.exists()


def test_the_key_of_the_house_comes_with_the_backup(
    other: Place, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JIEDUI_SECRET_KEY")
    restore_backup(other, archive)
    assert other.key_file.read_bytes() == b"key"
    assert other.key_file.stat().st_mode & 0o077 == 0


def test_what_is_refused_says_so(other: Place, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        restore_backup(other, tmp_path / "none")
    assert "restored" not in connections.databases
