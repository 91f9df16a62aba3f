"""The gallery: every component with invented content, for those who build and check pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiedui.core.clock import zone
from jiedui.web.charts import ChartData, Series
from jiedui.web.pages import Crumb, Moment, Tab, render
from jiedui.web.parts import (
    Band,
    BandRow,
    Contradiction,
    Pair,
    Record,
    Side,
    Source,
    Version,
    WorkItem,
)
from jiedui.web.strips import Mark, Strip, StripChart, StripGroup
from jiedui.web.tables import Column, Filter, Table


class SampleForm(forms.Form):
    """One field of each kind; every one may be wrong."""

    name = forms.CharField(max_length=20)
    on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    count = forms.IntegerField(min_value=0)
    kind = forms.ChoiceField()
    sides = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "name": _("Name of the sample"),
            "on": _("Day"),
            "count": _("Number of cases"),
            "kind": _("Kind"),
            "sides": _("Sides"),
            "note": _("Note"),
            "agreed": _("Checked by a second person"),
        }
        for code, label in labels.items():
            self.fields[code].label = label
        self.fields["count"].help_text = _("Count each event once.")
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            ("clinic", _("Free clinic")),
            ("course", _("Course")),
        ]
        self.fields["sides"].choices = [  # type: ignore[attr-defined]
            ("giver", _("Giver")),
            ("receiver", _("Receiver")),
        ]


@dataclass(frozen=True)
class SampleRow:
    """A row of the sample list."""

    id: int
    day: date
    receiver: str
    output_class: str
    cases: int
    state: str
    tone: str


@dataclass
class GalleryPage:
    """All components."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    form: SampleForm
    table: Table
    tabs: Sequence[Tab]
    moments: Sequence[Moment]
    pair: Pair
    band: Band
    record: Record
    contradiction: Contradiction
    work: Sequence[WorkItem]
    line: ChartData
    bars: ChartData
    strips: StripChart
    day: date
    spark: Sequence[int]
    example: bool = True


def _rows() -> list[SampleRow]:
    states = [(_("Confirmed"), "ok"), (_("Waits"), "wait"), (_("Returned"), "wrong")]
    bodies = [_("Sample County Hospital"), _("Sample Second Hospital"), _("Sample Township Clinic")]
    classes = ("do", "teach", "enable")
    return [
        SampleRow(
            number,
            date(2025, 1, 1) + timedelta(days=number * 3),
            bodies[number % 3],
            classes[number * 7 % 3],
            number * 37 % 113,
            *states[number * 5 % 3],
        )
        for number in range(1, 121)
    ]


def _table(request: HttpRequest) -> Table:
    rows = _rows()
    states = sorted({row.state for row in rows})
    return Table(
        request,
        rows,
        [
            Column("day", _("Day"), kind="day", sort="day"),
            Column("receiver", _("Receiver"), sort="receiver"),
            Column("output_class", _("Class"), kind="class", sort="output_class"),
            Column("cases", _("Number"), kind="number", sort="cases", unit=_("cases")),
            Column("state", _("State"), kind="badge", tone=lambda row: row.tone),
        ],
        filters=[
            Filter("receiver", _("Receiver"), "text"),
            Filter("state", _("State"), "choice", choices=[(s, s) for s in states]),
            Filter("day", _("Day"), "dates"),
        ],
        default_sort="-day",
        title=_("Sample entries"),
        row_url=lambda row: "#table",
        size=20,
    )


