"""Pages of certificates: the list, one, its print, its end, and the check of a printed one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.core.errors import InvalidState
from jiedui.core.packs import vocabulary
from jiedui.mentoring.access import skills as access
from jiedui.mentoring.access.reach import READ
from jiedui.mentoring.actions import certificates as actions
from jiedui.mentoring.actions import refreshers
from jiedui.mentoring.actions.verifying import check_code
from jiedui.mentoring.domain.certificates import VALID, shown_code, state_of
from jiedui.mentoring.domain.rules import PROCEDURES
from jiedui.mentoring.forms.skills import CodeForm, ReasonForm, RefresherForm
from jiedui.mentoring.models import Certificate, Refresher
from jiedui.mentoring.queries import skills as queries
from jiedui.mentoring.queries.verifying import Verified
from jiedui.mentoring.views import skill_words as words
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.mentoring.views.learning_words import level_short
from jiedui.mentoring.views.skills import ListPage
from jiedui.web.addresses import address_of
from jiedui.web.forms import sentence
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import day, named, term


def _state(row: Certificate) -> str:
    return state_of(row.valid_to, row.revoked_on, today())


def _in_state(rows: Any, value: str) -> Any:
    return queries.in_state(rows, value, today())


@require_GET
def certificate_list(request: Request) -> HttpResponseBase:
    """Who works independently in what, until when?"""
    viewer = request.viewer
    viewer.must(READ)
    table = Table(
        request,
        queries.certificates(viewer),
        [
            Column("person", _("Person"), value="person__name", sort="person__name",
                   url=lambda row: url("certificate", row.id)),
            Column("procedure", pgettext("surgical", "Procedure"), kind="term",
                   table=PROCEDURES, sort="procedure"),
            Column("hospital", _("Hospital"), value=lambda row: named(row.receiver),
                   sort="receiver__name"),
            Column("department", _("Department"),
                   value=lambda row: row.department.name if row.department else ""),
            Column("issued", _("Issued on"), kind="day", value="issued_on", sort="issued_on"),
            Column("valid_to", _("Valid to"), kind="day", sort="valid_to"),
            Column("state", _("State"), kind="badge",
                   value=lambda row: words.CERTIFICATE_STATES[_state(row)],
                   tone=lambda row: words.CERTIFICATE_TONES[_state(row)]),
        ],
        filters=[
            Filter("q", _("Person or hospital"), paths=("person__name", "receiver__name")),
            Filter("procedure", pgettext("surgical", "Procedure"), "choice",
                   choices=words.procedure_choices),
            Filter("state", _("State"), "choice", apply=_in_state,
                   choices=list(words.CERTIFICATE_STATES.items())),
            Filter("valid_to", _("Valid to"), "dates"),
        ],
        default_sort="-issued",
        title=_("Certificates"),
        empty=Empty(
            _("No certificate yet"),
            _("A certificate is issued from the page of a skill, once the series of cases, two"
              " assessors and safety allow it."),
            url("skills"), _("Skills and curves"),
        ),
    )  # fmt: skip
    lead = _("Independence is certified by the series of cases and by two people, never by either"
             " alone.")  # fmt: skip
    page = ListPage(_("Certificates"), table, words.tabs(viewer, "certificates"), lead)
    return render(request, "mentoring/skills_list.html", page)


@dataclass(frozen=True)
class CertificatePage:
    """One certificate, with what it rests on."""

    title: str
    crumbs: Sequence[Crumb]
    lead: str
    example: bool
    certificate: Certificate
    state: Any
    tone: str
    code: str
    basis: Sequence[tuple[str, str]]
    decisions: Sequence[tuple[str, str, str, str]]
    warnings: Sequence[str]
    refreshers: Sequence[Refresher]
    skill_url: str
    revoke_url: str
    verify_url: str


def certificate_way(certificate: Certificate, *labels: str) -> tuple[Crumb, ...]:
    """The way back to the certificate, and to what follows it."""
    title = f"{certificate.person.name} · {term(certificate.procedure, PROCEDURES)}"
    own = Crumb(title, url("certificate", certificate.id) if labels else "")
    return (Crumb(_("Certificates"), url("certificates")), own, *(Crumb(each) for each in labels))


def _basis(basis: Mapping[str, Any]) -> list[tuple[str, str]]:
    lines = [
        (_("Criterion"), str(words.CRITERIA[basis["criterion"]])),
        (_("Cases counted"), _("%(cases)s, %(failures)s not successful") % basis),
        (_("Criterion met at case"), str(basis["reached_case"] or "–")),
        (_("Failures: acceptable, unacceptable"),
         f"{words.percent(basis['acceptable'])}, {words.percent(basis['unacceptable'])}"),
        (_("Planned cases"), str(basis["planned"])),
    ]  # fmt: skip
    if basis["limit"] is not None:
        lines.append((_("Limit of learning"), f"{basis['limit']:.2f}"))
    if basis["false_rate"] is not None:
        lines.append((_("False and true sign-off"),
                      f"{words.percent(basis['false_rate'])}, "
                      f"{words.percent(basis['true_rate'])}"))  # fmt: skip
    if (series := basis.get("series", 1)) > 1 and basis["false_rate_of_all"] is not None:
        lines.append((_("False sign-off over %(series)s series") % {"series": series},
                      words.percent(basis["false_rate_of_all"])))  # fmt: skip
    return lines


@require_GET
def certificate_page(request: Request, id: UUID) -> HttpResponseBase:
    """Does it hold, what does it rest on, what is owed?"""
    viewer = request.viewer
    held = access.get_certificate(viewer, id)
    state = _state(held)
    skill = queries.skill_of(held)
    warnings = []
    if state == VALID and queries.open_question(held):
        warnings.append(_("A review of safety is open about this person or procedure."))
    if state == VALID and queries.withdrawn_basis(held):
        warnings.append(_("A decision on which it rests was withdrawn since."))
    may = access.may_certify(viewer, held.giver_id, held.receiver_id, held.person_id)
    page = CertificatePage(
        title=f"{held.person.name} · {term(held.procedure, PROCEDURES)}",
        crumbs=certificate_way(held),
        lead=" · ".join(
            filter(None, (named(held.receiver), held.department.name if held.department else ""))
        ),
        example=held.programme.example,
        certificate=held,
        state=words.CERTIFICATE_STATES[state],
        tone=words.CERTIFICATE_TONES[state],
        code=shown_code(held.code),
        basis=_basis(held.basis),
        decisions=[
            (each.assessor.name, day(each.on), level_short(each.level),
             day(each.withdrawn_on) if each.withdrawn_on else "")
            for each in held.decisions.select_related("assessor").order_by("-on", "-id")
        ],
        warnings=warnings,
        refreshers=list(held.refreshers.order_by("-due_on", "-id")),
        skill_url=url("skill", skill.id) if skill else "",
        revoke_url=url("certificate-revoke", held.id) if may and held.revoked_on is None else "",
        verify_url=url("verified", held.code),
    )  # fmt: skip
    return render(request, "mentoring/certificates_page.html", page)


@dataclass(frozen=True)
class PrintPage:
    """A certificate as it is printed, in both languages on one sheet."""

    title: str
    example: bool
    certificate: Certificate
    procedure: str
    procedure_en: str
    hospital_en: str
    code: str
    verify_url: str
    void: str
    days: Sequence[str]
    days_en: Sequence[str]


@require_GET
def certificate_print(request: Request, id: UUID) -> HttpResponseBase:
    """The sheet to be printed and sealed."""
    held = access.get_certificate(request.viewer, id)
    procedure = vocabulary().tables.get(PROCEDURES, {}).get(held.procedure)
    state = _state(held)
    spans: dict[str, list[str]] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            spans[language] = [day(held.issued_on), day(held.valid_to)]
    page = PrintPage(
        title=_("Certificate of independence"),
        example=held.programme.example,
        certificate=held,
        procedure=procedure.name if procedure else held.procedure,
        procedure_en=procedure.name_en if procedure else held.procedure,
        hospital_en=held.receiver.name_en,
        code=shown_code(held.code),
        verify_url=request.build_absolute_uri(url("verify")),
        void="" if state == VALID else str(words.CERTIFICATE_STATES[state]),
        days=spans["zh-hans"],
        days_en=spans["en"],
    )
    return render(request, "mentoring/certificates_print.html", page)


@require_http_methods(["GET", "POST"])
def certificate_revoke(request: Request, id: UUID) -> HttpResponseBase:
    """Take a certificate back."""
    viewer = request.viewer
    held = access.get_certificate(viewer, id)
    if not access.may_certify(viewer, held.giver_id, held.receiver_id, held.person_id):
        raise not_visible()

    def act(data: dict[str, Any]) -> str:
        actions.revoke_certificate(by=viewer.user, certificate=held, **data)
        return url("certificate", held.id)

    title = _("Revoke the certificate")
    return submitted(
        request, ReasonForm(request.POST or None), act, title=title, submit=_("Revoke"),
        done=_("The certificate was revoked."), cancel_url=url("certificate", held.id),
        tone="wrong", crumbs=certificate_way(held, title), example=held.programme.example,
        intro=_("Its code will tell from now on that it was revoked. The reason is kept and shown"
                " only to who may see this page."),
    )  # fmt: skip


def _done_or_owed(rows: Any, value: str) -> Any:
    return rows.filter(done_on__isnull=value == "owed")


def _refresher_state(row: Refresher) -> tuple[str, str]:
    if row.done_on is not None:
        return _("Done"), "ok"
    if row.due_on < today():
        return _("Overdue"), "wrong"
    return _("Owed"), "wait"


@require_GET
def refresher_list(request: Request) -> HttpResponseBase:
    """Who must practise again after a lapse, by when?"""
    viewer = request.viewer
    viewer.must(READ)
    table = Table(
        request,
        queries.refreshers(viewer),
        [
            Column("person", _("Person"), value="certificate__person__name",
                   sort="certificate__person__name",
                   url=lambda row: url("certificate", row.certificate_id)),
            Column("procedure", pgettext("surgical", "Procedure"), sort="certificate__procedure",
                   value=lambda row: term(row.certificate.procedure, PROCEDURES)),
            Column("hospital", _("Hospital"), value=lambda row: named(row.certificate.receiver)),
            Column("lapsed", _("Last practice"), kind="day", value="lapsed_since",
                   sort="lapsed_since"),
            Column("months", _("Months without"), kind="number", sort="months"),
            Column("due", _("Due by"), kind="day", value="due_on", sort="due_on"),
            Column("state", _("State"), kind="badge", value=lambda row: _refresher_state(row)[0],
                   tone=lambda row: _refresher_state(row)[1],
                   url=lambda row: url("refresher-done", row.id)
                   if row.done_on is None and access.may_refresh(viewer, row) else ""),
            Column("mode", _("Manner"), kind="term", table="refresher_modes"),
        ],
        filters=[
            Filter("q", _("Person or hospital"),
                   paths=("certificate__person__name", "certificate__receiver__name")),
            Filter("state", _("State"), "choice", apply=_done_or_owed, default="owed",
                   choices=[("owed", _("Owed")), ("done", _("Done"))]),
            Filter("due", _("Due by"), "dates", ("due_on",)),
        ],
        default_sort="due",
        title=_("Refreshers"),
        empty=Empty(
            _("No refresher owed"),
            _("Three and six months without a case make one each, for who holds a certificate."),
        ),
    )  # fmt: skip
    page = ListPage(_("Refreshers"), table, words.tabs(viewer, "refreshers"))
    return render(request, "mentoring/skills_list.html", page)


@require_http_methods(["GET", "POST"])
def refresher_done(request: Request, id: UUID) -> HttpResponseBase:
    """Note that the practice was done."""
    viewer = request.viewer
    row = access.get_refresher(viewer, id)
    if not access.may_refresh(viewer, row):
        raise not_visible()

    def act(data: dict[str, Any]) -> str:
        refreshers.note_refresher(by=viewer.user, refresher=row, **data)
        return url("certificate", row.certificate_id)

    title = _("Note the refresher")
    return submitted(
        request, RefresherForm(request.POST or None), act, title=title, submit=_("Note it"),
        done=_("The refresher was noted."), cancel_url=url("refreshers"),
        crumbs=certificate_way(row.certificate, title), example=row.certificate.programme.example,
    )  # fmt: skip


@dataclass(frozen=True)
class VerifyPage:
    """The check of a printed certificate: open to everybody, telling no more than the paper."""

    title: str
    form: CodeForm
    found: Verified | None
    procedure: str
    state: Any
    tone: str
    code: str
    asked: bool
    error: str
    example: bool


def _answer(request: HttpRequest, code: str | None, form: CodeForm) -> HttpResponseBase:
    """Tell what a code tells; wrong ones are counted by address."""
    found, error, status = None, "", 200
    if code is not None:
        try:
            found = check_code(by=None, code=code, address=address_of(request))
        except InvalidState as refused:
            error, status = sentence(refused), 429
        else:
            status = 200 if found else 404
    page = VerifyPage(
        title=_("Check a certificate of independence"),
        form=form,
        found=found,
        procedure=term(found.procedure, PROCEDURES) if found else "",
        state=words.CERTIFICATE_STATES[found.state] if found else "",
        tone=words.CERTIFICATE_TONES[found.state] if found else "",
        code=shown_code(found.code) if found else "",
        asked=code is not None,
        error=error,
        example=bool(found and found.example),
    )
    answer = render(request, "mentoring/certificates_verify.html", page, status=status)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponseBase:
    """Type in the code of a printed certificate."""
    form = CodeForm(request.POST or None)
    code = form.cleaned_data["code"] if request.method == "POST" and form.is_valid() else None
    return _answer(request, code, form)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def verified_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same by an address that holds the code."""
    return _answer(request, code, CodeForm())
