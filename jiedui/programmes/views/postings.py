"""Pages of postings: the list, one posting with its next steps, the nomination, the own ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.errors import NotVisible
from jiedui.core.packs import vocabulary
from jiedui.core.periods import read_day
from jiedui.directory import access as directory
from jiedui.programmes import access, actions, queries
from jiedui.programmes.domain.postings import days_on_site
from jiedui.programmes.domain.states import POSTING_STATES, PRESENT, REASONED
from jiedui.programmes.forms.postings import NominationForm, StepForm
from jiedui.programmes.models import Appointment, Batch, Posting, Programme
from jiedui.programmes.queries.postings import on_day
from jiedui.programmes.views import words
from jiedui.programmes.views.posting_words import FORWARD, STEPS
from jiedui.programmes.views.posts import crumbs_of, of_side
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import day as told_day
from jiedui.web.templatetags.jiedui import named, period, term

ACTS: dict[str, Callable[..., Posting]] = {
    "screen": actions.screen,
    "approve": actions.approve,
    "decline": actions.decline,
    "withdraw": actions.withdraw,
    "travel": actions.travel,
    "arrive": actions.arrive,
    "extend": actions.extend,
    "leave": actions.leave,
    "return": actions.return_from_leave,
    "depart": actions.depart,
    "return_early": actions.return_early,
}


def posting_url(posting: Posting) -> str:
    """The page of a posting."""
    return reverse("programmes:posting", args=[posting.id])


def posting_way(posting: Posting, *labels: str) -> tuple[Crumb, ...]:
    """The way back to the posting's programme and list, and to it where more follows."""
    back = reverse("programmes:postings", args=[posting.programme_id])
    name = posting.person.name
    own = [Crumb(name, posting_url(posting)) if labels else Crumb(name)]
    return crumbs_of(
        posting.programme, Crumb(_("Postings"), back), *own, *(Crumb(each) for each in labels)
    )


def terms(table: str) -> Callable[[], list[tuple[str, str]]]:
    """A pack's table as choices of a filter."""
    return lambda: [(code, term(code, table)) for code in vocabulary().tables.get(table, {})]


def _of_team(rows: QuerySet[Posting], text: str) -> QuerySet[Posting]:
    return rows.filter(team__name__icontains=text)


def _with_issue(rows: QuerySet[Posting], _value: str) -> QuerySet[Posting]:
    return rows.filter(id__in=queries.postings.issues_open().values("posting_id"))


def _under_other_title(rows: QuerySet[Posting], _value: str) -> QuerySet[Posting]:
    return queries.credentials.under_other_title(rows)


def _on(rows: QuerySet[Posting], text: str) -> QuerySet[Posting]:
    return on_day(rows, read_day(text))


def _batches(viewer: Viewer, programme: Programme) -> Callable[[], list[tuple[str, str]]]:
    def choices() -> list[tuple[str, str]]:
        rows = access.visible_batches(viewer).filter(programme=programme)
        rows = rows.select_related("sender").order_by("-number", "sender__name", "id")
        return [(str(row.id), batch_name(row)) for row in rows[:300]]

    return choices


def batch_name(batch: Batch) -> str:
    """The batch in its sender's series."""
    return _("Batch %(n)s · %(sender)s") % {"n": batch.number, "sender": named(batch.sender)}


@dataclass(frozen=True)
class ListPage:
    """The postings of a programme."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    table: Table
    new_url: str


@require_GET
def posting_list(request: Request, id: UUID) -> HttpResponseBase:
    """Who is posted where, in which state?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    sends = viewer.may("programmes.send") or viewer.may("programmes.edit")
    new_url = reverse("programmes:posting-new", args=[programme.id]) if sends else ""
    table = Table(
        request,
        queries.postings.postings_of(viewer, programme.id).select_related("team", "batch"),
        [
            Column("person", _("Expert"), value="person__name", url=posting_url,
                   sort="person__name"),
            Column("title", _("Title"), kind="term", table="titles"),
            Column("giver", _("Giver"), value=lambda row: named(row.giver)),
            Column("receiver", _("Receiver"), value=lambda row: named(row.receiver)),
            Column("specialty", _("Specialty"), kind="term", table="specialties",
                   sort="specialty"),
            Column("kind", _("Kind of posting"), kind="term", table="posting_kinds",
                   sort="kind"),
            Column("category", _("Category of expert"), kind="term", table="expert_categories",
                   shown=False),
            Column("team", _("Team"), value="team__name", shown=False),
            Column("batch", _("Batch"), value="batch__number", kind="number", shown=False),
            Column("workload", _("Share of full time, of 100"), kind="number", shown=False),
            Column("starts_on", _("First day"), kind="day", sort="starts_on"),
            Column("ends_on", _("Last day"), kind="day", sort="ends_on"),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: words.POSTING_STATES[row.state],
                   tone=lambda row: words.POSTING_TONES[row.state]),
            Column("reason", _("Reason"), shown=False),
        ],
        filters=[
            Filter("q", _("Expert"), paths=("person__name",)),
            Filter("state", _("State"), "choice", choices=list(words.POSTING_STATES.items())),
            Filter("on", _("On the day"), "day", apply=_on),
            Filter("kind", _("Kind of posting"), "choice", choices=terms("posting_kinds")),
            Filter("category", _("Category of expert"), "choice",
                   choices=terms("expert_categories")),
            Filter("specialty", _("Specialty"), "choice", choices=terms("specialties")),
            Filter("receiver", _("Receiver"), apply=of_side("receiver")),
            Filter("giver", _("Giver"), apply=of_side("giver")),
            Filter("batch", _("Batch"), "choice", ["batch_id"], _batches(viewer, programme)),
            Filter("team", _("Team"), apply=_of_team),
            Filter("welfare", _("Welfare"), "choice",
                   choices=[("open", _("An issue is open"))], apply=_with_issue),
            Filter("titled", _("Title"), "choice",
                   choices=[("other", _("Not held on the first day"))], apply=_under_other_title),
        ],
        default_sort="-starts_on",
        title=_("Postings"),
        empty=Empty(
            _("No posting yet"),
            _("A supporter nominates an expert; once approved and arrived, days on site count."),
            new_url, _("Nominate"),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Postings"), crumbs_of(programme, Crumb(_("Postings"))), programme, programme.example,
        table, new_url,
    )  # fmt: skip
    return render(request, "programmes/postings.html", page)