def _charts() -> tuple[ChartData, ChartData]:
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    done = [12, 14, 11, 18, 22, 21, 25, 24, 28, 31, 30, 34]
    line = ChartData(
        _("Operations by month"),
        _("Month"),
        months,
        [
            Series(_("Giver"), [34 - n // 2 for n in done], "giver"),
            Series(_("Receiver"), done, "receiver"),
        ],
        unit=_("cases"),
        bands=(("2025-05", "2025-08", _("second team")),),
    )
    bars = ChartData(
        _("Do, teach, enable by quarter"),
        _("Quarter"),
        ["2025 Q1", "2025 Q2", "2025 Q3", "2025 Q4"],
        [
            Series(_("Do"), [120, 104, 80, 61], "do"),
            Series(_("Teach"), [30, 46, 62, 58], "teach"),
            Series(_("Enable"), [5, 14, 33, 66], "enable"),
        ],
        kind="stacked",
        unit=_("person-times"),
    )
    return line, bars


def _strips() -> StripChart:
    def mark(kind: Any, first: date, last: date, label: str, lane: int = 0) -> Mark:
        return Mark(kind, first, last, label, f"{label} {first} – {last}", "#strips", lane)

    one, two = date(2025, 5, 20), date(2025, 6, 10)
    heart = [
        mark("there", date(2025, 1, 1), two, "甲一"),
        mark("handover", one, two, _("handover")),
        mark("there", one, date(2025, 12, 31), "甲二", 1),
    ]
    bones = [
        mark("there", date(2025, 1, 1), date(2025, 4, 30), "甲三"),
        mark("leave", date(2025, 2, 10), date(2025, 2, 24), ""),
        mark("gap", date(2025, 5, 1), date(2025, 8, 31), _("Gap")),
        mark("planned", date(2025, 9, 1), date(2025, 12, 31), "甲四"),
    ]
    rows = [
        Strip(_("Cardiology"), heart, _("leader"), "#strips"),
        Strip(_("Orthopaedics"), bones, "", "#strips", "#strips"),
    ]
    return StripChart(
        _("Presence"), date(2025, 1, 1), date(2025, 12, 31),
        [StripGroup(_("Sample County Hospital"), rows)], date(2025, 7, 20),
    )  # fmt: skip


def _parts(page_day: date) -> dict[str, Any]:
    then = datetime(2025, 11, 3, 9, 20, tzinfo=zone())
    pair = Pair(
        Side(_("Sample Provincial Hospital"), "#pair", _("tertiary, grade A")),
        Side(_("Sample County Hospital"), "#pair", _("secondary, grade B")),
        _("Hospital to hospital"),
        _("since %(day)s") % {"day": "2024-01-01"},
        (_("people"), _("technique"), _("money")),
    )
    band = Band(
        _("From doing to enabling"),
        [
            BandRow(_("first batch"), 820, 140, 22),
            BandRow(_("second batch"), 610, 330, 96),
            BandRow(_("third batch"), 300, 420, 281),
        ],
        _("person-times"),
    )
    record = Record(
        "2025-10-28",
        then,
        "甲一",
        (
            Version(2, _("Confirmed"), "ok", then, "乙二", current=True),
            Version(
                1,
                _("Superseded"),
                "plain",
                then - timedelta(days=4),
                "甲一",
                _("Two cases were counted twice."),
            ),
        ),
    )
    contradiction = Contradiction(
        _("Rescues of critically ill patients"),
        _("falls"),
        Source(
            _("Sample report one"),
            date(2025, 4, 24),
            Decimal(2000),
            "at_least",
            _("cases"),
            "2016 – 2025-04",
        ),
        Source(
            _("Sample report two"),
            date(2025, 7, 31),
            Decimal(451),
            "exact",
            _("cases"),
            "2016 – 2025-07",
        ),
        _("A number that only grows was smaller later: do the two reports count the same thing?"),
    )
    work = [
        WorkItem(
            _("Entries wait for your confirmation"),
            "#work",
            page_day - timedelta(days=21),
            _("Sample Second Hospital, free clinics and courses"),
            "wrong",
            _("Confirm"),
            14,
        ),
        WorkItem(
            _("An entry was returned to you"),
            "#work",
            page_day - timedelta(days=3),
            _("The place of service is missing."),
            "wait",
            _("Correct"),
        ),
    ]
    moments = [
        Moment(then, _("Confirmed"), who="乙二", tone="ok"),
        Moment(then - timedelta(days=1), _("Submitted"), who="甲一", tone="wait"),
        Moment(
            then - timedelta(days=2),
            _("Returned"),
            _("The place of service is missing."),
            "乙二",
            "wrong",
        ),
        Moment(then - timedelta(days=4), _("Drafted"), who="甲一"),
    ]
    return {
        "pair": pair,
        "band": band,
        "record": record,
        "contradiction": contradiction,
        "work": work,
        "moments": moments,
    }


@require_http_methods(["GET", "POST"])
def gallery(request: HttpRequest) -> HttpResponseBase:
    """Every component on one page; the sample form keeps nothing."""
    form = SampleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("The sample is right. Nothing was kept."))
        form = SampleForm()
    line, bars = _charts()
    page = GalleryPage(
        title=_("Components"),
        lead=_("Every piece of which pages are made, with invented content."),
        crumbs=[Crumb(_("Today"), "/"), Crumb(_("Components"))],
        form=form,
        table=_table(request),
        tabs=[
            Tab(_("Overview"), "#tabs", current=True),
            Tab(_("Entries"), "#tabs", count=1204),
            Tab(_("Versions"), "#tabs"),
        ],
        line=line,
        bars=bars,
        strips=_strips(),
        day=date(2025, 12, 31),
        spark=(3, 4, 4, 6, 9, 8, 12, 15),
        **_parts(date(2025, 11, 20)),
    )
    return render(request, "web/gallery.html", page, status=422 if form.errors else 200)
