"""Whether the rules of presence are kept: which rule, by which source, broken by what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render as render_fragment
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.core.errors import NotVisible
from jiedui.core.packs import Term, vocabulary
from jiedui.programmes import access
from jiedui.programmes.domain import compliance as domain
from jiedui.programmes.domain.compliance import BROKEN, KEPT, OPEN, UNJUDGED, Breach, Verdict
from jiedui.programmes.models import Posting, Programme
from jiedui.programmes.queries import compliance as queries
from jiedui.programmes.queries.compliance import Judged
from jiedui.programmes.views.posts import crumbs_of, link
from jiedui.programmes.views.presence import years_of
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, period, term

STATES: dict[str, Any] = {
    KEPT: pgettext_lazy("rule", "Kept"),
    OPEN: pgettext_lazy("rule", "Still open"),
    BROKEN: pgettext_lazy("rule", "Broken"),
    UNJUDGED: pgettext_lazy("rule", "Not judged"),
}
TONES = {KEPT: "ok", OPEN: "wait", BROKEN: "wrong", UNJUDGED: "plain"}


@dataclass(frozen=True)
class RuleLine:
    """A rule with its source and how many keep it."""

    label: str
    source: str
    kept: int
    open: int
    broken: int
    # What a leave does to it; blank where it does nothing.
    leave: str


@dataclass(frozen=True)
class Summary:
    """How many keep every rule, of those that can be judged."""

    year: int
    kept: int
    judged: int
    open: int
    # Those whom no rule judges, each told in the list with the reason.
    unjudged: int
    rules: Sequence[RuleLine]

    @property
    def percent(self) -> int | None:
        """The ratio in percent; None where nobody can be judged yet."""
        return round(100 * self.kept / self.judged) if self.judged else None


@dataclass(frozen=True)
class CompliancePage:
    """Recipients and teams of a year with the state of each rule."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    programme: Programme
    years: Sequence[int]
    summary: Summary
    table: Table
    unjudged_url: str


@dataclass(frozen=True)
class BreachLine:
    """What breaks a rule, in words, with the posting where there is one."""

    text: str
    who: str
    days: str
    url: str


@dataclass(frozen=True)
class VerdictLine:
    """One rule of a recipient or team."""

    label: str
    source: str
    state: Any
    tone: str
    found: str
    breaches: Sequence[BreachLine]


