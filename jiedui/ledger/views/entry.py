"""One entry: its versions, who did what and when, its evidence, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiedui.core.errors import InvalidInput
from jiedui.core.files import ACCEPT, open_file
from jiedui.ledger import actions, queries
from jiedui.ledger.access import (
    get_entry,
    get_evidence,
    get_version,
    is_recorder,
    may_confirm,
    may_correct,
    may_withdraw,
    not_visible,
)
from jiedui.ledger.domain.states import CONFIRMED, IN_HAND, LIVE, RETURNED, SUBMITTED
from jiedui.ledger.forms import ReasonForm
from jiedui.ledger.models import EntryVersion
from jiedui.ledger.views.words import (
    label,
    number,
    outputs,
    state_tone,
    state_word,
    user_in,
    viewer_in,
)
from jiedui.web.forms import sentence
from jiedui.web.pages import Crumb, Moment, render
from jiedui.web.submitting import submitted
from jiedui.web.templatetags.jiedui import named
from jiedui.web.templatetags.jiedui import period as in_words


@dataclass(frozen=True)
class Line:
    """One output as the page shows it."""

    label: str
    item: str
    number: str
    unit: str
    unit_class: str
    output_class: str


@dataclass(frozen=True)
class VersionLine:
    """One version in the record line."""

    number: int
    state: Any
    tone: str
    at: Any
    who: str
    reason: str
    url: str
    current: bool


@dataclass(frozen=True)
class Record:
    """When it happened, when it was recorded, by whom, its versions."""

    happened: str
    recorded_at: Any
    recorded_by: str
    versions: Sequence[VersionLine]


@dataclass
class EntryPage:
    """An entry's page."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    version: EntryVersion
    state: Any
    tone: str
    kind: str
    pair: dict[str, Any]
    lines: Sequence[Line]
    people: Sequence[tuple[str, str, str]]
    evidence: Sequence[Any]
    record: Record
    moments: Sequence[Moment]
    may: dict[str, bool]
    notice: str
    accept: str = ACCEPT