@require_http_methods(["GET", "POST"])
def posting_new(request: Request, id: UUID) -> HttpResponseBase:
    """Nominate somebody."""
    viewer = request.viewer
    programme = access.get_programme(viewer, id)
    if not viewer.may("programmes.edit"):
        viewer.must("programmes.send")
    back = reverse("programmes:postings", args=[programme.id])
    form = NominationForm(
        viewer, programme, request.POST or None, initial=_given(viewer, programme, request.GET)
    )

    def act(data: dict[str, Any]) -> str:
        return posting_url(actions.nominate(by=viewer.user, programme=programme, **data))

    return submitted(
        request, form, act,
        title=_("Nominate an expert"), submit=_("Nominate"), done=_("The expert was nominated."),
        intro=_("The coordinator screens the nomination, then the recipient approves it."),
        cancel_url=back,
        crumbs=crumbs_of(programme, Crumb(_("Postings"), back), Crumb(_("Nominate an expert"))),
        example=programme.example,
    )  # fmt: skip


def _given(viewer: Viewer, programme: Programme, asked: Any) -> dict[str, Any]:
    """What the page that led here already knows: a post, batch, team, expert or day."""
    found: dict[str, Any] = {
        name: asked[name][:80]
        for name in ("batch", "team", "person", "planned_from", "planned_to")
        if name in asked
    }
    try:
        post_id = UUID(asked.get("post", ""))
    except ValueError:
        return found
    rows = access.visible_posts(viewer).filter(programme=programme, pk=post_id)
    if post := rows.select_related("receiver", "department").first():
        found |= {
            "post": post.id, "receiver": post.receiver, "department": post.department,
            "specialty": post.specialty, "category": post.category,
        }  # fmt: skip
        # A role is held in a team: without one the form would be refused as it is offered.
        if "team" in found:
            found["team_role"] = post.team_role
    return found


@dataclass(frozen=True)
class Step:
    """A step that the viewer may take now."""

    label: Any
    url: str
    forward: bool
    wrong: bool


def next_steps(viewer: Viewer, posting: Posting) -> list[Step]:
    """What the viewer may do next, what leads forward first."""
    open_now = access.open_verbs(
        viewer, POSTING_STATES, posting.state, posting.giver_id, posting.receiver_id
    )
    ordered = sorted(open_now, key=lambda verb: (verb not in FORWARD, list(STEPS).index(verb)))
    return [
        Step(
            STEPS[verb].button,
            reverse("programmes:posting-step", args=[posting.id, verb]),
            # Nobody is urged to depart while the posting lasts.
            verb in FORWARD and (verb != "depart" or posting.ends_on <= today()),
            STEPS[verb].tone == "wrong",
        )
        for verb in ordered
    ]


