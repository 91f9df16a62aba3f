"""What goes into and comes out of a write of many entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from jiedui.core.errors import Refused
from jiedui.ledger.domain.content import EntryInput


@dataclass(frozen=True)
class RowRefusal:
    """Why row ``index`` (from 0) was not taken; ``refused.field`` says where in the row."""

    index: int
    refused: Refused


@dataclass
class Recorded:
    """The outcome of a bulk write: counts, the hash of what was taken, and each refusal.

    ``recorded`` are new, ``repeated`` were there already with the same content.
    """

    recorded: int = 0
    repeated: int = 0
    content_hash: str = ""
    refused: list[RowRefusal] = field(default_factory=list)


@dataclass(frozen=True)
class PastVersion:
    """A version as it went: its content, its days, and how it ended up.

    ``state`` is draft, submitted, returned, confirmed, superseded or withdrawn;
    ``confirmed_on`` is set if it ever was confirmed, ``ended_on`` if it was
    superseded or withdrawn.
    """

    content: EntryInput
    state: str
    recorded_on: date
    recorded_by: UUID | None = None
    confirmed_on: date | None = None
    confirmed_by: UUID | None = None
    ended_on: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class PastEntry:
    """An entry with all its versions, in order."""

    id: UUID
    versions: Sequence[PastVersion]
