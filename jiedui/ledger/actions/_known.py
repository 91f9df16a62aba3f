"""What an entry names must exist and belong together: checked against the other rooms."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from jiedui.accounts.audit import has_done
from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import InvalidInput, NotAllowed
from jiedui.directory.access import visible_people
from jiedui.directory.queries import department_home, homes_of, lineage, names, place_exists
from jiedui.ledger.access import recording_side, visible_versions
from jiedui.ledger.domain.content import Content, ParticipantInput
from jiedui.ledger.models import EntryEvidence, EvidenceFile
from jiedui.programmes.queries import pairing_for, pairing_spans


def id_of(given: Any) -> UUID | None:
    """The id of a row, or the id itself; None stays None."""
    found: UUID | None = getattr(given, "id", given)
    return found


def row_id(given: Any) -> UUID:
    """The id of a row, or the id itself."""
    found: UUID = getattr(given, "id", given)
    return found


def _first_days(start: date | None, end: date | None) -> set[date]:
    """The days on which a dated tie begins and on which it no longer holds."""
    found = {start} if start else set()
    if end and end < date.max:
        found.add(end + timedelta(days=1))
    return found


def _lineage_turns() -> dict[UUID, set[date]]:
    turns: dict[UUID, set[date]] = {}
    for row in lineage():
        turns.setdefault(row.descendant, set()).update(_first_days(row.valid_from, row.valid_to))
    return turns


def _pairing_turns() -> set[date]:
    turns: set[date] = set()
    for start, end in pairing_spans():
        turns |= _first_days(start, end)
    return turns


class Known:
    """Look-ups for one writer, each asked once: an import asks the same few all the time."""

    def __init__(self, by: User | None) -> None:
        self.by = by
        self.viewer: Viewer | None = viewer_of(by) if by else None
        if self.viewer:
            self.viewer.must("ledger.write")
        self._kept: dict[tuple[object, ...], Any] = {}

    def _once(self, key: tuple[object, ...], find: Any) -> Any:
        try:
            return self._kept[key]
        except KeyError:
            found = self._kept[key] = find()
            return found

    def side(self, giver: UUID, receiver: UUID) -> UUID:
        """The side that records; NotAllowed ``ledger-out-of-reach`` if neither is the writer's."""
        if self.viewer is None:
            return giver
        viewer = self.viewer
        found: UUID | None = self._once(
            ("side", giver, receiver), lambda: recording_side(viewer, giver, receiver)
        )
        if found is None:
            raise NotAllowed(
                "ledger-out-of-reach",
                "Neither supporter nor recipient is within your part of the tree.",
            )
        return found

    def pairing(self, programme: UUID, giver: UUID, receiver: UUID, day: date) -> UUID | None:
        """The pairing under which the entry falls; InvalidInput ``not-paired`` if there is none.

        The receiver's own work needs a receiver that exists, and no pairing.
        """
        if giver == receiver:
            if not self._once(("body", giver), lambda: names([giver], "zh-hans")):
                raise InvalidInput(
                    "organisation-unknown", "There is no such organisation.", field="receiver"
                )
            return None
        # Between two days on which any tie of the two begins or ends the answer is one.
        turns, held = self._once(
            (programme, giver, receiver), lambda: (self._turns(giver, receiver), {})
        )
        part = bisect_right(turns, day)
        if part not in held:
            pairing = pairing_for(programme, giver, receiver, day)
            held[part] = pairing.id if pairing else None
        found: UUID | None = held[part]
        if found is None:
            raise InvalidInput(
                "not-paired",
                "On %(day)s these two were not paired in this programme.",
                field="receiver",
                day=day,
            )
        return found

    def _turns(self, giver: UUID, receiver: UUID) -> list[date]:
        """First days of changed ties: of the lineage of the two, and of any pairing."""
        spans: dict[UUID, set[date]] = self._once(("lineage",), _lineage_turns)
        pairings: set[date] = self._once(("pairings",), _pairing_turns)
        return sorted(pairings | spans.get(giver, set()) | spans.get(receiver, set()))

    def place(self, place: UUID | None) -> None:
        """InvalidInput ``place-unknown`` unless it exists."""
        if place is not None and not self._once(("place", place), lambda: place_exists(place)):
            raise InvalidInput("place-unknown", "There is no such place.", field="place")

    def department(self, department: UUID | None, sides: tuple[UUID, UUID]) -> None:
        """InvalidInput ``department-elsewhere`` unless it belongs to giver or receiver."""
        if department is None:
            return
        owner = self._once(("department", department), lambda: department_home(department))
        if owner not in sides:
            raise InvalidInput(
                "department-elsewhere",
                "The department belongs neither to the supporter nor to the recipient.",
                field="department",
            )

    def participants(
        self, given: tuple[ParticipantInput, ...], day: date
    ) -> tuple[ParticipantInput, ...]:
        """People the writer may see, each with the affiliation of the day.

        InvalidInput ``person-unknown``, ``affiliation-unknown``.
        """
        if not given:
            return given
        return tuple(self._participant(line, one, day) for line, one in enumerate(given, 1))

    def _participant(self, line: int, given: ParticipantInput, day: date) -> ParticipantInput:
        spans = self._once(("person", given.person), lambda: self._affiliations(given.person))
        if spans is None:
            raise InvalidInput(
                "person-unknown",
                "There is no such person, or not for you.",
                field=f"participants.{line}.person",
            )
        if given.organisation is not None:
            return given
        held = [
            organisation
            for organisation, start, end in spans
            if (start is None or start <= day) and (end is None or day <= end)
        ]
        if not held:
            raise InvalidInput(
                "affiliation-unknown",
                "On %(day)s this person belonged to no organisation; say to which.",
                field=f"participants.{line}.organisation",
                day=day,
            )
        return ParticipantInput(given.person, held[0], given.role)

    def _affiliations(self, person: UUID) -> list[tuple[UUID, date | None, date | None]] | None:
        rows = homes_of(person)
        if self.viewer is not None:
            seen = visible_people(self.viewer).filter(id=person).exists()
            return rows if seen else None
        return rows or None

    def evidence(self, hashes: tuple[str, ...]) -> None:
        """InvalidInput ``evidence-unknown`` unless the writer may name each file.

        That is a file the writer uploaded, or one attached to a version the writer may
        see: knowing a hash opens nothing. The house may name every stored file.
        """
        for one in hashes:
            if not self._once(("file", one), lambda one=one: self._holds(one)):
                raise InvalidInput(
                    "evidence-unknown", "This file has not been uploaded.", field="evidence"
                )

    def _holds(self, sha256: str) -> bool:
        if self.by is None or self.viewer is None:
            return EvidenceFile.objects.filter(sha256=sha256).exists()
        # A file is stored once, under its first sender; the log names all who sent it.
        return (
            has_done(by=self.by, action="ledger.add-evidence", object_id=sha256)
            or EntryEvidence.objects.filter(
                file_id=sha256, version_id__in=visible_versions(self.viewer).values("id")
            ).exists()
        )

    def check(self, content: Content) -> tuple[Content, UUID, UUID | None]:
        """The content with affiliations, the side that records it, and its pairing."""
        side = self.side(content.giver, content.receiver)
        pairing = self.pairing(
            content.programme, content.giver, content.receiver, content.happened_from
        )
        self.place(content.place)
        self.department(content.department, (content.giver, content.receiver))
        self.evidence(content.evidence)
        participants = self.participants(content.participants, content.happened_from)
        if participants != content.participants:
            content = replace(content, participants=participants)
        return content, side, pairing
