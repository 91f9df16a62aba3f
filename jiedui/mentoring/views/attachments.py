"""Pages of attachments: the list, one attachment, its steps and the questions after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.directory.queries import organisations_called
from jiedui.mentoring.access import teaching as access
from jiedui.mentoring.access.reach import PEOPLE
from jiedui.mentoring.actions import attachments as actions
from jiedui.mentoring.forms import attachments as forms
from jiedui.mentoring.models import Attachment, FollowUp
from jiedui.mentoring.queries import attachments as queries
from jiedui.mentoring.views import session_words as words
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.mentoring.views.sessions import ListPage, in_programme
from jiedui.programmes.queries.postings import user_names
from jiedui.web.pages import Crumb, Moment, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import day, named, period, term


def way(*crumbs: Crumb) -> tuple[Crumb, ...]:
    """The way back to the list of attachments."""
    return (Crumb(_("Attachments"), url("attachments")), *crumbs)


def _title(row: Attachment) -> str:
    return _("%(person)s at %(host)s") % {"person": row.person.name, "host": named(row.giver)}


def _way(row: Attachment, label: str = "") -> tuple[Crumb, ...]:
    if not label:
        return way(Crumb(_title(row)))
    return way(Crumb(_title(row), url("attachment", row.id)), Crumb(label))


def _of(side: str) -> Any:
    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(**{f"{side}_id__in": organisations_called(text)})

    return narrow


def _owed(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    owed = FollowUp.objects.filter(answered_on__isnull=True, due_on__lte=today())
    return rows.filter(id__in=owed.values("attachment_id")) if value == "owed" else rows


def _independent(row: Attachment) -> str:
    if row.state != "returned":
        return ""
    return _("Yes") if row.independent_on else pgettext("attachment", "not known or no")


@require_GET
def attachment_list(request: Request) -> HttpResponseBase:
    """Who learns away from home, and who came back and works independently?"""
    viewer = request.viewer
    viewer.must("learning.read")
    rows = access.visible_attachments(viewer)
    asks = viewer.may("programmes.host") or viewer.may("programmes.edit")
    named_people = viewer.may(PEOPLE)
    new_url = url("attachment-new") if asks else ""
    table = Table(
        request,
        rows.select_related("person", "giver", "receiver"),
        [
            Column("person", _("Who goes"), value="person__name", sort="person__name",
                   url=lambda row: url("attachment", row.id)),
            Column("receiver", _("Home hospital"), value=lambda row: named(row.receiver),
                   sort="receiver__name"),
            Column("giver", _("Host"), value=lambda row: named(row.giver), sort="giver__name"),
            Column("kind", _("Kind"), kind="term", table="attachment_kinds", sort="kind"),
            Column("specialty", _("Specialty"), kind="term", table="specialties",
                   sort="specialty"),
            Column("start", _("First day"), kind="day", value="starts_on", sort="starts_on"),
            Column("end", _("Last day"), kind="day", value="ends_on", sort="ends_on"),
            Column("hours", _("Hours"), kind="number", sort="hours"),
            Column("independent", _("Works independently"), value=_independent),
            Column("aim", _("What is to be learned"), shown=False),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: words.ATTACHMENT_STATES[row.state],
                   tone=lambda row: words.ATTACHMENT_TONES[row.state]),
        ],
        filters=[
            Filter("q", _("Who goes"), paths=("person__name",)),
            Filter("receiver", _("Home hospital"), apply=_of("receiver")),
            Filter("giver", _("Host"), apply=_of("giver")),
            Filter("kind", _("Kind"), "choice", choices=lambda: words.terms("attachment_kinds")),
            Filter("specialty", _("Specialty"), "choice",
                   choices=lambda: words.terms("specialties")),
            Filter("programme", _("Programme"), "choice", ["programme_id"],
                   lambda: in_programme(request)),
            Filter("state", _("State"), "choice",
                   choices=words.states(words.ATTACHMENT_STATES)),
            Filter("asked", pgettext("attachment", "Questions"), "choice", apply=_owed,
                   choices=[("owed", _("An answer is due"))]),
            Filter("on", _("First day"), "dates", paths=("starts_on",)),
        ],
        default_sort="-start",
        title=_("Attachments"),
        empty=Empty(
            _("No attachment yet"),
            _("A hospital asks here for a place for somebody of its own staff; the host accepts."),
            new_url, _("Ask for an attachment"),
        ) if named_people else Empty(
            _("None of your own"),
            _("Attachments name people: others' are listed for who manages them. The numbers"
              " above count all within your reach."),
        ),
    )  # fmt: skip
    share = queries.share_of(table.filtered if named_people else access.counted_attachments(viewer))
    figures = [
        (pgettext("attachment", "Accepted"), share.accepted, ""),
        (pgettext("attachment", "Returned"), share.returned, ""),
        (_("Returned and working independently"), share.independent,
         _("%(share)s %% of those accepted") % {"share": share.percent}
         if share.percent is not None else ""),
        (pgettext("attachment", "Not returned"), share.not_returned, ""),
    ]  # fmt: skip
    page = ListPage(
        _("Attachments"),
        _("Whoever came back is asked for 6 and 12 months later: still in post, still using it,"
          " working independently."),
        table, new_url, _("Ask for an attachment"), figures=figures,
    )  # fmt: skip
    return render(request, "mentoring/attachment_list.html", page)


@dataclass(frozen=True)
class QuestionLine:
    """A question after the return, and its answer."""

    title: str
    due: Any
    state: str
    tone: str
    answers: Sequence[tuple[str, bool]]
    note: str
    url: str


@dataclass(frozen=True)
class AttachmentPage:
    """An attachment: who, where, what for, how it went and what stayed."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    attachment: Attachment
    state: Any
    tone: str
    goals: Sequence[queries.GoalLine]
    moments: Sequence[Moment]
    questions: Sequence[QuestionLine]
    actions: Sequence[tuple[str, str, bool]]
    posted: bool


