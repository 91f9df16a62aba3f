"""Today, the search, and how to begin one's own programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today as this_day
from jiedui.home.actions import mark_seen
from jiedui.home.queries.changes import Changes, changes
from jiedui.home.queries.learning import from_learning
from jiedui.home.queries.links import link
from jiedui.home.queries.plans import from_plans
from jiedui.home.queries.postings import from_postings
from jiedui.home.queries.search import Hits, search
from jiedui.home.queries.waiting import late, oldest_first, pressing, waiting
from jiedui.programmes.access import visible_programmes
from jiedui.web.navigation import items
from jiedui.web.pages import Crumb, render
from jiedui.web.parts import WorkItem
from jiedui.web.templatetags.jiedui import day

SEEN = "today_since"


@dataclass
class TodayPage:
    """What is most pressing, what else waits, what else is late, what changed."""

    title: str
    day: str
    pressing: Sequence[WorkItem]
    waiting: Sequence[WorkItem]
    late: Sequence[WorkItem]
    changes: Changes
    reads_ledger: bool
    # For who may begin a programme while there is none.
    begin_url: str


@dataclass
class SearchPage:
    """The words and what was found for them."""

    title: str
    text: str
    kinds: Sequence[Hits]


@dataclass(frozen=True)
class Step:
    """One step on the way to one's own programme."""

    title: str
    text: str
    url: str
    action: str


@dataclass
class BeginPage:
    """From an empty house to the first figure."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    steps: Sequence[Step]


def _since(request: HttpRequest) -> datetime | None:
    """The visit before this session: what changed is told since then, however often one looks."""
    if SEEN not in request.session:
        before = mark_seen(by=request.user)  # type: ignore[arg-type]
        request.session[SEEN] = before.isoformat() if before else ""
    return parse_datetime(request.session[SEEN]) if request.session[SEEN] else None


@require_GET
def today(request: HttpRequest) -> HttpResponseBase:
    """What waits for me, what is late, what changed since I was last here."""
    viewer = request.viewer  # type: ignore[attr-defined]
    posting_waits, posting_lates = from_postings(viewer)
    plan_waits, plan_lates = from_plans(viewer)
    learning_waits, learning_lates = from_learning(viewer)
    waits = oldest_first([*waiting(viewer), *posting_waits, *plan_waits, *learning_waits])
    lates = [*oldest_first([*posting_lates, *plan_lates, *learning_lates]), *late(viewer)]
    first = pressing(waits, lates)
    page = TodayPage(
        title=_("Today"),
        day=day(this_day()),
        pressing=first,
        waiting=[item for item in waits if item not in first],
        late=[item for item in lates if item not in first],
        changes=changes(viewer, _since(request)),
        reads_ledger=viewer.may("ledger.read"),
        begin_url=link("home:begin") if _may_begin(viewer) else "",
    )
    return render(request, "home/today.html", page)


def _may_begin(viewer: Viewer) -> bool:
    return viewer.may("programmes.edit") and not visible_programmes(viewer).exists()


@require_GET
def find(request: HttpRequest) -> HttpResponseBase:
    """Search over what the viewer may see."""
    text = request.GET.get("q", "").strip()[:80]
    page = SearchPage(_("Search"), text, search(request.viewer, text))  # type: ignore[attr-defined]
    return render(request, "home/search.html", page)


@require_GET
def begin(request: HttpRequest) -> HttpResponseBase:
    """How to begin one's own programme beside the example."""
    viewer = request.viewer  # type: ignore[attr-defined]

    def opened(name: str) -> str:
        """The page's address where the reader may open it, else blank."""
        shown = any(item.url_name == name and item.shown_to(viewer) for item in items())
        return link(name) if shown else ""

    steps = [
        Step(
            _("Make accounts and give roles"),
            _(
                "The system administrator makes an account for everyone who works with Jiedui;"
                " the security administrator gives each a role over the whole or a part."
            ),
            opened("accounts:accounts"),
            _("Accounts"),
        ),
        Step(
            _("Enter places, hospitals and people"),
            _(
                "Import them from a workbook, or enter them one by one. The example's own"
                " stay apart and are never added to yours."
            ),
            opened("directory:organisations"),
            _("Directory"),
        ),
        Step(
            _("Open the programme and pair the two sides"),
            _(
                "A programme ties supporters to recipients from a day on; entries belong to a"
                " pairing."
            ),
            opened("programmes:programmes"),
            _("Programmes"),
        ),
        Step(
            _("Bring in what was done before"),
            _(
                "Figures of published reports come in as they were published; entries kept in"
                " workbooks are imported by the template, with every fault named by its cell."
            ),
            opened("exchange:jobs"),
            _("Import"),
        ),
        Step(
            _("Record, confirm, and read the figures"),
            _(
                "The supporter records, the recipient confirms. What is confirmed counts at once,"
                " and every figure opens to its records."
            ),
            opened("ledger:entries"),
            _("Ledger"),
        ),
    ]
    page = BeginPage(
        _("Begin your own programme"),
        _("Five steps, in this order. The example can stay beside it or be left out."),
        [Crumb(_("Today"), "/"), Crumb(_("Begin your own programme"))],
        steps,
    )
    return render(request, "home/begin.html", page)
