"""Pages of education sites with their years, and of awards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.mentoring.access import teaching as access
from jiedui.mentoring.actions import sites as actions
from jiedui.mentoring.forms.attachments import AwardForm, SiteForm, StandingForm, YearForm
from jiedui.mentoring.models import EducationSite, SiteYear
from jiedui.mentoring.views import session_words as words
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.mentoring.views.sessions import ListPage
from jiedui.web.charts import ChartData, Series
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, term


def _tone(code: str) -> str:
    return vocabulary().term("accreditation_states", code).extra["tone"]


def _keeps(request: Request) -> bool:
    viewer = request.viewer
    return any(viewer.may(f"programmes.{verb}") for verb in ("edit", "host", "send"))


@require_GET
def site_list(request: Request) -> HttpResponseBase:
    """Where is education done, and how does it stand with who accredits it?"""
    viewer = request.viewer
    viewer.must("learning.read")
    new_url = url("site-new") if _keeps(request) else ""
    table = Table(
        request,
        access.visible_sites(viewer).select_related("organisation"),
        [
            Column("name", pgettext("thing", "Name"), sort="name",
                   url=lambda row: url("site", row.id)),
            Column("kind", _("Kind"), kind="term", table="education_site_kinds", sort="kind"),
            Column("organisation", _("Organisation"), value=lambda row: named(row.organisation),
                   sort="organisation__name"),
            Column("specialty", _("Specialty"), kind="term", table="specialties",
                   sort="specialty"),
            Column("since", _("Since"), kind="day", value="standing_on", sort="standing_on"),
            Column("by", _("Accredited by"), value="accredited_by", shown=False),
            Column("standing", pgettext("education site", "Accreditation"), kind="badge",
                   sort="standing",
                   value=lambda row: term(row.standing, "accreditation_states"),
                   tone=lambda row: _tone(row.standing)),
        ],
        filters=[
            Filter("q", pgettext("thing", "Name"), paths=("name", "organisation__name")),
            Filter("kind", _("Kind"), "choice",
                   choices=lambda: words.terms("education_site_kinds")),
            Filter("standing", pgettext("education site", "Accreditation"), "choice",
                   choices=lambda: words.terms("accreditation_states")),
        ],
        default_sort="name",
        title=_("Education sites"),
        empty=Empty(
            _("No education site yet"),
            _("Branches of CME centres, residency bases and skills centres are registered here,"
              " with their intake and who passed, year by year."),
            new_url, _("Register a site"),
        ),
    )  # fmt: skip
    page = ListPage(_("Education sites"), "", table, new_url, _("Register a site"))
    return render(request, "mentoring/session_list.html", page)


@dataclass(frozen=True)
class YearLine:
    """A year of a site; the share who passed, with what it is of."""

    year: SiteYear
    share: str


@dataclass(frozen=True)
class SitePage:
    """A site of education: its accreditation and its years."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    site: EducationSite
    tone: str
    years: Sequence[YearLine]
    charts: Sequence[ChartData]
    may: bool


def _way(site: EducationSite, label: str = "") -> tuple[Crumb, ...]:
    sites = Crumb(_("Education sites"), url("sites"))
    if not label:
        return sites, Crumb(site.name)
    return sites, Crumb(site.name, url("site", site.id)), Crumb(label)


@require_GET
def site_page(request: Request, id: UUID) -> HttpResponseBase:
    """How does this site stand, how many did it take in, how many passed?"""
    viewer = request.viewer
    viewer.must("learning.read")
    site = access.get_site(viewer, id)
    years = list(site.years.order_by("-year"))
    series = [
        Series(label, [getattr(year, code) for year in reversed(years)], tone=tone)
        for code, label, tone in (
            ("intake", _("Taken in"), "ink"), ("examined", _("Examined"), "jade"),
            ("passed", _("Passed"), "enable"),
        )
    ]  # fmt: skip
    charts = [
        ChartData(_("Year by year"), _("Year"), [str(year.year) for year in reversed(years)],
                  series, kind="bar", unit=_("persons"), tabled=False)
    ] if len(years) > 1 else []  # fmt: skip
    page = SitePage(
        site.name, _way(site), site.organisation.example, site, _tone(site.standing),
        [YearLine(year, _share(year)) for year in years], charts,
        access.may_keep(viewer, site.organisation_id),
    )  # fmt: skip
    return render(request, "mentoring/site.html", page)


