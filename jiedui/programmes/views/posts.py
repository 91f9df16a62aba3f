"""Pages of posts: what recipients ask to have filled, and whether somebody is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import organisations_called
from jiedui.programmes import access, actions
from jiedui.programmes.domain.states import POST_STATES
from jiedui.programmes.forms.posts import ClosePostForm, PostForm, ReasonForm
from jiedui.programmes.models import Post, Posting, Programme
from jiedui.programmes.queries import posts as queries
from jiedui.programmes.views import words
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb, Moment, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, period, term


def crumbs_of(programme: Programme, *more: Crumb) -> tuple[Crumb, ...]:
    """The way back to the programme, then what is given."""
    return (
        Crumb(_("Programmes"), reverse("programmes:programmes")),
        Crumb(named(programme), reverse("programmes:programme", args=[programme.id])),
        *more,
    )


def link(name: str, *args: object) -> str:
    """The address of a page of another area, or blank while there is none."""
    try:
        return reverse(f"programmes:{name}", args=args)
    except NoReverseMatch:
        return ""


def linker(name: str) -> Callable[[UUID], str]:
    """The addresses of many pages of one kind; the pattern is looked up once for all."""
    blank = link(name, UUID(int=0))
    before, _sep, after = blank.partition(str(UUID(int=0)))
    return lambda id: f"{before}{id}{after}" if blank else ""


def of_side(side: str) -> Callable[[Any, str], Any]:
    """A filter by who stands on a side: of a region, all that lies in it."""
    return lambda rows, text: rows.filter(
        **{f"{side}_id__in": organisations_called(text, with_parts=True)}
    )


def specialties_in(rows: Any) -> Callable[[], list[tuple[str, str]]]:
    """The specialties that stand in the rows, as choices of a filter."""

    def choices() -> list[tuple[str, str]]:
        held = set(rows.order_by().values_list("specialty", flat=True).distinct())
        table = vocabulary().tables.get("specialties", {})
        language = get_language() or "zh-hans"
        return [(code, t.label(language)) for code, t in table.items() if code in held]

    return choices


def terms_of(table: str) -> Callable[[], list[tuple[str, str]]]:
    """The terms of a pack's table as choices of a filter."""

    def choices() -> list[tuple[str, str]]:
        language = get_language() or "zh-hans"
        return [(t.code, t.label(language)) for t in vocabulary().tables.get(table, {}).values()]

    return choices


def states(words_of: Any) -> list[tuple[str, Any]]:
    """States as choices of a filter."""
    return list(words_of.items())


def post_title(post: Post) -> str:
    """Where and of what a post is: its department, else its specialty."""
    return post.department.name if post.department else term(post.specialty, "specialties")


def post_url(post: Post) -> str:
    """The page of a post."""
    return reverse("programmes:post", args=[post.id])


@dataclass(frozen=True)
class ListPage:
    """The posts of a programme, with how many stand in which state."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    table: Table
    new_url: str
    example: bool
    lead: str
    menu: Sequence[tuple[Any, str, bool]]


def menu_tabs(programme: Programme, current: str) -> list[tuple[Any, str, bool]]:
    """Posts, offers and wishes of one programme: what is asked and what is offered."""
    return [
        (label, reverse(f"programmes:{name}", args=[programme.id]), name == current)
        for name, label in (
            ("posts", pgettext("places to fill", "Posts")),
            ("offers", _("Menu of offers")),
            ("wishes", _("Wishes")),
        )
    ]


def _with_people(rows: list[Any]) -> Iterable[Any]:
    ids = [row.id for row in rows]
    there, coming = queries.there_now(ids), queries.coming(ids)
    for row in rows:
        row.there, row.coming = there.get(row.id, 0), coming.get(row.id, 0)
    return rows


@require_GET
def post_list(request: Request, id: UUID) -> HttpResponseBase:
    """Which posts are asked for, and which of them stand empty?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    may_ask = viewer.may("programmes.host") or viewer.may("programmes.edit")
    new_url = reverse("programmes:post-new", args=[programme.id]) if may_ask else ""
    rows = queries.posts_of(viewer, programme)
    table = Table(
        request,
        rows,
        [
            Column("receiver", _("Recipient"), value=lambda row: named(row.receiver),
                   sort="receiver__name"),
            Column("department", _("Post"), value=post_title, url=post_url),
            Column("specialty", _("Specialty"), kind="term", table="specialties",
                   sort="specialty"),
            Column("title", _("Least title"), kind="term", table="titles"),
            Column("priority", _("Priority"), kind="number", sort="priority"),
            Column("headcount", _("Asked"), kind="number", sort="headcount",
                   unit=pgettext("unit", "people")),
            Column("there", _("There"), kind="number"),
            Column("coming", _("Proposed"), kind="number"),
            Column("needed", _("Needed"), sort="needed_from",
                   value=lambda row: period(row.needed_from, row.needed_to)),
            Column("months", _("Months"), kind="number", sort="months", shown=False),
            Column("apprentices", _("Apprentices who wait"), kind="number", shown=False),
            Column("reason", _("Why it is needed"), shown=False),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: words.POST_STATES[row.state],
                   tone=lambda row: words.POST_TONES[row.state]),
        ],
        filters=[
            Filter("receiver", _("Recipient"), apply=of_side("receiver")),
            Filter("state", _("State"), kind="choice", choices=states(words.POST_STATES)),
            Filter("specialty", _("Specialty"), kind="choice", choices=specialties_in(rows)),
            Filter("priority", _("Priority"), kind="choice",
                   choices=[(n, str(n)) for n in range(1, 6)]),
        ],
        default_sort="priority",
        title=pgettext("places to fill", "Posts"),
        prepare=_with_people,
        empty=Empty(
            _("No post is asked for yet"),
            _("A recipient asks for a post; once agreed, supporters propose people for it."),
            new_url, _("Ask for a post"),
        ),
    )  # fmt: skip
    page = ListPage(
        pgettext("places to fill", "Posts"),
        crumbs_of(programme, Crumb(pgettext("places to fill", "Posts"))),
        programme,
        table,
        new_url,
        programme.example,
        _told(queries.counts(viewer, programme)),
        menu_tabs(programme, "posts"),
    )
    return render(request, "programmes/posts.html", page)