@require_safe
def entry(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """An entry's page opens with the version that matters now."""
    found = queries.shown_version(viewer_in(request), id)
    if found is None:
        raise not_visible()
    return redirect("ledger:version", found)


@require_safe
def version(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """A version of an entry."""
    viewer = viewer_in(request)
    detail = queries.entry_detail(viewer, id)
    held = detail.version
    kind = label("activity_kinds", held.kind)
    recorder = is_recorder(viewer, held)
    in_hand = any(one.state in IN_HAND for one in detail.versions)
    page = EntryPage(
        title=f"{kind} · {in_words(held.happened_from, held.happened_to)}",
        crumbs=[Crumb(gettext("Ledger"), reverse("ledger:entries")), Crumb(kind)],
        example=held.entry.programme.example,
        version=held,
        state=state_word(held),
        tone=state_tone(held),
        kind=kind,
        pair={
            "giver": {"name": named(held.giver)},
            "receiver": {"name": named(held.receiver)},
            "tie": named(held.entry.programme),
            "flows": [label("output_classes", c) for c in _classes(detail.quantities)],
        },
        lines=[
            Line(
                label("measures", one.measure),
                one.item,
                number(one),
                label("units", one.unit),
                label("unit_classes", one.unit_class),
                one.output_class,
            )
            for one in detail.quantities
        ],
        people=[
            (one.person.name, named(one.organisation), label("participant_roles", one.role))
            for one in detail.participants
        ],
        evidence=detail.evidence,
        record=_record(detail),
        moments=_moments(detail),
        may={
            "edit": recorder and held.state in ("draft", RETURNED),
            "submit": recorder and held.state in ("draft", RETURNED),
            "confirm": held.state == SUBMITTED and may_confirm(viewer, held),
            "correct": held.state == CONFIRMED and not in_hand and may_correct(viewer, held),
            "withdraw": held.state in LIVE and may_withdraw(viewer, held),
        },
        notice=_notice(viewer, held, detail.versions),
    )
    return render(request, "ledger/entry.html", page)


def _classes(quantities: Sequence[Any]) -> list[str]:
    return list(dict.fromkeys(one.output_class for one in quantities))


def _notice(viewer: Any, held: EntryVersion, versions: Sequence[EntryVersion]) -> str:
    """What the reader should know of this version before anything else."""
    if held.state == RETURNED:
        return gettext("Returned: %(reason)s") % {"reason": held.reason}
    if held.state == "withdrawn":
        return gettext("Withdrawn: %(reason)s") % {"reason": held.reason}
    if held.state == "superseded":
        return gettext("A later version stands in place of this one.")
    if held.state == CONFIRMED and any(one.state in IN_HAND for one in versions):
        return gettext("A correction is under way; this version stands until it is confirmed.")
    if held.state == SUBMITTED and viewer.user.id in (held.recorded_by, held.submitted_by):
        return gettext("Waits for the receiving side; nobody confirms the own entry.")
    return ""


def _record(detail: Any) -> Record:
    held = detail.version
    return Record(
        in_words(held.happened_from, held.happened_to),
        held.recorded_at,
        detail.who(held.recorded_by) or gettext("the system"),
        [
            VersionLine(
                one.number,
                state_word(one),
                state_tone(one),
                one.recorded_at,
                detail.who(one.recorded_by),
                one.reason,
                reverse("ledger:version", args=[one.id]) if one.id != held.id else "",
                one.id == held.id,
            )
            for one in detail.versions
        ],
    )


def _moments(detail: Any) -> list[Moment]:
    """What happened to the entry, the newest first."""
    found: list[Moment] = []
    ends = {"superseded": _("superseded"), "withdrawn": _("made void")}
    for one in detail.versions:
        said = outputs(one.quantities.all())
        steps: list[tuple[Any, Any, UUID | None, str, str]] = [
            (
                one.recorded_at,
                _("recorded"),
                one.recorded_by,
                "plain",
                said,
            ),
            (one.submitted_at, _("submitted"), one.submitted_by, "wait", ""),
            (one.confirmed_at, _("confirmed"), one.confirmed_by, "ok", ""),
            (one.ended_at, ends.get(one.state, ""), one.ended_by, "wrong", one.reason),
            *((r.at, _("returned"), r.by, "wrong", r.reason) for r in one.returns.all()),
        ]
        for at, what, who, tone, detail_text in steps:
            if at is not None and what:
                title = gettext("Version %(n)s %(what)s") % {"n": one.number, "what": what}
                found.append(Moment(at, title, detail_text, detail.who(who), tone))
    return sorted(found, key=lambda step: step.at, reverse=True)


@require_POST
def submit(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Hand the version to the receiving side."""
    actions.submit_entry(by=user_in(request), version=id)
    messages.success(request, gettext("Submitted; the receiving side confirms it."))
    return redirect("ledger:version", id)


@require_POST
def confirm(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Confirm the version; then the next that waits."""
    actions.confirm_entry(by=user_in(request), version=id)
    messages.success(request, gettext("Confirmed; it counts in the figures."))
    return redirect("ledger:version", id)


def _with_reason(
    request: HttpRequest,
    *,
    title: str,
    intro: str,
    verb: str,
    done: str,
    back: str,
    act: Callable[[str], object],
    example: bool,
    tone: str = "",
) -> HttpResponseBase:
    def act_and_go_back(given: dict[str, Any]) -> str:
        act(given["reason"])
        return back

    return submitted(
        request,
        ReasonForm(request.POST or None),
        act_and_go_back,
        title=title,
        submit=verb,
        done=done,
        intro=intro,
        cancel_url=back,
        crumbs=[Crumb(gettext("Ledger"), reverse("ledger:entries")), Crumb(title)],
        tone=tone,
        example=example,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Return a submitted version, saying why."""
    held = get_version(viewer_in(request), id)
    if not may_confirm(viewer_in(request), held):
        raise not_visible()
    return _with_reason(
        request,
        title=gettext("Return the entry"),
        intro=gettext("The side that recorded it sees the reason and can edit and submit again."),
        verb=gettext("Return"),
        done=gettext("Returned to the side that recorded it."),
        back=reverse("ledger:version", args=[held.id]),
        act=lambda reason: actions.return_entry(by=user_in(request), version=held, reason=reason),
        example=held.entry.programme.example,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Withdraw an entry, or only the correction under way; nothing is deleted."""
    viewer = viewer_in(request)
    held = get_entry(viewer, id)
    found = queries.shown_version(viewer, id)
    if found is None:
        raise not_visible()
    shown = get_version(viewer, found)
    if not may_withdraw(viewer, shown):
        raise not_visible()
    # A correction in hand is dropped alone: the confirmed version goes on standing.
    only = shown if shown.state in IN_HAND and shown.number > 1 else None
    return _with_reason(
        request,
        title=gettext("Drop the correction") if only else gettext("Withdraw the entry"),
        intro=gettext("The confirmed version goes on standing.")
        if only
        else gettext("It no longer counts from today on; the record and the reason stay."),
        verb=gettext("Withdraw"),
        done=gettext("Withdrawn."),
        back=reverse("ledger:version", args=[shown.id]),
        act=lambda reason: actions.withdraw_entry(
            by=user_in(request), entry=held, version=only, reason=reason
        ),
        example=held.programme.example,
        tone="wrong",
    )


@require_POST
def attach(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Add a file to a draft or returned version."""
    held = get_version(viewer_in(request), id)
    if not is_recorder(viewer_in(request), held):
        raise not_visible()
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, gettext("Choose a file."))
        return redirect("ledger:version", id)
    try:
        stored = actions.add_evidence(by=user_in(request), name=file.name or "", file=file)
    except InvalidInput as refused:
        messages.error(request, sentence(refused))
        return redirect("ledger:version", id)
    actions.attach_evidence(by=user_in(request), version=held, file=stored, name=file.name or "")
    messages.success(request, gettext("The file was added."))
    return redirect("ledger:version", id)


@require_safe
def evidence(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """A file of an entry, to be kept, never to be run or shown within the site."""
    found = get_evidence(viewer_in(request), id)
    answer = FileResponse(
        open_file(settings.FILES, found.file.sha256), content_type=found.file.media_type
    )
    disposition = content_disposition_header(True, found.name) or "attachment"
    answer["Content-Disposition"] = disposition
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer
