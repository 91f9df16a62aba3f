"""Pages of imports: hand in a file, see what was found, write it or cancel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import InvalidInput, InvalidState, Refused
from jiedui.core.sheets.limits import MAX_BYTES
from jiedui.exchange import actions, tasks
from jiedui.exchange.access import (
    get_job,
    get_kind,
    may_steer,
    not_visible,
    open_kinds,
    visible_jobs,
)
from jiedui.exchange.domain.states import (
    CHECKED,
    DONE,
    FAILED,
    IMPORTING,
    MOVING,
    QUEUED,
    REFUSED,
    STOPPED,
)
from jiedui.exchange.excel.annotate import annotate, media_type
from jiedui.exchange.excel.declare import RESULT_TITLES, Fault, ImportKind
from jiedui.exchange.excel.kinds import KINDS
from jiedui.exchange.excel.template import write_csv_template, write_template
from jiedui.exchange.excel.words import words
from jiedui.exchange.forms import UploadForm
from jiedui.exchange.models import ImportJob
from jiedui.exchange.sources import files
from jiedui.programmes.queries import find_programme
from jiedui.web.downloads import EXPORTS, download
from jiedui.web.forms import refused_to_form, sentence
from jiedui.web.pages import Crumb, render
from jiedui.web.tables import Column, Filter, Table
from jiedui.web.tables.table import Empty

STATES = {
    "waiting": gettext_lazy("waits to be checked"),
    "checking": gettext_lazy("being checked"),
    "checked": gettext_lazy("checked"),
    "queued": gettext_lazy("waits to be imported"),
    "importing": gettext_lazy("being imported"),
    "done": gettext_lazy("imported"),
    "refused": gettext_lazy("file refused"),
    "cancelled": gettext_lazy("cancelled"),
    "stopped": gettext_lazy("stopped"),
    "failed": gettext_lazy("broke off"),
}
TONES = {
    "checked": "wait",
    "done": "ok",
    "refused": "wrong",
    "failed": "wrong",
    "waiting": "wait",
    "checking": "wait",
    "queued": "wait",
    "importing": "wait",
}


@dataclass(frozen=True)
class JobList:
    """The imports that the viewer sees, and the kinds that can be begun."""

    title: str
    kinds: Sequence[ImportKind]
    table: Table


@dataclass(frozen=True)
class UploadPage:
    """A kind of sheet: what it is, its template, its columns, and the form."""

    title: str
    crumbs: Sequence[Crumb]
    kind: ImportKind
    intro: str
    form: UploadForm
    columns: Sequence[tuple[str, str, bool, str]]


@dataclass(frozen=True)
class FaultLine:
    """A fault in words."""

    address: str
    text: str
    code: str


@dataclass(frozen=True)
class JobPage:
    """One import: where it stands, what was found, and what may be done."""

    title: str
    crumbs: Sequence[Crumb]
    job: ImportJob
    kind: str
    state: str
    tone: str
    moving: bool
    refusal: str
    faults: Sequence[FaultLine]
    more_faults: int
    remarks: Sequence[FaultLine]
    good_rows: int
    may_commit: bool
    may_cancel: bool
    has_copy: bool
    programme: str
    example: bool


@dataclass(frozen=True)
class ToldPage:
    """What an import tells once."""

    title: str
    crumbs: Sequence[Crumb]
    told: Sequence[tuple[str, str]]
    back: str


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def _home() -> Crumb:
    return Crumb(_("Imports"), reverse("exchange:jobs"))


@require_safe
def jobs(request: HttpRequest) -> HttpResponseBase:
    """All imports in sight, the newest first."""
    viewer = _viewer(request)
    kinds = open_kinds(viewer)
    if not kinds:
        raise not_visible()
    table = Table(
        request,
        visible_jobs(viewer).select_related("created_by"),
        [
            Column("name", gettext_lazy("File"), sort="name"),
            Column("kind", gettext_lazy("Kind"), lambda job: _(KINDS[job.kind].title), sort="kind"),
            Column(
                "state",
                gettext_lazy("State"),
                lambda job: STATES[job.state],
                kind="badge",
                tone=lambda job: TONES.get(job.state, "plain"),
            ),
            Column("rows", gettext_lazy("Rows"), kind="number", sort="rows"),
            Column("bad_rows", gettext_lazy("With faults"), kind="number"),
            Column("added", gettext_lazy("New"), kind="number"),
            Column("by", gettext_lazy("By"), lambda job: job.created_by.display_name),
            Column("created_at", gettext_lazy("Handed in"), kind="moment", sort="created_at"),
        ],
        filters=[
            Filter("name", gettext_lazy("File name"), paths=["name"]),
            Filter(
                "kind",
                gettext_lazy("Kind"),
                kind="choice",
                choices=[(kind.code, _(kind.title)) for kind in kinds],
            ),
        ],
        default_sort="-created_at",
        title=_("Imports"),
        empty=Empty(
            _("No file has been handed in"),
            _(
                "Take a template, fill it, and hand it in. Nothing is written before you have seen"
                " what was found."
            ),
        ),
        row_url=lambda job: reverse("exchange:job", args=[job.id]),
    )
    return render(request, "exchange/jobs.html", JobList(_("Imports"), kinds, table))


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Take a file of a kind, and have it checked."""
    viewer = _viewer(request)
    declared = get_kind(viewer, kind)
    data: tuple[Any, ...] = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*data, kind=declared, viewer=viewer)
    if getattr(request, "upload_too_large", False):
        too_large = _("The file is larger than %(limit)s MB.") % {
            "limit": MAX_BYTES // 1024 // 1024
        }
        # What was skipped is no file: that it is too large is all there is to say.
        form.errors.pop("file", None)
        form.add_error("file", too_large)
    elif request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            taken = actions.hand_in(
                by=viewer.user,
                kind=kind,
                name=file.name or "",
                chunks=file.chunks(),
                programme=form.cleaned_data.get("programme", ""),
            )
        except Refused as refused:
            refused_to_form(form, refused)
        else:
            tasks.check.enqueue(str(taken.id))
            return redirect("exchange:job", id=taken.id)
    english = (get_language() or "").startswith("en")
    page = UploadPage(
        _(declared.title),
        (_home(), Crumb(_(declared.title))),
        declared,
        _(declared.intro),
        form,
        [
            (
                column.title_en if english else column.title,
                column.example,
                column.required,
                _(column.help) if column.help else "",
            )
            for column in declared.columns
        ],
    )
    return render(request, "exchange/upload.html", page, status=422 if form.errors else 200)


