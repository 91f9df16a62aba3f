"""Files that back an entry: kept by content, attached to a version."""

from __future__ import annotations

from itertools import chain
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.files import media_type, store
from jiedui.core.sheets import safe_name
from jiedui.ledger.actions._guards import locked, must_record
from jiedui.ledger.actions._known import Known
from jiedui.ledger.domain.states import DRAFT, RETURNED
from jiedui.ledger.models import EntryEvidence, EntryVersion, EvidenceFile

HEAD = 16


def add_evidence(*, by: User | None, name: str, file: Any) -> EvidenceFile:
    """Store an uploaded file (anything with ``chunks()``) under its content.

    Safe to repeat. InvalidInput ``evidence-type-refused``, ``file-too-large``,
    ``file-empty``.
    """
    if by is not None:
        viewer_of(by).must("ledger.write")
    name = safe_name(name, otherwise="file")
    chunks = iter(file.chunks())
    first = next(chunks, b"")
    if not first:
        raise InvalidInput("file-empty", "The file is empty.", field="file")
    kind = media_type(name, first[:HEAD])
    sha256, size = store(settings.FILES, chain([first], chunks), settings.UPLOAD_LIMIT)
    actor = by.id if by else None
    with transaction.atomic():
        EvidenceFile.objects.bulk_create(
            [EvidenceFile(sha256=sha256, name=name, media_type=kind, size=size, added_by=actor)],
            ignore_conflicts=True,
        )
        record(
            by=by,
            action="ledger.add-evidence",
            object_kind="evidence",
            object_id=sha256,
            name=name,
            size=size,
        )
    return EvidenceFile.objects.get(sha256=sha256)


@transaction.atomic
def attach_evidence(
    *, by: User | None, version: EntryVersion | UUID, file: EvidenceFile, name: str = ""
) -> EntryEvidence:
    """Back a draft or returned version with a stored file; once, however often it is asked.

    InvalidInput ``evidence-unknown`` for a file that is not the writer's to name.
    """
    viewer, held = locked(by, version)
    must_record(viewer, held)
    Known(by).evidence((file.sha256,))
    if held.state not in (DRAFT, RETURNED):
        raise InvalidState(
            "evidence-closed", "Files are added to drafts; correct the entry to add one now."
        )
    attached, new = EntryEvidence.objects.get_or_create(
        version=held, file=file, defaults={"name": safe_name(name or file.name)}
    )
    if new:
        record(
            by=by,
            action="ledger.attach-evidence",
            object_kind="entry",
            object_id=held.entry_id,
            version=held.number,
            file=file.sha256,
        )
    return attached