@dataclass(frozen=True)
class OnePage:
    """A recipient or team with every rule."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    programme: Programme
    year: int
    span: str
    state: Any
    tone: str
    why: str
    verdicts: Sequence[VerdictLine]


def _terms() -> dict[str, Term]:
    return dict(vocabulary().tables.get("presence_rules", {}))


def _label(code: str) -> str:
    return _terms()[code].label(get_language() or "zh-hans")


def _source(code: str) -> str:
    return _terms()[code].source


def title_of(row: Judged) -> str:
    """The name of a recipient, or of a team with where it works."""
    if row.team is None:
        return named(row.body)
    return _("%(team)s at %(body)s") % {"team": row.team.name, "body": named(row.body)}


def _leave(rule: domain.Rule) -> str:
    """What a leave does to the rule, in words."""
    if rule.measure not in (domain.UNBROKEN, domain.PRESENT):
        return ""
    if rule.leave_days:
        return ngettext(
            "a leave of at most %(n)s day is passed over",
            "a leave of at most %(n)s days is passed over",
            rule.leave_days,
        ) % {"n": rule.leave_days}
    if rule.measure == domain.UNBROKEN:
        return _("any leave breaks the stay")
    return _("on leave is not present")


def found_told(verdict: Verdict) -> str:
    """What a rule found, in words."""
    rule = verdict.rule
    if rule.measure == domain.PRESENT:
        return _("%(percent)s%% of the days") % {"percent": _floor(verdict.found)}
    count = int(verdict.found)
    if rule.measure == domain.UNBROKEN:
        return ngettext("%(n)s posting long enough", "%(n)s postings long enough", count) % {
            "n": count
        }
    return ngettext("%(n)s person", "%(n)s people", count) % {"n": count}


def _floor(share: Any) -> str:
    # 99.97 % is not the whole year: a share is never rounded up.
    return f"{int(share * 1000) / 10:g}"


def _breach(breach: Breach, verdict: Verdict, postings: dict[UUID, Posting]) -> BreachLine:
    posting = postings.get(breach.posting) if isinstance(breach.posting, UUID) else None
    who = posting.person.name if posting else _("from another sender") if breach.posting else ""
    days = period(breach.first, breach.last) if breach.first else ""
    if posting:
        days = period(posting.starts_on, posting.ends_on)
    told = {"n": breach.days, "wanted": verdict.rule.days}
    text = {
        domain.TOO_SHORT: _("%(n)s days without a break, of %(wanted)s"),
        domain.INTERRUPTED: _("%(n)s days without a break, of %(wanted)s; a leave interrupted it"),
        domain.NOBODY_THERE: _("nobody on site for %(n)s days"),
        domain.TOO_FEW: _("%(n)s people fewer than asked for"),
        domain.TOO_MANY: _("%(n)s people more than asked for"),
        domain.NO_SENIOR: _("%(n)s people with a senior title fewer than asked for"),
    }[breach.why] % told  # fmt: skip
    return BreachLine(text, who, days, link("posting", posting.id) if posting else "")


def summary_of(rows: Iterable[Judged], programme: Programme, year: int) -> Summary:
    """The counts over all rows, and each rule that judges one of them."""
    rows = list(rows)
    states = [row.state for row in rows]
    lines = []
    for rule in queries.rules_of(programme, year):
        mine = [v.state for row in rows for v in row.verdicts if v.rule.code == rule.code]
        if not mine:
            continue
        lines.append(
            RuleLine(
                _label(rule.code), _source(rule.code), mine.count(KEPT), mine.count(OPEN),
                mine.count(BROKEN), _leave(rule),
            )
        )  # fmt: skip
    return Summary(
        year, states.count(KEPT), states.count(KEPT) + states.count(BROKEN), states.count(OPEN),
        states.count(UNJUDGED), lines,
    )  # fmt: skip


def why_told(row: Judged) -> str:
    """Why no rule judges a recipient or team, in words; blank where one does."""
    if not row.why:
        return ""
    told: dict[str, Any] = {
        domain.OF_PROGRAMME: _("no rule is about programmes of this kind"),
        domain.OF_KIND: _("no rule is about bodies of the kind “%(kind)s”"),
        domain.OF_SEAT: _(
            "seated at the tier “%(tier)s”, of which the rules about bodies of its kind say nothing"
        ),
        domain.NO_SEAT: _(
            "no seat is recorded for it, and the rules are about bodies seated at a certain tier"
        ),
        domain.OF_DAY: _("the rules about it hold from a later day on"),
        domain.NOT_GROUP: _("nobody of the team was sent in the group style"),
    }
    return str(told[row.why]) % {
        "kind": term(row.body.kind, "organisation_kinds"), "tier": term(row.tier, "tiers"),
    }  # fmt: skip


def year_asked(request: Request, programme: Programme, day: date) -> tuple[int, list[int]]:
    """The year of the query, else this one, and all that can be asked for."""
    years = [year for year in years_of(programme, day) if year <= day.year]
    asked = request.GET.get("year", "").strip()
    if asked.isdecimal() and len(asked) == 4 and int(asked) in years:
        return int(asked), years
    return day.year, years


def _table(request: Request, programme: Programme, year: int, rows: list[Judged]) -> Table:
    def column(code: str) -> Column:
        def verdict(row: Judged) -> Verdict | None:
            return next((v for v in row.verdicts if v.rule.code == code), None)

        def value(row: Judged) -> str:
            found = verdict(row)
            return f"{STATES[found.state]} · {found_told(found)}" if found else ""

        def tone(row: Judged) -> str:
            found = verdict(row)
            return TONES[found.state] if found else "plain"

        return Column(code, _label(code), value=value, kind="badge", tone=tone)

    used = {verdict.rule.code for row in rows for verdict in row.verdicts}
    if request.GET.get("state") == UNJUDGED:
        # Of those whom no rule judges only the reason is told.
        used = set()
    return Table(
        request,
        rows,
        [
            Column(
                "name", _("Recipient or team"), value=title_of, sort="body__name",
                url=lambda row: _one_url(programme, row.id, year),
            ),
            Column(
                "state", _("State"), kind="badge", value=lambda row: STATES[row.state],
                tone=lambda row: TONES[row.state],
            ),
            *([Column("why", _("Why not judged"), value=why_told)]
              if any(row.why for row in rows) else []),
            *(column(rule.code) for rule in queries.rules_of(programme, year) if rule.code in used),
        ],
        filters=[
            Filter(
                "q", _("Recipient or team"),
                apply=lambda rows, text: [
                    row for row in rows if text.casefold() in title_of(row).casefold()
                ],
            ),
            Filter("state", _("State"), kind="choice", choices=list(STATES.items())),
        ],
        default_sort="name",
        title=_("Compliance %(year)s") % {"year": year},
        empty=Empty(
            _("Nobody is helped here in this year"),
            _(
                "The rules are data of the pack: each says which programmes, recipients and teams"
                " it judges."
            ),
        ),
    )  # fmt: skip


def _one_url(programme: Programme, of: UUID, year: int) -> str:
    return f"{reverse('programmes:compliance-of', args=[programme.id, of])}?year={year}"


@require_GET
def compliance(request: Request, id: UUID) -> HttpResponseBase:
    """Who keeps the rules of presence in a year, and who does not?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    year, years = year_asked(request, programme, today())
    rows = queries.judged(viewer, programme, year, today())
    return render(
        request,
        "programmes/compliance.html",
        CompliancePage(
            title=_("Compliance"),
            lead=_("Each rule with its source; what is not over yet is not judged."),
            crumbs=crumbs_of(
                programme,
                Crumb(_("Presence"), reverse("programmes:presence", args=[programme.id])),
                Crumb(_("Compliance")),
            ),
            example=programme.example,
            programme=programme,
            years=years,
            summary=summary_of(rows, programme, year),
            table=_table(request, programme, year, rows),
            unjudged_url=f"?year={year}&state={UNJUDGED}",
        ),
    )