@require_http_methods(["GET", "POST"])
def posting_step(request: Request, id: UUID, verb: str) -> HttpResponseBase:
    """Take one step of a posting."""
    viewer = request.viewer
    viewer.must("programmes.read")
    posting = access.get_posting(viewer, id)
    if verb not in ACTS:
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    access.must_step(viewer, POSTING_STATES, verb, posting.giver_id, posting.receiver_id)
    said = STEPS[verb]
    form = StepForm(verb, request.POST or None, reasoned=verb in REASONED)
    intro = str(said.intro)
    if verb == "depart" and posting.ends_on > today():
        planned = _("The plan is to stay until %(day)s; who leaves before for a reason is recorded"
                    " as an early return.")  # fmt: skip
        intro = f"{intro} {planned % {'day': told_day(posting.ends_on)}}"
    if verb in ("screen", "approve") and (lacks := queries.credentials.lacking(posting)):
        names = _(", ").join(term(kind, "credential_kinds") for kind in lacks)
        asked = _("Not recorded for the first day, and asked for: %(names)s.") % {"names": names}
        intro = f"{intro} {asked}"

    def act(data: dict[str, Any]) -> str:
        return posting_url(ACTS[verb](by=viewer.user, posting=posting, **data))

    return submitted(
        request, form, act,
        title=_("%(step)s: %(person)s") % {"step": said.button, "person": posting.person.name},
        submit=str(said.button), done=str(said.done), intro=intro,
        cancel_url=posting_url(posting), crumbs=posting_way(posting, str(said.button)),
        tone="wrong" if said.tone == "wrong" else "", example=posting.programme.example,
    )  # fmt: skip


@dataclass(frozen=True)
class OwnPage:
    """The viewer's own postings, the present one first."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    lines: Sequence[PostingLine]


@dataclass(frozen=True)
class PostingLine:
    """A posting in a short list."""

    name: str
    url: str
    receiver: str
    programme: str
    what: str
    days: str
    on_site: str
    state: Any
    tone: str
    present: bool


def dotted(*parts: str) -> str:
    """What is known of something, one part after the other."""
    return " · ".join(part for part in parts if part)


def office_name(one: Appointment) -> str:
    """What somebody is appointed as, and where."""
    return dotted(
        term(one.kind, "host_appointments"), one.department.name if one.department else ""
    )


def told_days(count: int) -> str:
    """A number of days in words."""
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": count}


def posting_lines(rows: Sequence[Posting]) -> list[PostingLine]:
    """Postings as lines, each with its days on site so far."""
    stays = queries.postings.stays_of(row.id for row in rows)
    return [
        PostingLine(
            row.person.name,
            posting_url(row),
            named(row.receiver),
            named(row.programme),
            dotted(
                term(row.kind, "posting_kinds"),
                term(row.specialty, "specialties"),
                row.team.name if row.team else "",
            ),
            period(row.starts_on, row.ends_on),
            told_days(days_on_site(stays.get(row.id, ()), today())),
            words.POSTING_STATES[row.state],
            words.POSTING_TONES[row.state],
            row.state in PRESENT,
        )
        for row in rows
    ]  # fmt: skip


@require_GET
def own_postings(request: Request) -> HttpResponseBase:
    """Where am I posted, and what is mine to do there?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    rows = queries.postings.own_postings(viewer)
    page = OwnPage(
        pgettext("own", "My postings"),
        (Crumb(_("Programmes"), reverse("programmes:programmes")),
         Crumb(pgettext("own", "My postings"))),
        any(row.programme.example for row in rows),
        sorted(posting_lines(rows), key=lambda line: not line.present),
    )  # fmt: skip
    return render(request, "programmes/own_postings.html", page)


@dataclass(frozen=True)
class PersonPanel:
    """What a person does in the programmes: for the person's page, and as a page of its own."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    lines: Sequence[PostingLine]
    appointments: Sequence[tuple[str, str, str]]
    credentials: Sequence[Any]
    # Who keeps the person's certificates adds and ends them here.
    keeps: bool
    person_id: UUID
    day: Any
    entries_url: str
    stayed_url: str


@require_GET
def person_panel(request: Request, id: UUID) -> HttpResponseBase:
    """Where was this person posted, appointed to what, with which credentials?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    person = directory.get_person(viewer, id)
    rows = queries.postings.postings_of_person(viewer, person.id)
    receivers = {row.id: row.receiver for row in rows}
    # What of named people is open to whoever manages them, and to themselves.
    named_people = viewer.may("learning.people") or person.user_id == viewer.user.id
    page = PersonPanel(
        _("Postings of %(name)s") % {"name": person.name},
        (Crumb(_("Staff"), reverse("directory:people")),
         Crumb(person.name, reverse("directory:person", args=[person.id])),
         Crumb(_("Postings"))),
        person.example,
        posting_lines(rows),
        [
            (
                office_name(one),
                named(receivers[one.posting_id]),
                period(one.valid_from, one.valid_to),
            )
            for one in queries.postings.appointments_of(receivers)
        ],
        list(queries.credentials.credentials_of(viewer, person.id)),
        access.keeps(viewer, person.id),
        person.id,
        today(),
        link_of("ledger:entries", f"?who={person.id}") if rows else "",
        reverse("mentoring:staying-person", args=[person.id]) if rows and named_people else "",
    )  # fmt: skip
    template = "_person_panel" if request.headers.get("HX-Request") else "person_panel"
    return render(request, f"programmes/{template}.html", page)


def link_of(name: str, query: str = "") -> str:
    """The address of a list of a room above."""
    return reverse(name) + query
