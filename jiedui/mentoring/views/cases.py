"""Pages of cases: the logbook, and one case with all it said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from jiedui.accounts.permissions import Viewer
from jiedui.directory.queries import organisations_called
from jiedui.mentoring.access import cases as access
from jiedui.mentoring.access.reach import PEOPLE, READ, WRITE
from jiedui.mentoring.domain.cases import LOCAL
from jiedui.mentoring.domain.states import CASE_STATES, CONFIRMED, RECORDED
from jiedui.mentoring.models import Case
from jiedui.mentoring.queries import cases as queries
from jiedui.mentoring.views import learning_words as words
from jiedui.mentoring.views.base import Request, outside, url
from jiedui.web.pages import Crumb, Moment, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import day, named, term


def case_way(*labels: str) -> tuple[Crumb, ...]:
    """The way back to the logbook."""
    return (Crumb(_("Logbook"), url("cases")), *(Crumb(each) for each in labels))


def case_name(case: Case) -> str:
    """A case by procedure and day."""
    return f"{words.learned(case.procedure)} · {day(case.happened_on)}"


@dataclass(frozen=True)
class ListPage:
    """Cases in sight."""

    title: str
    lead: str
    table: Table
    new_url: str
    waiting: int
    waiting_text: str
    waiting_url: str
    crumbs: Sequence[Crumb] = ()


def _received(rows: Any, text: str) -> Any:
    return rows.filter(receiver_id__in=organisations_called(text))


def _flagged(rows: Any, code: str) -> Any:
    return rows.exclude(flags="") if code == "any" else rows.filter(flags__contains=code)


def _led(rows: Any, value: str) -> Any:
    return rows.filter(lead__in=LOCAL if value == "local" else [value])


def _waiting(viewer: Viewer) -> int:
    return queries.awaiting(viewer)[: queries.MOST].count() if viewer.may(WRITE) else 0


@require_GET
def case_list(request: Request) -> HttpResponseBase:
    """What was done, by whom, how did it go, and what awaits a mentor?"""
    viewer = request.viewer
    viewer.must(READ)
    rows = queries.cases_of(viewer)
    try:
        if asked := request.GET.get("apprenticeship", ""):
            rows = rows.filter(apprenticeship_id=UUID(asked))
    except ValueError:
        rows = rows.none()
    records = viewer.may(WRITE)
    table = Table(
        request,
        rows,
        [
            Column("happened_on", _("Day"), kind="day", sort="happened_on",
                   url=lambda row: url("case", row.id)),
            Column("procedure", pgettext("case", "Procedure"),
                   value=lambda row: words.learned(row.procedure)),
            Column("learner", _("Apprentice or local hand"), value=lambda row: row.learner.name
                   if row.learner else "–"),
            Column("mentor", _("Mentor"), value=lambda row: row.mentor.name if row.mentor else ""),
            Column("lead", pgettext("case", "Led"), value=lambda row: str(words.LEADS[row.lead])),
            Column("difficulty", _("Difficulty"), kind="term", table="case_difficulties",
                   shown=False),
            Column("success", _("Outcome"), kind="badge",
                   value=lambda row: words.OUTCOMES[row.success],
                   tone=lambda row: "ok" if row.success else "wait"),
            Column("entrustment", _("Next time"),
                   value=lambda row: words.level_short(row.entrustment)),
            Column("receiver", _("Recipient"), value=lambda row: named(row.receiver), shown=False),
            Column("flags", _("Doubts"), value=lambda row: "；".join(
                str(each) for each in words.flags_of(row.flags)), shown=False),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: words.CASE_STATES[row.state],
                   tone=lambda row: words.CASE_TONES[row.state]),
        ],
        filters=[
            Filter("learner", _("Apprentice"), paths=("learner__name",)),
            Filter("procedure", pgettext("case", "Procedure"), "choice",
                   choices=words.table_of("procedures")),
            Filter("state", _("State"), "choice", choices=list(words.CASE_STATES.items())),
            Filter("lead", pgettext("case", "Led"), "choice", apply=_led, choices=[
                ("local", _("Led locally")), *words.LEADS.items(),
            ]),
            Filter("doubt", _("Doubts"), "choice", apply=_flagged, choices=[
                ("any", _("Any doubt")), *words.CASE_FLAGS.items(),
            ]),
            Filter("receiver", _("Recipient"), apply=_received),
            Filter("department", _("Department"), paths=("department__name",)),
            Filter("happened_on", _("Day"), "dates"),
        ],
        default_sort="-happened_on",
        title=_("Logbook"),
        empty=Empty(
            _("No case yet"),
            _("An apprentice records each case on the phone in under a minute; the mentor confirms"
              " it and says how much supervision the next one needs."),
            url("case-new") if records else "", _("Record a case"),
        ),
    )  # fmt: skip
    count = _waiting(viewer)
    text = ngettext(
        "%(n)s case waits for your confirmation.", "%(n)s cases wait for your confirmation.", count
    )
    page = ListPage(
        _("Logbook"),
        _("Cases of the own organisations.") if viewer.may(PEOPLE)
        else _("Cases in which you learned, led or taught."),
        table, url("case-new") if records else "", count,
        text % {"n": f"{count}{'+' if count == queries.MOST else ''}"}, url("cases-waiting"),
    )  # fmt: skip
    return render(request, "mentoring/cases.html", page)


@dataclass(frozen=True)
class CasePage:
    """One case: what it says, who stands for it, what it said before."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    state: Any
    tone: str
    notice: str
    outcome: Any
    met: bool
    criterion: str
    note: str
    level: str
    flags: Sequence[Any]
    facts: Sequence[tuple[Any, str, str]]
    moments: Sequence[Moment]
    steps: Sequence[tuple[str, str, bool]]