def _told(found: queries.PostCount) -> str:
    """How many posts stand where, in a sentence."""
    if not found.states:
        return ""
    return _(
        "%(filled)s posts filled, %(open)s agreed and open, %(asked)s waiting for agreement;"
        " %(there)s of %(people)s people are there."
    ) % {
        "filled": found.states.get("filled", 0),
        "open": found.states.get("agreed", 0),
        "asked": found.states.get("requested", 0),
        "there": found.there,
        "people": found.asked,
    }


@dataclass(frozen=True)
class PersonLine:
    """Somebody proposed for a post, there, or gone."""

    name: str
    url: str
    giver: str
    title: str
    days: str
    on_site: int
    state: Any
    tone: str


def person_lines(rows: Sequence[Posting]) -> list[PersonLine]:
    """Postings as lines: who, whence, as what, when, and how many days on site."""
    on_site = queries.days_on_site(row.id for row in rows)
    return [
        PersonLine(
            row.person.name,
            link("posting", row.id),
            named(row.giver),
            term(row.title, "titles"),
            period(row.starts_on, row.ends_on),
            on_site.get(row.id, 0),
            words.POSTING_STATES[row.state],
            words.POSTING_TONES[row.state],
        )
        for row in rows
    ]


@dataclass(frozen=True)
class PostPage:
    """A post: what it asks for, who is proposed, there or was, and what can be done."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    post: Post
    state: Any
    tone: str
    people: Sequence[PersonLine]
    there: int
    hidden: int
    moments: Sequence[Moment]
    verbs: frozenset[str]
    nominate_url: str


@require_GET
def post_page(request: Request, id: UUID) -> HttpResponseBase:
    """What does this post ask for, and who fills it?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    post = access.get_post(viewer, id)
    people, hidden = queries.people_of(viewer, post)
    sends = viewer.may("programmes.send") or viewer.may("programmes.edit")
    nominate = link("posting-new", post.programme_id) if sends and _is_open(post) else ""
    back = reverse("programmes:posts", args=[post.programme_id])
    page = PostPage(
        title=f"{named(post.receiver)} · {post_title(post)}",
        crumbs=crumbs_of(
            post.programme, Crumb(pgettext("places to fill", "Posts"), back),
            Crumb(post_title(post)),
        ),
        programme=post.programme,
        example=post.programme.example,
        post=post,
        state=words.POST_STATES[post.state],
        tone=words.POST_TONES[post.state],
        people=person_lines(people),
        there=queries.there_now([post.id]).get(post.id, 0),
        hidden=hidden,
        moments=_moments(post),
        verbs=access.open_verbs(viewer, POST_STATES, post.state, None, post.receiver_id),
        nominate_url=f"{nominate}?post={post.id}" if nominate else "",
    )  # fmt: skip
    return render(request, "programmes/post.html", page)


def _is_open(post: Post) -> bool:
    return post.state in ("agreed", "filled")


def _moments(post: Post) -> list[Moment]:
    found = [Moment(post.requested_at, _("The post was asked for"), tone="wait")]
    if post.agreed_on is not None and post.decided_at is not None:
        found.append(Moment(post.decided_at, _("Agreed"), tone="ok"))
    if post.state == "closed":
        refused = post.agreed_on is None and post.decided_at is not None
        title = _("Refused") if refused else _("Closed")
        at = post.decided_at if refused else post.closed_on
        found.append(Moment(at, title, post.state_reason, tone="wrong" if refused else "plain"))
    return found[::-1]


def _held(request: Request, id: UUID, verb: str) -> Post:
    """The post, if this step is the viewer's to take; else it does not exist for them."""
    post = access.get_post(request.viewer, id)
    access.must_step(request.viewer, POST_STATES, verb, None, post.receiver_id)
    return post


@require_http_methods(["GET", "POST"])
def post_new(request: Request, id: UUID) -> HttpResponseBase:
    """Ask for a post."""
    viewer = request.viewer
    programme = access.get_programme(viewer, id)
    if not (viewer.may("programmes.host") or viewer.may("programmes.edit")):
        viewer.must("programmes.host")
    back = reverse("programmes:posts", args=[programme.id])
    form = PostForm(viewer, programme, request.POST or None, initial={"needed_from": today()})

    def act(data: dict[str, Any]) -> str:
        return post_url(actions.request_post(by=viewer.user, programme=programme, **data))

    return submitted(
        request, form, act,
        title=_("Ask for a post"), submit=_("Ask"), done=_("The post was asked for."),
        intro=_("The coordinator agrees or says why not; then supporters propose people."),
        cancel_url=back,
        crumbs=crumbs_of(programme, Crumb(pgettext("places to fill", "Posts"), back),
                         Crumb(_("Ask for a post"))),
        example=programme.example,
    )  # fmt: skip


def _way(post: Post, label: str) -> tuple[Crumb, ...]:
    posts = reverse("programmes:posts", args=[post.programme_id])
    return crumbs_of(
        post.programme, Crumb(pgettext("places to fill", "Posts"), posts),
        Crumb(post_title(post), post_url(post)), Crumb(label),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def post_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Change what is asked for, while it is not decided."""
    post = _held(request, id, "edit")
    viewer = request.viewer
    fields = (
        "department", "specialty", "title", "category", "mode", "team_role", "headcount",
        "months", "needed_from", "needed_to", "apprentices", "priority", "reason",
    )  # fmt: skip
    form = PostForm(
        viewer, post.programme, request.POST or None, receiver=post.receiver,
        initial={name: getattr(post, name) for name in fields},
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        return post_url(actions.edit_post(by=viewer.user, post=post, **data))

    return submitted(
        request, form, act,
        title=_("Change the request"), submit=_("Save"), done=_("The post was changed."),
        cancel_url=post_url(post), crumbs=_way(post, _("Change the request")),
        example=post.programme.example,
    )  # fmt: skip


@require_POST
def post_agree(request: Request, id: UUID) -> HttpResponseBase:
    """Agree to a post."""
    post = _held(request, id, "agree")
    actions.agree_post(by=request.viewer.user, post=post)
    messages.success(request, _("Agreed; supporters can propose people now."))
    return redirect(post_url(post))


@require_http_methods(["GET", "POST"])
def post_refuse(request: Request, id: UUID) -> HttpResponseBase:
    """Refuse a post, saying why."""
    post = _held(request, id, "refuse")

    def act(data: dict[str, Any]) -> str:
        return post_url(
            actions.refuse_post(by=request.viewer.user, post=post, reason=data["reason"])
        )

    return submitted(
        request, ReasonForm(request.POST or None), act,
        title=_("Refuse the post"), submit=_("Refuse"), done=_("The post was refused."),
        intro=_("The recipient sees the reason; the post is closed and never counted."),
        cancel_url=post_url(post), crumbs=_way(post, _("Refuse the post")), tone="wrong",
        example=post.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def post_close(request: Request, id: UUID) -> HttpResponseBase:
    """End a post."""
    post = _held(request, id, "close")

    def act(data: dict[str, Any]) -> str:
        return post_url(actions.close_post(by=request.viewer.user, post=post, **data))

    return submitted(
        request, ClosePostForm(request.POST or None, initial={"on": today()}), act,
        title=_("Close the post"), submit=_("Close"), done=_("The post was closed."),
        intro=_("Nobody is asked for after this day; postings under way go on."),
        cancel_url=post_url(post), crumbs=_way(post, _("Close the post")), tone="wrong",
        example=post.programme.example,
    )  # fmt: skip
