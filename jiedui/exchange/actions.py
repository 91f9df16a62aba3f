"""Imports handed in, checked, written and cancelled."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from time import monotonic
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import now
from jiedui.core.errors import InvalidInput, InvalidState, Refused
from jiedui.core.sheets import safe_name
from jiedui.core.sheets.limits import MAX_BYTES
from jiedui.core.sheets.reading import kind_of
from jiedui.exchange.access import get_job, get_kind, may_steer
from jiedui.exchange.domain.states import (
    CANCELLED,
    CHECKED,
    CHECKING,
    DONE,
    ENDED,
    FAILED,
    IMPORT,
    IMPORTING,
    QUEUED,
    REFUSED,
    STOPPED,
    WAITING,
)
from jiedui.exchange.excel.declare import Fault, Options
from jiedui.exchange.excel.kinds import KINDS, kind_named
from jiedui.exchange.excel.run import Outcome, run
from jiedui.exchange.models import ImportJob
from jiedui.exchange.sources import files

FAULTS_SHOWN = 200
REMARKS_SHOWN = 50
# Progress is told at most this often.
SECONDS = 0.5
_ = str  # marks message ids for the catalogue
_log = logging.getLogger(__name__)


@transaction.atomic
def hand_in(
    *, by: User, kind: str, name: str, chunks: Iterable[bytes], programme: str = ""
) -> ImportJob:
    """Take a file: refused before parsing if it is too large or no sheet.

    Raises InvalidInput ``file-too-large``, ``file-type-unknown`` and the other
    codes of ``core.sheets.reading.kind_of``, at the field ``file``.
    """
    declared = get_kind(viewer_of(by), kind)
    if declared.needs_programme and not programme:
        raise InvalidInput(
            "programme-missing",
            "Say to which programme the entries belong.",
            field="programme",
        )
    sha256, size = files.store(chunks, MAX_BYTES)
    try:
        kind_of(files.content_path(sha256))
    except InvalidInput as refused:
        files.content_path(sha256).unlink(missing_ok=True)
        refused.field = "file"
        raise
    job = ImportJob.objects.create(
        kind=kind,
        name=safe_name(name),
        sha256=sha256,
        size=size,
        programme=programme,
        created_by=by,
    )
    record(
        by=by,
        action="exchange.hand-in",
        object_kind="import",
        object_id=job.id,
        kind=kind,
        name=job.name,
        sha256=job.sha256,
        size=size,
    )
    return job


def check_import(*, by: None, job_id: UUID) -> ImportJob:
    """The dry run, as a background task: nothing is written but what was found."""
    with files.running(job_id) as mine:
        job = _move(job_id, WAITING, "check") if mine else None
        if job is None:
            return ImportJob.objects.get(id=job_id)
        return _work(job, commit=False)[0]


def commit_import(*, by: User, job: ImportJob, good_rows: bool = False) -> ImportJob:
    """Ask for the writing of a checked import; ``good_rows`` leaves the others behind.

    Raises InvalidState ``import-has-faults`` where rows are at fault and the
    good ones alone were not asked for; ``import-empty`` where nothing is left.
    """
    with transaction.atomic():
        viewer = viewer_of(by)
        job = get_job(viewer, job.id)
        if not may_steer(viewer, job):
            raise InvalidState("import-not-yours", "Only who handed the file in may do this.")
        job = ImportJob.objects.select_for_update(no_key=True).get(id=job.id)
        if job.state in (QUEUED, IMPORTING):
            return job
        after = IMPORT.after(job.state, "commit")
        if job.bad_rows and not good_rows:
            raise InvalidState(
                "import-has-faults",
                "%(rows)s rows have faults; import the good rows alone, or correct the file.",
                rows=job.bad_rows,
            )
        if job.rows and job.bad_rows >= job.rows:
            raise InvalidState("import-empty", "No row of the file can be imported.")
        job.state, job.stopping, job.moved_at = after, False, now()
        job.save(update_fields=["state", "stopping", "moved_at"])
        record(
            by=by,
            action="exchange.commit",
            object_kind="import",
            object_id=job.id,
            kind=job.kind,
            rows=job.rows,
            left_behind=job.bad_rows,
            sha256=job.sha256,
        )
    return job


def write_import(*, by: None, job_id: UUID) -> tuple[ImportJob, tuple[tuple[str, str], ...]]:
    """The writing, as a background task, in the name of who asked for it.

    Beside the import gives what it tells once and keeps nowhere.
    """
    with files.running(job_id) as mine:
        job = _move(job_id, QUEUED, "write") if mine else None
        if job is None:
            return ImportJob.objects.get(id=job_id), ()
        return _work(job, commit=True)


def end_broken_off(*, by: None) -> list[UUID]:
    """End the imports whose process was stopped in the midst, and give those still to be begun.

    For the start of a process that works on imports: what was told to the one before it
    may be lost.
    """
    for id, state in ImportJob.objects.filter(state__in=(CHECKING, IMPORTING)).values_list(
        "id", "state"
    ):
        with files.running(id) as mine:
            if mine:
                _log.warning("import %s was broken off", id)
                _break_off(id, state)
    # What tells something once is written before the eyes of who waits for it, or not at all.
    telling = [code for code, kind in KINDS.items() if kind.tells]
    waiting = (
        ImportJob.objects.filter(state__in=(WAITING, QUEUED))
        .exclude(state=QUEUED, kind__in=telling)
        .order_by("moved_at")
    )
    return list(waiting.values_list("id", flat=True))


@transaction.atomic
def cancel_import(*, by: User, job: ImportJob) -> ImportJob:
    """Give an import up; a writing under way stops, and what was written stays."""
    viewer = viewer_of(by)
    job = get_job(viewer, job.id)
    if not may_steer(viewer, job):
        raise InvalidState("import-not-yours", "Only who handed the file in may do this.")
    job = ImportJob.objects.select_for_update(no_key=True).get(id=job.id)
    if job.state == CANCELLED:
        return job
    if job.state == IMPORTING:
        job.stopping = True
    else:
        job.state = IMPORT.after(job.state, "cancel")
        job.stopping = True
    job.moved_at = now()
    job.save(update_fields=["state", "stopping", "moved_at"])
    if job.state == CANCELLED:
        shared = ImportJob.objects.filter(sha256=job.sha256).exclude(id=job.id)
        keep = shared.exclude(state__in=ENDED).exists()
        transaction.on_commit(lambda: files.discard(job.id, job.sha256, keep_content=keep))
    record(
        by=by,
        action="exchange.cancel",
        object_kind="import",
        object_id=job.id,
        kind=job.kind,
        state=job.state,
    )
    return job


def _move(job_id: UUID, source: str, verb: str) -> ImportJob | None:
    """Take the import from one state by a verb, or None if it is elsewhere by now."""
    # What a dry run would have added is not what a writing that breaks off has added.
    moved = ImportJob.objects.filter(id=job_id, state=source).update(
        state=IMPORT.after(source, verb), moved_at=now(), added=0, unchanged=0
    )
    return ImportJob.objects.select_related("created_by").get(id=job_id) if moved else None


def _work(job: ImportJob, *, commit: bool) -> tuple[ImportJob, tuple[tuple[str, str], ...]]:
    """Run over the file; what was found is kept, and a bug breaks it off."""
    shown: list[dict[str, object]] = []
    told: tuple[tuple[str, str], ...] = ()
    at = IMPORTING if commit else CHECKING
    try:
        with files.faults_path(job.id).open("w", encoding="utf-8") as file:

            def on_fault(fault: Fault) -> None:
                if len(shown) < FAULTS_SHOWN:
                    shown.append(fault.plain())
                files.write_fault(file, fault)

            outcome = run(
                files.content_path(job.sha256),
                job.name,
                kind_named(job.kind),
                by=job.created_by,
                options=Options(programme=job.programme),
                on_fault=on_fault,
                on_progress=_teller(job.id),
                commit=commit,
            )
    except Refused as refused:
        _end(
            job.id,
            at,
            state=FAILED if commit else REFUSED,
            refusal={
                "code": refused.code,
                "message": refused.message,
                "field": refused.field or "",
                "details": {key: str(value)[:400] for key, value in refused.details.items()},
            },
        )
    except Exception:
        _log.exception("import %s broke off", job.id)
        _break_off(job.id, at)
    else:
        told = outcome.told
        done = DONE if commit else CHECKED
        _end(
            job.id,
            at,
            state=(STOPPED if commit else CANCELLED) if outcome.stopped else done,
            rows=outcome.rows,
            bad_rows=outcome.bad,
            fault_count=outcome.faults,
            added=outcome.added,
            unchanged=outcome.unchanged,
            faults=shown,
            remarks=[remark.plain() for remark in outcome.remarks[:REMARKS_SHOWN]],
            refusal={},
        )
    return ImportJob.objects.get(id=job.id), told


def _break_off(job_id: UUID, at: str) -> None:
    """Say that a check or a writing did not come to its end, and what is to be done."""
    code, message = (
        (
            "import-broke-off",
            _("The import broke off; what was written stays, and it can be repeated."),
        )
        if at == IMPORTING
        else (
            "check-broke-off",
            _("The check broke off and nothing was written; hand the file in again."),
        )
    )
    refusal = {"code": code, "message": message, "field": "", "details": {}}
    _end(job_id, at, state=FAILED if at == IMPORTING else REFUSED, refusal=refusal)


def _end(job_id: UUID, at: str, **values: object) -> None:
    """Write where the work ended, unless the owner has cancelled it meanwhile."""
    with transaction.atomic():
        ended = ImportJob.objects.filter(id=job_id, state=at).update(moved_at=now(), **values)
        if ended and at == IMPORTING:
            job = ImportJob.objects.select_related("created_by").get(id=job_id)
            record(
                by=job.created_by,
                action="exchange.import",
                object_kind="import",
                object_id=job.id,
                kind=job.kind,
                state=job.state,
                added=job.added,
                unchanged=job.unchanged,
                left_behind=job.bad_rows,
                sha256=job.sha256,
            )


def _teller(job_id: UUID) -> Callable[[Outcome], bool]:
    """Tells progress to the import's row twice a second, and hears whether to stop."""
    last = 0.0

    def tell(outcome: Outcome) -> bool:
        nonlocal last
        if monotonic() - last < SECONDS:
            return True
        last = monotonic()
        ImportJob.objects.filter(id=job_id).update(
            rows=outcome.rows, bad_rows=outcome.bad, fault_count=outcome.faults
        )
        return not ImportJob.objects.filter(id=job_id, stopping=True).exists()

    return tell