@require_safe
def template(request: HttpRequest, kind: str, ending: str) -> HttpResponseBase:
    """The template of a kind, as .xlsx or as .csv."""
    viewer = _viewer(request)
    declared = get_kind(viewer, kind)
    if ending not in EXPORTS:
        raise not_visible()
    language = get_language() or "zh-hans"

    def write(file: BinaryIO) -> None:
        if ending == "csv":
            write_csv_template(file, declared, language=language)
        else:
            write_template(file, declared, by=viewer.user, language=language, translate=_)

    return download(ending, f"{_(declared.title)}.{ending}", write)


def _lines(plain: Sequence[dict[str, Any]]) -> list[FaultLine]:
    found = [Fault(**one) for one in plain]
    return [FaultLine(fault.address, words(fault), fault.code) for fault in found]


def _refusal(job: ImportJob) -> str:
    if not job.refusal:
        return ""
    told = InvalidInput(
        job.refusal["code"],
        job.refusal["message"],
        **{key: value for key, value in job.refusal["details"].items() if key not in {"field"}},
    )
    place = job.refusal["field"]
    return f"{place}: {sentence(told)}" if place else sentence(told)


def _page(viewer: Viewer, job: ImportJob) -> JobPage:
    steers = may_steer(viewer, job)
    faults = _lines(job.faults)
    left = job.rows - job.bad_rows
    programme = find_programme(job.programme) if job.programme else None
    return JobPage(
        job.name,
        (_home(), Crumb(job.name)),
        job,
        _(KINDS[job.kind].title),
        str(STATES[job.state]),
        TONES.get(job.state, "plain"),
        job.state in MOVING,
        _refusal(job),
        faults,
        max(0, job.fault_count - len(faults)),
        _lines(job.remarks),
        left,
        steers and job.state in (CHECKED, STOPPED, FAILED) and left > 0,
        steers and (job.state in MOVING or job.state == CHECKED) and not job.stopping,
        job.fault_count > 0 and job.state in (CHECKED, DONE, STOPPED),
        programme.name if programme else "",
        bool(programme and programme.example),
    )


@require_safe
def job(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """One import with what was found in its file."""
    viewer = _viewer(request)
    return render(request, "exchange/job.html", _page(viewer, get_job(viewer, id)))


@require_safe
def progress(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """How far the work is; when it ends the whole page is asked for again."""
    viewer = _viewer(request)
    page = _page(viewer, get_job(viewer, id))
    if not page.moving:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "exchange/_progress.html", page)


@require_POST
def commit(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Write what was found good."""
    viewer = _viewer(request)
    found = get_job(viewer, id)
    try:
        queued = actions.commit_import(
            by=viewer.user, job=found, good_rows=request.POST.get("good_rows") == "1"
        )
    except InvalidState as refused:
        messages.error(request, sentence(refused))
        return redirect("exchange:job", id=id)
    if not KINDS[found.kind].tells:
        tasks.write.enqueue(str(queued.id))
        return redirect("exchange:job", id=id)
    written, told = actions.write_import(by=None, job_id=queued.id)
    if not told:
        return redirect("exchange:job", id=id)
    title = _("Accounts imported")
    back = reverse("exchange:job", args=[id])
    page = ToldPage(title, (_home(), Crumb(written.name, back), Crumb(title)), told, back)
    return render(request, "exchange/told.html", page)


@require_POST
def cancel(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Give the import up, or stop its writing."""
    viewer = _viewer(request)
    try:
        actions.cancel_import(by=viewer.user, job=get_job(viewer, id))
    except InvalidState as refused:
        messages.error(request, sentence(refused))
    return redirect("exchange:job", id=id)


@require_safe
def annotated(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The same file back, with its faults beside the rows."""
    viewer = _viewer(request)
    found = get_job(viewer, id)
    path = files.content_path(found.sha256)
    if not found.fault_count or found.state in (REFUSED, QUEUED, IMPORTING) or not path.exists():
        raise not_visible()
    ending, _media = media_type(path)
    stem = found.name.rpartition(".")[0] or found.name
    title = RESULT_TITLES[1 if (get_language() or "").startswith("en") else 0]
    return download(
        ending,
        f"{stem}-{_('with faults')}.{ending}",
        lambda file: annotate(
            path,
            found.name,
            [KINDS[found.kind]],
            files.read_faults(found.id),
            file,
            words=words,
            title=title,
        ),
    )
