"""Record, edit and correct: one form with as many lines as the event has outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, Refused
from jiedui.core.identifiers import new_id
from jiedui.directory.access import visible_people
from jiedui.ledger import actions, queries
from jiedui.ledger.access import get_entry, get_version, is_recorder, may_correct, not_visible
from jiedui.ledger.domain.states import CONFIRMED, ENTRY_STATES
from jiedui.ledger.forms import EntryForms
from jiedui.ledger.models import EntryVersion
from jiedui.ledger.views.lists import all_example
from jiedui.ledger.views.words import user_in, viewer_in
from jiedui.programmes.access import reach
from jiedui.web.forms import sentence
from jiedui.web.pages import Crumb, render


@dataclass
class EntryFormPage:
    """The form of an entry."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    forms: EntryForms
    cancel_url: str
    people: Sequence[str]
    people_url: str
    example: bool = False


def _crumbs(title: str) -> list[Crumb]:
    return [Crumb(gettext("Ledger"), reverse("ledger:entries")), Crumb(title)]


Write = Callable[[EntryForms], EntryVersion]


def _handle(
    request: HttpRequest,
    *,
    title: str,
    lead: str,
    forms: Callable[[], EntryForms],
    write: Write,
    cancel_url: str,
) -> HttpResponseBase:
    """Show the form, give it back with more lines, or write what it says."""
    viewer = viewer_in(request)
    page = EntryFormPage(
        title=title,
        lead=lead,
        crumbs=_crumbs(title),
        forms=forms() if request.method != "POST" else EntryForms(viewer, request.POST),
        cancel_url=cancel_url,
        people=people_labels(request, ""),
        people_url=reverse("ledger:people"),
        example=all_example(request),
    )
    if request.method != "POST":
        return render(request, "ledger/form.html", page)
    if not {"save", "submit"} & request.POST.keys():
        page.forms = EntryForms.refreshed(viewer, request.POST)
        return render(request, "ledger/form.html", page)
    if page.forms.is_valid():
        try:
            _keep_file(request, page.forms)
            version = write(page.forms)
            if "submit" in request.POST:
                actions.submit_entry(by=user_in(request), version=version)
                messages.success(request, gettext("Submitted; the receiving side confirms it."))
            else:
                messages.success(request, gettext("Kept as a draft."))
            return redirect("ledger:version", version.id)
        except (InvalidInput, InvalidState) as refused:
            page.forms.refuse(refused.field or "", sentence(refused))
        except Refused as refused:
            if refused.code not in ("ledger-out-of-reach",):
                raise
            page.forms.refuse("giver", sentence(refused))
    return render(request, "ledger/form.html", page, status=422)


def _keep_file(request: HttpRequest, forms: EntryForms) -> None:
    file = request.FILES.get("file")
    if file is not None:
        stored = actions.add_evidence(by=user_in(request), name=file.name or "", file=file)
        if stored.sha256 not in forms.evidence:
            forms.evidence.append(stored.sha256)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponseBase:
    """Record an event."""
    viewer = viewer_in(request)
    viewer.must("ledger.write")

    def blank() -> EntryForms:
        programmes = queries.programme_choices(viewer)
        held = reach(viewer, "ledger.write")
        own = queries.names_of(held.own) if len(held.own) == 1 else []
        initial: dict[str, Any] = {
            "id": new_id(),
            "programme": str(programmes[0].id) if len(programmes) == 1 else "",
            "happened_from": today(),
            "giver": own[0] if own else "",
        }
        return EntryForms(viewer, None, initial)

    def write(forms: EntryForms) -> EntryVersion:
        given = forms.entry()
        return actions.record_entry(by=user_in(request), **given.__dict__)

    return _handle(
        request,
        title=gettext("Record an entry"),
        lead=gettext("One event, with everything that came of it; each output counts once."),
        forms=blank,
        write=write,
        cancel_url=reverse("ledger:entries"),
    )


def _filled(viewer: Any, version: EntryVersion, id: UUID) -> EntryForms:
    """The form with what a version says."""
    initial = {
        "id": id,
        "programme": str(version.entry.programme_id),
        "kind": version.kind,
        "happened_from": version.happened_from,
        "happened_to": version.happened_to
        if version.happened_to != version.happened_from
        else None,
        "giver": version.giver.name,
        "receiver": version.receiver.name,
        "department": str(version.department_id or ""),
        "place": version.place.name if version.place else "",
        "narrative": version.narrative,
    }
    lines = [
        {
            "measure": one.measure,
            "value": f"{one.value:f}".removesuffix(".00"),
            "high": f"{one.high:f}".removesuffix(".00") if one.high is not None else "",
            "unit": one.unit,
            "precision": "" if one.precision == "exact" else one.precision,
            "item": one.item,
            "output_class": one.output_class,
        }
        for one in version.quantities.order_by("line")
    ]
    people = [
        {"person": f"{one.person.name}（{one.organisation.name}）", "role": one.role}
        for one in version.participants.select_related("person", "organisation")
    ]
    evidence = list(version.evidence.values_list("file_id", flat=True))
    return EntryForms(viewer, None, initial, lines, people, evidence)


def _content(forms: EntryForms) -> dict[str, Any]:
    given = dict(forms.entry().__dict__)
    del given["programme"], given["id"]
    return given


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Rewrite a draft or what was returned."""
    viewer = viewer_in(request)
    held = get_version(viewer, id)
    if not is_recorder(viewer, held):
        raise not_visible()
    ENTRY_STATES.after(held.state, "edit")

    def write(forms: EntryForms) -> EntryVersion:
        return actions.edit_entry(by=user_in(request), version=held, **_content(forms))

    return _handle(
        request,
        title=gettext("Edit the entry"),
        lead=held.reason and gettext("Returned: %(reason)s") % {"reason": held.reason},
        forms=lambda: _filled(viewer, held, held.id),
        write=write,
        cancel_url=reverse("ledger:version", args=[held.id]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Write the version that is to stand in place of the confirmed one."""
    viewer = viewer_in(request)
    held = get_entry(viewer, id)
    standing = held.versions.filter(state=CONFIRMED).first()
    if standing is None:
        raise InvalidState(
            "nothing-to-correct", "Only a confirmed entry is corrected; edit the draft."
        )
    standing = get_version(viewer, standing.id)
    if not may_correct(viewer, standing):
        raise not_visible()

    def write(forms: EntryForms) -> EntryVersion:
        given = forms.entry()
        return actions.correct_entry(
            by=user_in(request), entry=held, id=given.id, **_content(forms)
        )

    return _handle(
        request,
        title=gettext("Correct the entry"),
        lead=gettext("The confirmed version stands until the receiving side confirms this one."),
        forms=lambda: _filled(viewer, standing, new_id()),
        write=write,
        cancel_url=reverse("ledger:version", args=[standing.id]),
    )


def people_labels(request: HttpRequest, text: str) -> list[str]:
    """Names with organisations of people whom the reader may see, for the picker."""
    rows = visible_people(viewer_in(request))
    if text:
        rows = rows.filter(name__icontains=text)
    found = rows.order_by("name").values_list("name", "affiliations__organisation__name")[:100]
    return list(dict.fromkeys(f"{name}（{body}）" if body else name for name, body in found))


@require_safe
def people(request: HttpRequest) -> HttpResponseBase:
    """The picker's choices for what has been typed."""
    viewer_in(request).must("ledger.write")
    text = str(next((v for k, v in request.GET.items() if k.endswith("-person")), ""))
    page = people_labels(request, text.partition("（")[0].strip()[:40])
    return render(request, "ledger/_people.html", page)