# Verb: the word on its button, and whether it is the next thing to do.
VERBS: dict[str, tuple[Any, bool]] = {
    "accept": (gettext_lazy("Accept"), True),
    "leave": (gettext_lazy("Has left"), True),
    "return": (gettext_lazy("Is back"), True),
    "extend": (gettext_lazy("Extend"), False),
    "decline": (gettext_lazy("Decline"), False),
    "not_return": (gettext_lazy("Did not come back"), False),
    "withdraw": (pgettext_lazy("attachment", "Withdraw"), False),
}


@require_GET
def attachment_page(request: Request, id: UUID) -> HttpResponseBase:
    """Who learns what where, and what stayed of it?"""
    viewer = request.viewer
    viewer.must("learning.read")
    row = access.get_attachment(viewer, id)
    found = queries.detail(viewer, row)
    names = user_names(step.by for step in found.steps)
    verbs = access.attachment_verbs(viewer, row)
    page = AttachmentPage(
        title=_title(row),
        crumbs=_way(row),
        example=row.programme.example,
        attachment=row,
        state=words.ATTACHMENT_STATES[row.state],
        tone=words.ATTACHMENT_TONES[row.state],
        goals=found.goals,
        moments=[
            Moment(
                step.on, str(words.STEPS[step.verb]),
                step.reason or (_("until %(day)s") % {"day": day(step.until)} if step.until
                                else ""),
                names.get(step.by, "") if step.by else "",
            )
            for step in found.steps
        ],
        questions=[
            _question(each, access.may_answer(viewer, row)) for each in found.follow_ups
        ],
        actions=[
            (str(label), url("attachment-step", row.id, verb), first)
            for verb, (label, first) in VERBS.items()
            if verb in verbs
        ],
        posted=found.posted,
    )  # fmt: skip
    return render(request, "mentoring/attachment.html", page)


def _question(row: FollowUp, may: bool) -> QuestionLine:
    answered = row.answered_on is not None
    due = row.due_on <= today()
    state, tone = (
        (pgettext("question", "Answered"), "ok") if answered
        else (_("Answer due"), "wrong") if due
        else (_("Not yet"), "plain")
    )  # fmt: skip
    return QuestionLine(
        _("After %(n)s months") % {"n": row.months}, row.due_on, state, tone,
        [
            (_("in post"), bool(row.in_post)), (_("using it"), bool(row.using)),
            (_("independent"), bool(row.independent)),
        ] if answered else [],
        row.note, url("follow-up", row.id) if may and due else "",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def attachment_new(request: Request) -> HttpResponseBase:
    """Ask a host to take somebody of the own staff."""
    viewer = request.viewer
    if not viewer.may("programmes.edit"):
        viewer.must("programmes.host")
    form = forms.AttachmentForm(viewer, request.POST or None)

    def act(data: dict[str, Any]) -> str:
        return url("attachment", actions.ask_attachment(by=viewer.user, **data).id)

    return submitted(
        request, form, act, title=_("Ask for an attachment"), submit=_("Ask"),
        done=_("Asked; the host accepts or declines."), cancel_url=url("attachments"),
        crumbs=way(Crumb(_("Ask for an attachment"))),
    )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """How a step is asked for and taken."""

    form: Callable[..., BaseForm]
    act: Callable[..., Attachment]
    title: str
    submit: str
    done: str
    tone: str = ""


def _steps() -> dict[str, Step]:
    return {
        "accept": Step(forms.OnForm, actions.accept_attachment, _("Accept the attachment"),
                       _("Accept"), _("The attachment was accepted.")),
        "decline": Step(forms.WhyForm, actions.decline_attachment, _("Decline the attachment"),
                        _("Decline"), _("The attachment was declined."), "wrong"),
        "withdraw": Step(forms.WhyForm, actions.withdraw_attachment,
                         _("Withdraw the attachment"), pgettext("attachment", "Withdraw"),
                         _("The attachment was withdrawn."), "wrong"),
        "leave": Step(forms.OnForm, actions.leave_for_attachment, _("Has left for the host"),
                      _("Save"), _("The departure was saved.")),
        "extend": Step(forms.ExtendForm, actions.extend_attachment, _("Extend the attachment"),
                       _("Extend"), _("The attachment was extended.")),
        "return": Step(forms.ReturnForm, actions.return_from_attachment, _("Is back at work"),
                       _("Save"), _("The return was saved; questions follow 6 and 12 months"
                                    " later.")),
        "not_return": Step(forms.NotReturnedForm, actions.tell_not_returned,
                           _("Did not come back"), _("Save"), _("It was saved."), "wrong"),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def attachment_step(request: Request, id: UUID, verb: str) -> HttpResponseBase:
    """Take a step of an attachment."""
    row = access.get_attachment(request.viewer, id)
    step = _steps().get(verb)
    if step is None or verb not in access.attachment_verbs(request.viewer, row):
        raise not_visible()
    chosen = step

    def act(data: dict[str, Any]) -> str:
        chosen.act(by=request.viewer.user, attachment=row, **data)
        return url("attachment", row.id)

    return submitted(
        request, step.form(request.POST or None), act, title=step.title, submit=step.submit,
        done=step.done, tone=step.tone, cancel_url=url("attachment", row.id),
        intro=_("%(person)s, %(days)s") % {
            "person": row.person.name, "days": period(row.starts_on, row.ends_on),
        },
        crumbs=_way(row, step.title), example=row.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def follow_up(request: Request, id: UUID) -> HttpResponseBase:
    """What stayed so many months after the return?"""
    question = access.get_follow_up(request.viewer, id)
    row = question.attachment
    said = {True: "yes", False: "no", None: None}
    initial = {
        "in_post": said[question.in_post], "using": said[question.using],
        "independent": said[question.independent], "note": question.note,
    }  # fmt: skip
    form = forms.FollowUpForm(request.POST or None, initial=initial)

    def act(data: dict[str, Any]) -> str:
        actions.answer_follow_up(by=request.viewer.user, follow_up=question, **data)
        return url("attachment", row.id)

    goals = _(", ").join(term(one.procedure, "procedures") for one in row.goals.all())
    title = _("%(n)s months after the return") % {"n": question.months}
    return submitted(
        request, form, act, title=title, submit=_("Answer"), done=_("The answer was saved."),
        intro=_("%(person)s was at %(host)s to learn: %(goals)s.") % {
            "person": row.person.name, "host": named(row.giver),
            "goals": goals or row.aim or term(row.kind, "attachment_kinds"),
        },
        cancel_url=url("attachment", row.id), crumbs=_way(row, title),
        example=row.programme.example,
    )  # fmt: skip
