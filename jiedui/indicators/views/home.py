"""The list of figures: what a programme can say, in the three classes of output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jiedui.indicators.access import sight
from jiedui.indicators.domain.question import Figure, Question
from jiedui.indicators.forms import address
from jiedui.indicators.queries.catalogue import definitions
from jiedui.indicators.queries.figure import moment
from jiedui.indicators.queries.figure_list import Listed, indicators, listed
from jiedui.indicators.queries.figure_scope import ProgrammeChoice, open_programmes
from jiedui.indicators.views import words
from jiedui.web.pages import Crumb, render

CLASSES = {
    "do": _("What was done for the recipient"),
    "teach": _("What was taught"),
    "enable": _("What the recipient can now do by itself"),
}


@dataclass(frozen=True)
class Card:
    """One figure of the list."""

    label: str
    figure: Figure
    unit: str
    period: str
    spark: Sequence[Decimal]
    url: str
    panel: str
    counts: str
    code: str


@dataclass(frozen=True)
class Group:
    """The figures of one class of output, or the indicators."""

    code: str
    title: Any
    cards: Sequence[Card]


@dataclass
class HomePage:
    """The list of figures."""

    title: str
    crumbs: Sequence[Crumb]
    lead: str
    example: bool
    real: bool
    programmes: Sequence[tuple[str, str]]
    programme: str
    classes: Sequence[tuple[str, str]]
    chosen_class: str
    words: str
    groups: Sequence[Group]
    count: int
    partial: str
    error: str
    band_url: str
    contradictions_url: str


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """All figures of a programme; without one, of all real programmes together."""
    viewer = request.viewer  # type: ignore[attr-defined]
    seen = sight(viewer)
    reader = words.language()
    choices = open_programmes(viewer)
    asked = request.GET.get("programme", "")
    chosen = next((row for row in choices if asked in (row.code, str(row.id))), None)
    error = "" if chosen or not asked or asked == "real" else _unknown(asked)
    if chosen is None and asked != "real" and not error:
        chosen = _only_example(choices)
    question = Question(programme=chosen.id if chosen else None)
    code = chosen.code if chosen else ""
    search = request.GET.get("q", "").strip()[:80]
    wanted = request.GET.get("class", "")
    wanted = wanted if wanted in CLASSES else ""
    with moment():
        found = listed(viewer, question)
        own = indicators(viewer, question, _separate())
    cards = [(row.output_class, _card(row, code, reader)) for row in found]
    groups = [
        Group(each, title, _fitting([card for at, card in cards if at == each], search))
        for each, title in CLASSES.items()
        if wanted in ("", each)
    ]
    if not wanted:
        more = _fitting([_card(row, code, reader) for row in own], search)
        groups.append(Group("indicators", _("Indicators"), more))
    groups = [group for group in groups if group.cards]
    page = HomePage(
        title=gettext("Figures"),
        crumbs=(),
        lead=gettext("Every number opens to its definition, its parts and its records."),
        example=bool(chosen and chosen.example),
        real=not (chosen and chosen.example),
        programmes=[
            ("real", gettext("all real programmes")),
            *((row.code, _choice(row, reader)) for row in choices),
        ],
        programme=code or "real",
        classes=[(each, words.term("output_classes", each)) for each in CLASSES],
        chosen_class=wanted,
        words=search,
        groups=groups,
        count=sum(len(group.cards) for group in groups),
        partial=""
        if seen.everything
        else gettext("Of the entries only those of your organisations"),
        error=error,
        band_url=f"{reverse('indicators:band')}?{urlencode({'programme': code})}" if code else "",
        contradictions_url=reverse("indicators:contradictions")
        + (f"?{urlencode({'programme': code})}" if code else ""),
    )
    return render(request, "indicators/home.html", page, status=422 if error else 200)


def _unknown(text: str) -> str:
    return gettext("There is no programme “%(text)s” that is open to you.") % {"text": text[:80]}


def _only_example(choices: Sequence[ProgrammeChoice]) -> ProgrammeChoice | None:
    """Where there is no real programme yet, the example is what there is to look at."""
    return choices[0] if choices and all(row.example for row in choices) else None


def _choice(row: ProgrammeChoice, reader: str) -> str:
    label = row.label(reader)
    return gettext("%(name)s (example)") % {"name": label} if row.example else label


def _separate() -> list[str]:
    """Indicators that are more than the plain sum of one measure."""
    return [
        code
        for code, each in definitions().items()
        if not each.states
        and (each.ratio or each.numerator.count != "sum" or len(each.numerator.measures) != 1)
    ]


def _card(row: Listed, programme: str, reader: str) -> Card:
    query = address(row.asks, programme)
    return Card(
        label=words.measure(row.asks),
        figure=row.figure,
        unit=words.unit(row.figure.unit),
        period=words.period(row.figure.period),
        spark=row.course,
        url=f"{reverse('indicators:figure')}?{query}",
        panel=f"{reverse('indicators:panel')}?{query}",
        counts=str(words.COUNTS.get(row.figure.counts, "")),
        code=row.measure or row.indicator,
    )


def _fitting(cards: Sequence[Card], search: str) -> list[Card]:
    """The cards that hold every word of the search."""
    found = list(cards)
    for word in search.casefold().split():
        found = [card for card in found if word in f"{card.label} {card.code}".casefold()]
    return found
