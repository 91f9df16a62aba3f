"""Figures that cannot both be true, their sources face to face; nothing is resolved here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jiedui.core.clock import today
from jiedui.core.periods import Period
from jiedui.directory.queries import names
from jiedui.indicators.access import sight
from jiedui.indicators.domain import contradictions as domain
from jiedui.indicators.domain import counting
from jiedui.indicators.domain.question import Question
from jiedui.indicators.forms import ContradictionsForm
from jiedui.indicators.queries.contradictions import contradictions as found_contradictions
from jiedui.indicators.queries.figure import Differs, differences, moment
from jiedui.indicators.views import words
from jiedui.indicators.views.ask import choices_of, field_of, programmes_of
from jiedui.ledger.domain.statements import StatementRow
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.parts import Contradiction, Source

KINDS = {
    domain.FALL: _("A total falls"),
    domain.PART_EXCEEDS_WHOLE: _("A part exceeds its whole"),
    domain.DIFFERS: _("Two numbers for one thing"),
    domain.SUM_MISMATCH: _("Lines do not make the sum"),
    counting.DIFFERS: _("Differs from the ledger"),
    domain.RATE_JUMP: _("A jump in the rate"),
    domain.FLOOR_FALLS: _("A lower floor"),
    domain.NONE_ADDED: _("None added"),
}

# What a contradiction is about: its measure, item, receivers and class of unit.
Subject = domain.Contradiction | StatementRow


@dataclass
class ContradictionsPage:
    """The list, one tab for what cannot be, one for what is merely strange."""

    title: str
    crumbs: Sequence[Crumb]
    lead: str
    example: bool
    real: bool
    form: ContradictionsForm
    fields: Sequence[Any]
    tabs: Sequence[Tab]
    items: Sequence[Contradiction]
    remarks: bool


@require_safe
def contradictions(request: HttpRequest) -> HttpResponseBase:
    """Contradictions and, on a second tab, remarks."""
    viewer = request.viewer  # type: ignore[attr-defined]
    sight(viewer)
    form = ContradictionsForm(request.GET, viewer=viewer)
    valid = form.is_valid()
    remarks = request.GET.get("tab") == "remarks"
    rows: Sequence[domain.Contradiction] = ()
    if valid:
        rows = [
            row
            for row in found_contradictions(form.question, remarks=True)
            if not form.cleaned_data["kind"] or row.kind == form.cleaned_data["kind"]
        ]
    kind = form.cleaned_data.get("kind") if valid else ""
    ledger: Sequence[Differs] = ()
    if valid and kind in ("", counting.DIFFERS):
        with moment():
            ledger = differences(viewer, form.question)
    strange = [row for row in rows if row.is_remark]
    hard = [row for row in rows if not row.is_remark]
    chosen = form.programme_chosen
    code = chosen.code if chosen else ""
    told: list[Subject] = [*rows, *(each.row for each in ledger)]
    named = names({body for row in told for body in row.receivers}, words.language())
    shown = [_item(row, named, form.question, code) for row in (strange if remarks else hard)]
    if not remarks:
        shown += [_ledger_item(each, named, form.question, code) for each in ledger]
    page = ContradictionsPage(
        title=gettext("Contradictions"),
        crumbs=[
            Crumb(gettext("Figures"), reverse("indicators:home")),
            Crumb(gettext("Contradictions")),
        ],
        lead=gettext(
            "Figures that cannot both be true. Nothing is resolved here: ask the sources."
        ),
        example=bool(chosen and chosen.example),
        real=not (chosen and chosen.example),
        form=form,
        fields=[
            field_of(form, "programme", programmes_of(form)),
            field_of(form, "measure", choices_of("measures")),
            field_of(form, "receiver"),
            field_of(
                form, "kind", [("", gettext("any")), *((k, str(v)) for k, v in KINDS.items())]
            ),
            field_of(form, "as_of"),
        ],
        tabs=[
            Tab(gettext("Contradictions"), _tab(request, ""), not remarks, len(hard) + len(ledger)),
            Tab(gettext("Remarks"), _tab(request, "remarks"), remarks, len(strange)),
        ],
        items=shown,
        remarks=remarks,
    )
    return render(request, "indicators/contradictions.html", page, status=200 if valid else 422)


def _tab(request: HttpRequest, tab: str) -> str:
    kept = [(name, value) for name, value in request.GET.items() if name != "tab" and value]
    if tab:
        kept.append(("tab", tab))
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def _item(
    row: domain.Contradiction, named: dict[Any, str], question: Question, programme: str
) -> Contradiction:
    return Contradiction(
        title=_title(row, named),
        kind=str(KINDS.get(row.kind, row.kind)),
        earlier=_source(row.earlier),
        later=_source(row.later),
        question=gettext(row.question) % row.details if row.details else gettext(row.question),
        url=_url(row, question, programme),
    )


def _ledger_item(
    each: Differs, named: dict[Any, str], question: Question, programme: str
) -> Contradiction:
    """A statement that the entries of its own scope contradict."""
    row, entries = each.row, each.entries
    period = words.period(Period(row.start, row.end))
    return Contradiction(
        title=_title(row, named),
        kind=str(KINDS[counting.DIFFERS]),
        earlier=Source(
            report=row.publisher,
            published=row.published_on,
            value=row.value,
            high=row.high,
            precision=row.precision,
            unit=words.unit(row.unit),
            period=period,
        ),
        later=Source(
            report=gettext("Ledger, confirmed entries"),
            published=question.as_of or today(),
            value=entries.value,
            high=entries.high,
            precision=entries.precision,
            unit=words.unit(entries.unit),
            period=period,
        ),
        question=gettext(
            "The entries of the same supporter, recipient and period do not make the published "
            "number. Ask the publisher for the list, and the recipient for what is not recorded."
        ),
        url=_url(row, question, programme),
    )


def _title(row: Subject, named: dict[Any, str]) -> str:
    receivers = gettext(", ").join(sorted(named.get(body, "") for body in row.receivers))
    about = words.term("measures", row.measure)
    if row.item:
        about = f"{about} · {words.item(Question(measure=row.measure), row.item)}"
    return f"{receivers or row.receiver_text} · {about}"


def _url(row: Subject, question: Question, programme: str) -> str:
    pairs: dict[str, Any] = {"programme": programme, "measure": row.measure}
    if len(row.receivers) == 1:
        pairs["receiver"] = next(iter(row.receivers))
    if row.item:
        pairs["item"] = row.item
    pairs["unit_class"] = row.unit_class
    pairs["as_of"] = question.as_of
    query = urlencode({name: str(value) for name, value in pairs.items() if value})
    return f"{reverse('indicators:figure')}?{query}"


def _source(side: domain.Side) -> Source:
    about = words.term("measures", side.measure)
    return Source(
        report=f"{side.publisher} · {about}",
        published=side.published_on,
        value=side.value,
        high=side.high,
        precision=side.precision,
        unit=words.unit(side.unit),
        period=words.period(side.period),
    )
