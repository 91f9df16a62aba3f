"""Close the tail of the stream of facts into the store."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jiedui.accounts import audit
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.directory.domain.lineage import LineageRow
from jiedui.directory.queries import lineage
from jiedui.indicators.queries.stream import facts, newest_fact
from jiedui.indicators.sources.store import manifest as manifests
from jiedui.indicators.sources.store.manifest import Manifest
from jiedui.indicators.sources.store.reader import Limits
from jiedui.indicators.sources.store.writer import Closed, close, locked

PERMISSION = "programmes.edit"


def layout_regions(rows: Iterable[LineageRow]) -> dict[UUID, UUID]:
    """For each body the largest region that it has ever lain in and that is not nearly all.

    It parts the files of a large year and means nothing else: figures read the
    dated trees, never the name of a file.
    """
    rows = list(rows)
    size: dict[UUID, int] = {}
    for row in rows:
        size[row.ancestor] = size.get(row.ancestor, 0) + 1
    most = len({row.descendant for row in rows}) / 2
    best: dict[UUID, UUID] = {}
    for row in rows:
        former = best.get(row.descendant, row.descendant)
        if size[row.ancestor] <= most and (size[row.ancestor], row.ancestor) > (
            size[former],
            former,
        ):
            best[row.descendant] = row.ancestor
    return best


def fitting(manifest: Manifest | None) -> Manifest | None:
    """The manifest, if the database has the last fact that it took in."""
    if manifest is None:
        return None
    last = next(islice(facts(manifest.through - 1), 1), None)
    same = last is not None and (last.sequence, str(last.version_id)) == (
        manifest.through,
        manifest.anchor,
    )
    return manifest if same else None


def compact_figures(*, by: User | None = None, min_rows: int = 1) -> Closed:
    """Take the facts that are only in the database into segments; how many there were.

    Fewer than ``min_rows`` are left where they are. Idempotent: with nothing new
    nothing is written. Raises InvalidState ``compaction-running`` where another
    process does it. A store of another database is begun anew. Readers are never
    held up. The files come first and the audit row after: whoever is killed in
    between leaves a valid store.
    """
    if by is not None:
        viewer_of(by).must(PERMISSION)
    limits = Limits(settings.FIGURES_MEMORY, settings.FIGURES_THREADS, settings.HOME / "tmp")
    with locked(settings.STORE):
        stored = manifests.read(settings.STORE)
        former = fitting(stored)
        through = former.through if former else 0
        if newest_fact() - through < max(min_rows, 1):
            return Closed(0, through, len(former.segments) if former else 0)
        closed = close(
            settings.STORE,
            facts(through),
            former,
            limits,
            layout_regions(lineage()),
            generation=stored.generation + 1 if stored else 1,
        )
    if closed.rows:
        with transaction.atomic():
            audit.record(
                by=by,
                action="indicators.compact",
                object_kind="store",
                object_id=str(closed.through),
                rows=closed.rows,
                segments=closed.segments,
            )
    return closed
