"""The records behind a figure: rows of one of the streams, or published statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.periods import Period
from jiedui.directory.queries import names
from jiedui.indicators.domain.counting import STATEMENTS
from jiedui.indicators.domain.definitions import Definition
from jiedui.indicators.domain.facts import LEARNING, LEDGER, FactRow
from jiedui.indicators.domain.question import Figure, Question, amount_of, clip_of
from jiedui.indicators.domain.statement_figure import statement_figure
from jiedui.indicators.queries import engine
from jiedui.indicators.queries.figure import (
    known_bodies,
    known_statements,
    measure_of,
    seen_by,
)
from jiedui.ledger.domain.statements import StatementRow
from jiedui.mentoring.access.apprenticeships import visible_apprenticeships, visible_studios
from jiedui.mentoring.access.cases import visible_cases
from jiedui.mentoring.access.skills import visible_certificates
from jiedui.mentoring.access.teaching import visible_attachments, visible_sessions
from jiedui.mentoring.access.techniques import visible_techniques
from jiedui.programmes.access import (
    visible_batches,
    visible_pairings,
    visible_postings,
    visible_posts,
)
from jiedui.programmes.domain.facts import LASTS, LONG_AGO

# What a row of the programmes' stream is of, by its measure; all others are of a posting.
RECORDS = {
    "pairings": "pairing",
    "dispatch_batches": "batch",
    "posts_asked": "post",
    "posts_filled": "post",
}
# Of learning, by measure; what is not named here has no page of its own.
LEARNED = {
    "apprentices": "apprenticeship", "apprentice_pairs": "apprenticeship",
    "apprentice_teams": "apprenticeship", "apprentices_independent": "apprenticeship",
    "cases_expert_led": "case", "cases_joint": "case", "cases_supervised": "case",
    "cases_local_alone": "case", "certificates_issued": "certificate",
    "certificates_in_force": "certificate", "attachments_accepted": "attachment",
    "attachments_independent": "attachment", "teaching_hours": "session",
    "learners_named": "session", "studios_open": "studio", "techniques_begun": "technique",
    "services_begun": "technique", "suitable_begun": "technique",
    "techniques_new_institution": "technique", "techniques_new_county": "technique",
    "techniques_new_region": "technique",
}  # fmt: skip


VISIBLE: dict[str, Callable[[Viewer], QuerySet[Any]]] = {
    "pairing": visible_pairings,
    "batch": visible_batches,
    "post": visible_posts,
    "posting": visible_postings,
    "apprenticeship": visible_apprenticeships,
    "case": visible_cases,
    "certificate": visible_certificates,
    "attachment": visible_attachments,
    "session": visible_sessions,
    "studio": visible_studios,
    "technique": visible_techniques,
}


Mark = tuple[Any, Any]


@dataclass(frozen=True)
class Record:
    """One record behind a figure: a row of one of the streams, or a published statement.

    ``table`` is the packs' table that names ``what`` it is. ``opens`` says whether its
    page is open to the viewer.
    """

    entry: UUID | None
    stream: str
    measure: str
    opens: bool
    table: str
    what: str
    giver: str
    receiver: str
    happened_from: date | None
    happened_to: date | None
    value: Decimal
    high: Decimal | None
    precision: str
    unit: str
    known_from: date | None
    source: str


def statements(question: Question) -> tuple[StatementRow, ...]:
    """The statements that stand, where no entry counts."""
    measure = measure_of(question, engine.definition_of(None, question))
    if not measure:
        return ()
    asked = replace(question, measure=measure, indicator="")
    return statement_figure(known_statements(asked), asked, known_bodies()).standing.rows


def records(
    viewer: Viewer,
    question: Question,
    found: Figure,
    language: str,
    *,
    limit: int | None = None,
    after: Mark | None = None,
) -> tuple[list[Record], Mark | None]:
    """The records that make up the figure, the latest event first, and the next page's mark."""
    if found.counts == STATEMENTS:
        rows = statements(question)
        bodies_named = names({b for r in rows for b in (*r.givers, *r.receivers)}, language)
        return [_statement(row, bodies_named) for row in rows], None
    visible = seen_by(viewer).organisation_ids
    ask = limit + 1 if limit is not None else None
    facts = engine.records(None, question, after, ask, visible=visible)
    following = None
    if limit is not None and len(facts) > limit:
        facts = facts[:limit]
        following = engine.page_mark(facts[-1])
    named = names({id for row in facts for id in (row.giver_id, row.receiver_id)}, language)
    definition = engine.definition_of(None, question)
    shut = _shut(viewer, facts) if limit is not None else frozenset()
    clip = clip_of(question, definition, today())
    return [
        replace(_entry(row, named, definition, clip), opens=row.entry_id not in shut)
        for row in facts
    ], following


def _shut(viewer: Viewer, facts: Sequence[FactRow]) -> frozenset[UUID]:
    """The records of programmes and of learning whose pages the viewer may not open."""
    told: dict[str, set[UUID]] = {}
    for row in facts:
        if row.stream != LEDGER:
            told.setdefault(page_of(row.stream, row.measure), set()).add(row.entry_id)
    open_ids = {
        id
        for name, ids in told.items()
        if name
        for id in VISIBLE[name](viewer).filter(id__in=ids).values_list("id", flat=True)
    }
    return frozenset(id for ids in told.values() for id in ids if id not in open_ids)


def page_of(stream: str, measure: str) -> str:
    """The page that shows a told record; blank where it has none of its own."""
    if stream == LEARNING:
        return LEARNED.get(measure, "")
    return RECORDS.get(measure, "posting")


def _entry(
    row: FactRow, named: dict[UUID, str], definition: Definition, clip: Period | None
) -> Record:
    of_kind = row.stream == LEDGER or bool(definition.kind_table)
    days = definition.numerator.count == "days"
    return Record(
        entry=row.entry_id,
        stream=row.stream,
        measure=row.measure,
        opens=True,
        table=(definition.kind_table if row.stream != LEDGER else "activity_kinds")
        if of_kind
        else "measures",
        what=row.kind if of_kind else row.measure,
        giver=named.get(row.giver_id, ""),
        receiver=named.get(row.receiver_id, ""),
        happened_from=row.happened_from if row.happened_from > LONG_AGO else None,
        happened_to=row.happened_to if row.happened_to < LASTS else None,
        value=amount_of(row, definition.numerator, clip),
        high=row.high,
        precision=row.precision,
        unit=definition.unit if days else row.unit,
        known_from=row.known_from,
        source="",
    )


def _statement(row: StatementRow, named: dict[UUID, str]) -> Record:
    def told(ids: frozenset[UUID], text: str) -> str:
        return "、".join(sorted(named.get(id, "") for id in ids)) or text

    return Record(
        entry=None,
        stream="",
        measure=row.measure,
        opens=False,
        table="measures",
        what=row.measure,
        giver=told(row.givers, row.giver_text),
        receiver=told(row.receivers, row.receiver_text),
        happened_from=row.start,
        happened_to=row.end,
        value=row.value,
        high=row.high,
        precision=row.precision,
        unit=row.unit,
        known_from=row.published_on,
        source=f"{row.publisher} {row.claim}",
    )
