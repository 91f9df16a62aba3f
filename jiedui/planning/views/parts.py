"""What a manager sees of a plan handed in: the own consents and the own people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from jiedui.planning.views import words
from jiedui.planning.views.base import Request, url
from jiedui.web.tables import Column, Empty, Filter, Table

if TYPE_CHECKING:
    from jiedui.planning.queries import ConsentLine, ScenarioSummary, TourLine


def tours_table(request: Request, tours: Sequence[TourLine], side: str) -> Table:
    """The people of a part: the giver's go somewhere, the receiver's come from somewhere."""
    far = {
        "giver": Column("giver", pgettext("tour", "Comes from"), sort="giver"),
        "receiver": Column("recipient", pgettext("tour", "Goes to"), sort="recipient"),
    }
    far.pop(side, None)
    return Table(
        request,
        tours,
        [
            Column("person", _("Expert"), sort="person"),
            *far.values(),
            Column("specialty", _("Specialty"), sort="specialty",
                   value=lambda row: words.specialty_name(row.specialty)),
            Column("first_day", _("First day"), kind="day", sort="first_day"),
            Column("last_day", _("Last day, handover included"), kind="day", sort="last_day"),
            Column("months", _("Length"), kind="number", unit=_("months")),
        ],
        filters=[
            Filter("q", _("Expert"), paths=("person",)),
            Filter("first_day", _("First day"), "dates"),
        ],
        default_sort="first_day",
        key=lambda row: row.id,
        title=_("People of your part"),
        empty=Empty(_("Nobody in this part"), ""),
    )  # fmt: skip


@dataclass(frozen=True)
class OwnConsent:
    """A consent of the viewer's own organisations."""

    line: ConsentLine
    side: Any
    tours: str
    answer: Any
    tone: str
    url: str


@dataclass(frozen=True)
class Part:
    """What a manager sees of a plan handed in: the own consents and people, others counted."""

    consents: Sequence[OwnConsent]
    table: Table
    others: str


def hidden_told(count: int) -> str:
    """How many tours of others are not shown."""
    if not count:
        return ""
    return ngettext(
        "%(n)s tour between other organisations is not shown.",
        "%(n)s tours between other organisations are not shown.",
        count,
    ) % {"n": count}


def part_of(request: Request, lines: Sequence[ConsentLine], summary: ScenarioSummary) -> Part:
    """The viewer's part of a plan handed in."""
    return Part(
        [
            OwnConsent(
                line, words.SIDES[line.side],
                ngettext("%(n)s tour", "%(n)s tours", line.tours) % {"n": line.tours},
                words.ANSWERS[line.answer], words.ANSWER_TONES[line.answer],
                url("consent", line.id),
            )
            for line in lines
        ],
        tours_table(request, summary.tours, "both"),
        hidden_told(summary.others),
    )  # fmt: skip