def _share(year: SiteYear) -> str:
    if year.passed is None or not year.examined:
        return _("not known")
    return f"{round(100 * year.passed / year.examined)}%"


@require_http_methods(["GET", "POST"])
def site_new(request: Request) -> HttpResponseBase:
    """Register a site."""
    if not _keeps(request):
        raise not_visible()

    def act(data: dict[str, Any]) -> str:
        return url("site", actions.add_site(by=request.viewer.user, **data).id)

    return submitted(
        request, SiteForm(request.viewer, request.POST or None), act, title=_("Register a site"),
        submit=_("Register"), done=_("The site was registered."), cancel_url=url("sites"),
        crumbs=(Crumb(_("Education sites"), url("sites")), Crumb(_("Register a site"))),
    )  # fmt: skip


def _own_site(request: Request, id: UUID) -> EducationSite:
    site = access.get_site(request.viewer, id)
    if not access.may_keep(request.viewer, site.organisation_id):
        raise not_visible()
    return site


@require_http_methods(["GET", "POST"])
def site_standing(request: Request, id: UUID) -> HttpResponseBase:
    """Say how the site stands."""
    site = _own_site(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.set_standing(by=request.viewer.user, site=site, **data)
        return url("site", site.id)

    title = pgettext("education site", "Accreditation")
    return submitted(
        request, StandingForm(request.POST or None), act, title=title, submit=_("Save"),
        done=_("The accreditation was saved."), cancel_url=url("site", site.id),
        crumbs=_way(site, title), example=site.organisation.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def site_year(request: Request, id: UUID) -> HttpResponseBase:
    """Say what a year brought."""
    site = _own_site(request, id)
    form = YearForm(request.POST or None, initial={"year": today().year - 1})

    def act(data: dict[str, Any]) -> str:
        actions.tell_year(by=request.viewer.user, site=site, **data)
        return url("site", site.id)

    return submitted(
        request, form, act, title=_("A year of the site"), submit=_("Save"),
        done=_("The year was saved."), cancel_url=url("site", site.id),
        crumbs=_way(site, _("A year of the site")), example=site.organisation.example,
    )  # fmt: skip


@require_GET
def award_list(request: Request) -> HttpResponseBase:
    """Which prizes were won, by whom, given by whom?"""
    viewer = request.viewer
    viewer.must("learning.read")
    new_url = url("award-new") if _keeps(request) else ""
    table = Table(
        request,
        access.visible_awards(viewer).select_related("organisation", "person"),
        [
            Column("name", _("Award or competition"), sort="name"),
            Column("level", _("Grade"), kind="term", table="award_levels", sort="level"),
            Column("rank", _("Place or grade")),
            Column("who", _("Who won"),
                   value=lambda row: row.person.name if row.person else row.team),
            Column("organisation", _("Organisation"), value=lambda row: named(row.organisation),
                   sort="organisation__name"),
            Column("by", _("Given by"), value="given_by"),
            Column("on", _("Day"), kind="day", sort="on"),
        ],
        filters=[
            Filter("q", _("Award or competition"), paths=("name", "team", "person__name")),
            Filter("level", _("Grade"), "choice", choices=lambda: words.terms("award_levels")),
            Filter("organisation", _("Organisation"), paths=("organisation__name",)),
            Filter("on", _("Day"), "dates", paths=("on",)),
        ],
        default_sort="-on",
        title=_("Awards"),
        empty=Empty(
            _("No award yet"), _("Prizes of skills competitions and the like."), new_url,
            _("Register an award"),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Awards"),
        _("Weak evidence: a prize tells of one day; certificates and cases tell more."),
        table, new_url, _("Register an award"),
    )  # fmt: skip
    return render(request, "mentoring/session_list.html", page)


@require_http_methods(["GET", "POST"])
def award_new(request: Request) -> HttpResponseBase:
    """Register an award."""
    if not _keeps(request):
        raise not_visible()

    def act(data: dict[str, Any]) -> str:
        actions.add_award(by=request.viewer.user, **data)
        return url("awards")

    return submitted(
        request, AwardForm(request.viewer, request.POST or None), act,
        title=_("Register an award"), submit=_("Register"), done=_("The award was registered."),
        cancel_url=url("awards"),
        crumbs=(Crumb(_("Awards"), url("awards")), Crumb(_("Register an award"))),
    )  # fmt: skip
