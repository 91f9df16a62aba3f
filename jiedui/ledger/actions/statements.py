"""Read published figures into the ledger, and say whom they are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import number_facts, record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.errors import InvalidInput
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import find_organisation, names
from jiedui.ledger.access import get_statement, must_place
from jiedui.ledger.actions._known import row_id
from jiedui.ledger.domain.content import plain_hash
from jiedui.ledger.domain.history import RowError, StatementDraft, in_order, read_rows
from jiedui.ledger.models import Placing, Publication, Statement


@dataclass
class HistoryOutcome:
    """What an import of published figures did, or would do."""

    rows: int = 0
    read: int = 0
    repeated: int = 0
    placed: int = 0
    unplaced: list[dict[str, str]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def _places(
    text: str, kept: dict[str, UUID | None], find: Callable[[str], UUID | None]
) -> tuple[bool, frozenset[UUID]]:
    """Whether a name could be placed, and by whom; a blank name is placed as nobody."""
    if not text:
        return True, frozenset()
    if text not in kept:
        kept[text] = find(text)
    found = kept[text]
    return found is not None, frozenset({found} if found else ())


def _find(name: str) -> UUID | None:
    found = find_organisation(name)
    return found.id if found else None


def check_history(
    rows: Sequence[tuple[int, Mapping[str, str]]],
) -> tuple[list[StatementDraft], list[RowError]]:
    """Read the rows without writing: drafts that can be stored, and errors by line and column.

    A claim that is stored with another content is an error; nothing published is
    changed once read.
    """
    stored = dict(Statement.objects.values_list("claim", "content_hash"))
    drafts, errors = read_rows(rows, vocabulary(), frozenset(stored))
    taken = [
        RowError(
            draft.line,
            "claim",
            InvalidInput(
                "claim-changed",
                "Claim %(claim)s is in the ledger with another content; it was left as it is.",
                field="claim",
                claim=draft.claim,
            ),
        )
        for draft in drafts
        if stored.get(draft.claim, draft.hash()) != draft.hash()
    ]
    publications = _publications(drafts)
    for draft in drafts:
        if publications[draft.report] != (draft.publisher, draft.published_on):
            taken.append(
                RowError(
                    draft.line,
                    "report",
                    InvalidInput(
                        "report-differs",
                        "Report %(report)s has another publisher or date elsewhere.",
                        field="report",
                        report=draft.report,
                    ),
                )
            )
    faulty = {error.line for error in taken}
    errors = sorted(errors + taken, key=lambda error: (error.line, error.column))
    return [draft for draft in drafts if draft.line not in faulty], errors


def _publications(drafts: Sequence[StatementDraft]) -> dict[str, tuple[str, date]]:
    """Publisher and day of each report: as stored, else as most of its rows say."""
    said: dict[str, Counter[tuple[str, date]]] = {}
    for draft in drafts:
        said.setdefault(draft.report, Counter())[(draft.publisher, draft.published_on)] += 1
    stored = Publication.objects.filter(code__in=said)
    return {code: counts.most_common(1)[0][0] for code, counts in said.items()} | {
        code: (publisher, day)
        for code, publisher, day in stored.values_list("code", "publisher", "published_on")
    }


def import_statements(
    *,
    by: User | None,
    rows: Sequence[tuple[int, Mapping[str, str]]],
    programmes: Mapping[str, Any],
    dry_run: bool = False,
    find: Callable[[str], UUID | None] = _find,
) -> HistoryOutcome:
    """Store published figures, rows with their line in the file; place those with known names.

    ``programmes`` gives the programme of each report by its code. A name that no
    organisation bears leaves its statement unplaced until a person assigns it;
    it is listed, not guessed. Imported again, the same rows change nothing.
    ``find`` may answer for bodies that a dry run has not created.
    """
    if by is not None:
        must_place(viewer_of(by))
    drafts, errors = check_history(rows)
    outcome = HistoryOutcome(rows=len(rows), errors=errors)
    for draft in list(drafts):
        if draft.report not in programmes:
            drafts.remove(draft)
            errors.append(
                RowError(
                    draft.line,
                    "report",
                    InvalidInput(
                        "report-without-programme",
                        "No programme is named for report %(report)s.",
                        field="report",
                        report=draft.report,
                    ),
                )
            )
    kept: dict[str, UUID | None] = {}
    sides = {}
    for draft in drafts:
        giver_known, givers = _places(draft.giver, kept, find)
        receiver_known, receivers = _places(draft.receiver, kept, find)
        if giver_known and receiver_known:
            sides[draft.claim] = (givers, receivers)
    if dry_run:
        stored = set(Statement.objects.values_list("claim", flat=True))
        outcome.repeated = sum(draft.claim in stored for draft in drafts)
        outcome.read = len(drafts) - outcome.repeated
        outcome.placed = len(sides)
        outcome.unplaced = [_named(d, kept) for d in drafts if d.claim not in sides]
    else:
        _store(by, drafts, programmes, sides, outcome)
        placed = set(
            Placing.objects.filter(statement__claim__in=[d.claim for d in drafts]).values_list(
                "statement__claim", flat=True
            )
        )
        outcome.placed = len(placed)
        outcome.unplaced = [_named(d, kept) for d in drafts if d.claim not in placed]
    return outcome


def _named(draft: StatementDraft, kept: Mapping[str, UUID | None]) -> dict[str, str]:
    missing = [text for text in (draft.giver, draft.receiver) if text and kept.get(text) is None]
    return {
        "claim": draft.claim,
        "giver": draft.giver,
        "receiver": draft.receiver,
        "name": "；".join(missing),
    }


@transaction.atomic
def _store(
    by: User | None,
    drafts: list[StatementDraft],
    programmes: Mapping[str, Any],
    sides: Mapping[str, tuple[frozenset[UUID], frozenset[UUID]]],
    outcome: HistoryOutcome,
) -> None:
    stored = dict(
        Statement.objects.select_for_update(no_key=True)
        .values_list("claim", "id")
        .order_by("claim")
    )
    new = [draft for draft in in_order(drafts) if draft.claim not in stored]
    outcome.repeated, outcome.read = len(drafts) - len(new), len(new)
    unplaced = set(
        Statement.objects.filter(
            claim__in=[d.claim for d in drafts], placings__isnull=True
        ).values_list("claim", flat=True)
    )
    late = [d for d in drafts if d.claim in unplaced and d.claim in sides]
    if not new and not late:
        return
    publications = {}
    for draft in new:
        if draft.report not in publications:
            publications[draft.report], _ = Publication.objects.get_or_create(
                code=draft.report,
                defaults={
                    "programme_id": getattr(
                        programmes[draft.report], "id", programmes[draft.report]
                    ),
                    "publisher": draft.publisher,
                    "published_on": draft.published_on,
                },
            )
    first = number_facts(len(new) + len(late))
    for offset, draft in enumerate(new):
        statement = Statement.objects.create(
            publication=publications[draft.report],
            claim=draft.claim,
            sequence=first + offset,
            content_hash=draft.hash(),
            measure=draft.measure,
            item=draft.item,
            value=draft.value,
            high=draft.high,
            precision=draft.precision,
            unit=draft.unit,
            unit_class=draft.unit_class,
            kind=draft.kind,
            giver_text=draft.giver,
            receiver_text=draft.receiver,
            period_text=draft.period_text,
            start_text=draft.start_text,
            end_text=draft.end_text,
            period_start=draft.period.start,
            period_end=draft.period.end,
            part_of_id=stored.get(draft.part_of),
            same_as_id=stored.get(draft.same_as),
            note=draft.note,
        )
        stored[draft.claim] = statement.id
        if draft.claim in sides:
            _place(statement.id, 1, first + offset, by, *sides[draft.claim])
    for offset, draft in enumerate(late, len(new)):
        _place(stored[draft.claim], 1, first + offset, by, *sides[draft.claim])
    digest = plain_hash({draft.claim: draft.hash() for draft in new})
    record(
        by=by,
        action="ledger.import-statements",
        object_kind="import",
        object_id=digest,
        count=len(new),
        placed=len([d for d in new if d.claim in sides]) + len(late),
        reports=sorted({d.report for d in drafts}),
        content_hash=digest,
    )


def _place(
    statement_id: UUID,
    number: int,
    sequence: int,
    by: User | None,
    givers: frozenset[UUID],
    receivers: frozenset[UUID],
) -> Placing:
    placing = Placing.objects.create(
        statement_id=statement_id,
        number=number,
        sequence=sequence,
        placed_by=by.id if by else None,
    )
    placing.givers.set(givers)  # type: ignore[arg-type]  # ids do
    placing.receivers.set(receivers)  # type: ignore[arg-type]
    return placing


@transaction.atomic
def place_statement(
    *,
    by: User | None,
    statement: Statement | UUID,
    givers: Sequence[Any],
    receivers: Sequence[Any],
) -> Placing:
    """Say whom a statement is about; a new version beside the earlier placings.

    A side that the report leaves blank stays empty; one that it names needs at
    least one body (InvalidInput ``organisation-missing``).
    """
    statement_id = row_id(statement)
    if by is not None:
        viewer = viewer_of(by)
        get_statement(viewer, statement_id)
        must_place(viewer)
    held = Statement.objects.select_for_update(no_key=True).get(id=statement_id)
    sides = {}
    for side, given, text in (
        ("givers", givers, held.giver_text),
        ("receivers", receivers, held.receiver_text),
    ):
        ids = frozenset(getattr(one, "id", one) for one in given)
        if len(names(ids)) != len(ids):
            raise InvalidInput("organisation-unknown", "There is no such organisation.", field=side)
        if text and not ids:
            raise InvalidInput(
                "organisation-missing",
                "The report names someone here (%(name)s); assign at least one organisation.",
                field=side,
                name=text,
            )
        sides[side] = ids
    newest = held.placings.order_by("-number").first()
    if newest is not None and (
        frozenset(newest.givers.values_list("id", flat=True)) == sides["givers"]
        and frozenset(newest.receivers.values_list("id", flat=True)) == sides["receivers"]
    ):
        return newest
    placing = _place(
        held.id,
        newest.number + 1 if newest else 1,
        number_facts(1),
        by,
        sides["givers"],
        sides["receivers"],
    )
    record(
        by=by,
        action="ledger.place",
        object_kind="statement",
        object_id=held.id,
        claim=held.claim,
        placing=placing.number,
        givers=sorted(map(str, sides["givers"])),
        receivers=sorted(map(str, sides["receivers"])),
    )
    return placing