@require_GET
def case_page(request: Request, id: UUID) -> HttpResponseBase:
    """What was done, how did it go, and who confirmed it?"""
    viewer = request.viewer
    viewer.must(READ)
    case = access.get_case(viewer, id)
    page = CasePage(
        words.learned(case.procedure),
        case_way(case_name(case)),
        case.programme.example,
        words.CASE_STATES[case.state],
        words.CASE_TONES[case.state],
        case.reason,
        words.OUTCOMES[case.success],
        case.success,
        words.criterion_of(case.procedure),
        case.outcome_note,
        words.level_name(case.entrustment),
        words.flags_of(case.flags),
        _facts(case),
        _moments(case),
        _steps(viewer, case),
    )
    return render(request, "mentoring/case.html", page)


def _facts(case: Case) -> list[tuple[Any, str, str]]:
    tie = case.apprenticeship
    rows = [
        (_("Day"), day(case.happened_on), ""),
        (_("Apprentice or local hand"), case.learner.name if case.learner else "", ""),
        (_("Role"), term(case.role, "case_roles") if case.role else "", ""),
        (_("Supervision"), term(case.supervision, "supervision_levels") if case.supervision
         else "", ""),
        (pgettext("case", "Led"), str(words.LEADS[case.lead]), ""),
        (_("First operator"), case.leader.name, ""),
        (_("Mentor"), case.mentor.name if case.mentor else "", ""),
        (_("Difficulty"), term(case.difficulty, "case_difficulties"), ""),
        (_("Recipient"), named(case.receiver), ""),
        (_("Department"), case.department.name if case.department else "", ""),
        (_("Apprenticeship"), _("open the apprenticeship") if tie else "",
         url("apprenticeship", tie.id) if tie else ""),
        (_("Technique"), case.technique.name if case.technique else "",
         outside("mentoring:technique", case.technique_id) if case.technique_id else ""),
    ]  # fmt: skip
    return [row for row in rows if row[1]]


def _moments(case: Case) -> list[Moment]:
    """What the case said before, the newest first, and when it was confirmed."""
    told = {
        "correct": _("Corrected"), "return": _("Returned by the mentor"),
        "withdraw": _("Withdrawn"),
    }  # fmt: skip
    found = []
    if case.state == CONFIRMED and case.confirmed_at:
        found.append(Moment(case.confirmed_at, _("Confirmed"), tone="ok"))
    for row in queries.history_of(case):
        was = row.said
        before = "，".join(
            part for part in (
                words.learned(str(was.get("procedure"))),
                str(words.LEADS.get(str(was.get("lead")), "")),
                str(words.OUTCOMES[bool(was.get("success"))]),
                words.level_short(was.get("entrustment")),
            ) if part
        )  # fmt: skip
        detail = " · ".join(
            part for part in (row.reason, _("said before: %(what)s") % {"what": before}) if part
        )
        tone = "wrong" if row.verb != "correct" else "plain"
        found.append(Moment(row.at, told.get(row.verb, row.verb), detail, tone=tone))
    found.append(Moment(case.recorded_at, _("Recorded"), ""))
    return found


def _steps(viewer: Viewer, case: Case) -> list[tuple[str, str, bool]]:
    """What the viewer may do with it now."""
    found = []
    verbs = {step.verb for step in CASE_STATES.verbs(case.state)}
    confirms = bool(access.confirms(viewer, case))
    records = access.may_record(
        viewer, apprenticeship=case.apprenticeship, technique=case.technique,
        people=(case.learner, case.leader),
    )  # fmt: skip
    if case.state == RECORDED and confirms:
        found.append((_("Confirm"), f"{url('cases-waiting')}?case={case.id}", True))
        found.append((_("Return"), url("case-return", case.id), False))
    if "correct" in verbs and records:
        found.append((_("Correct"), url("case-correct", case.id), False))
    if "withdraw" in verbs and (confirms if case.state == CONFIRMED else records):
        found.append((_("Withdraw"), url("case-withdraw", case.id), False))
    return found
