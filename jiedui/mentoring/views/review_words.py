"""How pages tell a two-sided review: its state, who has answered, the way back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiedui.mentoring.access.reviews import ruled, sheet_of
from jiedui.mentoring.domain.reviews import (
    ALIKE,
    APART,
    BOTH_LOW,
    ONE_SIDED,
    UNANSWERED,
    WIDE,
    Gap,
)
from jiedui.mentoring.domain.states import GIVER, SUBMITTED
from jiedui.mentoring.models import ReviewRound
from jiedui.mentoring.views.base import url
from jiedui.web.pages import Crumb, Tab
from jiedui.web.templatetags.jiedui import named, term

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

TONES = {
    WIDE: "wrong", BOTH_LOW: "wait", APART: "plain", ALIKE: "ok", ONE_SIDED: "plain",
    UNANSWERED: "plain",
}  # fmt: skip


def gap_words() -> dict[str, str]:
    """How two answers may stand to each other."""
    return {
        WIDE: _("Far apart"),
        BOTH_LOW: _("Both low"),
        APART: _("A step apart"),
        ALIKE: _("Alike"),
        ONE_SIDED: _("One side only"),
        UNANSWERED: _("Not answered"),
    }


def steps_said(gap: Gap) -> str:
    """How far apart, and which side is higher."""
    if not gap.steps:
        return ""
    who = side_name(gap.higher)
    return _("%(side)s %(steps)s higher") % {"side": who, "steps": gap.steps}


def side_name(side: str) -> str:
    """The supporter or the recipient."""
    return (
        pgettext("review side", "Supporter") if side == GIVER
        else pgettext("review side", "Recipient")
    )  # fmt: skip


def stage_of(round: ReviewRound, day: date) -> tuple[str, str]:
    """How far a round is in a word, and its tone."""
    words = {
        "planned": (pgettext("review", "Planned"), "plain"),
        "open": (pgettext("review", "Being answered"), "wait"),
        "compared": (pgettext("review", "Compared"), "ok"),
        "closed": (pgettext("review", "Closed with a side missing"), "wrong"),
    }
    return words[ruled(round).stage(day)]


def handed_in(round: ReviewRound, side: str) -> tuple[str, str]:
    """Whether a side has handed in: that it did, never what."""
    if sheet_of(round, side).state == SUBMITTED:
        return _("Was handed in"), "ok"
    return _("Not handed in"), "wait"


def title_of(round: ReviewRound) -> str:
    """The phase and the two."""
    return _("%(phase)s: %(giver)s and %(receiver)s") % {
        "phase": term(round.phase, "review_phases"),
        "giver": named(round.giver),
        "receiver": named(round.receiver),
    }


def review_way(round: ReviewRound, *labels: str) -> tuple[Crumb, ...]:
    """The way back to a round, and to what follows it."""
    own = Crumb(title_of(round), url("review", round.id) if labels else "")
    return (Crumb(_("Two-sided reviews"), url("reviews")), own, *(Crumb(each) for each in labels))


def review_tabs(round: ReviewRound, current: str, *, rounds: int) -> Sequence[Tab]:
    """A round, and its change over several rounds where there are some."""
    if rounds < 2:
        return []
    return [
        Tab(_("This round"), url("review", round.id), current == "review"),
        Tab(_("Over the rounds"), url("review-change", round.id), current == "change", rounds),
    ]


def bodies_of(round: ReviewRound) -> list[Organisation]:
    """The two organisations."""
    return [round.giver, round.receiver]