@require_GET
def compliance_panel(request: Request, id: UUID) -> HttpResponseBase:
    """The ratio of this year, as a fragment of the programme's page."""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    day = today()
    rows = queries.judged(viewer, programme, day.year, day)
    return render_fragment(
        request,
        "programmes/_compliance_panel.html",
        {
            "summary": summary_of(rows, programme, day.year),
            "programme": programme,
            "unjudged_url": f"{reverse('programmes:compliance', args=[programme.id])}"
            f"?year={day.year}&state={UNJUDGED}",
        },
    )


@require_GET
def compliance_of(request: Request, id: UUID, of: UUID) -> HttpResponseBase:
    """Which rules does this recipient or team keep, and what breaks the others?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    year, _years = year_asked(request, programme, today())
    rows = queries.judged(viewer, programme, year, today(), of=of)
    if not rows:
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    row = rows[0]
    ids = {b.posting for v in row.verdicts for b in v.breaches if b.posting is not None}
    postings = queries.named_postings(viewer, ids)
    back = reverse("programmes:compliance", args=[programme.id])
    return render(
        request,
        "programmes/compliance_of.html",
        OnePage(
            title=title_of(row),
            crumbs=crumbs_of(
                programme, Crumb(_("Compliance"), f"{back}?year={year}"), Crumb(title_of(row))
            ),
            example=programme.example,
            programme=programme,
            year=year,
            span=period(row.period.first, row.period.last),
            state=STATES[row.state],
            tone=TONES[row.state],
            why=why_told(row),
            verdicts=[
                VerdictLine(
                    _label(v.rule.code), _source(v.rule.code), STATES[v.state], TONES[v.state],
                    found_told(v), [_breach(b, v, postings) for b in v.breaches],
                )
                for v in row.verdicts
            ],
        ),
    )  # fmt: skip
