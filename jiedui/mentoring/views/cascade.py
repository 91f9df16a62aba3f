"""Pages of the cascade: who taught whom, and whom those taught in turn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.directory.queries import people_with, posts_today
from jiedui.mentoring.queries import cascade as queries
from jiedui.mentoring.views import session_words as words
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.mentoring.views.sessions import ListPage
from jiedui.web.charts import ChartData, Series
from jiedui.web.pages import Crumb, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import day, named


@require_GET
def cascade_list(request: Request) -> HttpResponseBase:
    """Who taught how many, and how many did those teach in turn?"""
    viewer = request.viewer
    viewer.must("learning.people")

    def with_generations(rows: list[Any]) -> Iterable[Any]:
        ids = [row.id for row in rows]
        found, cut = queries.generations_of(viewer, ids)
        homes = posts_today(ids, today())
        for row in rows:
            # Where links were left out, there are at least so many.
            row.generations = [f"≥ {number}" if cut else number for number in found[row.id]]
            row.home = named(homes[row.id].organisation) if row.id in homes else ""
        return rows

    table = Table(
        request,
        queries.teachers(viewer),
        [
            Column("name", _("Teacher"), sort="name", url=lambda row: url("cascade-of", row.id)),
            Column("home", _("Home hospital"), value=lambda row: row.home),
            Column("first", _("Taught"), kind="number", unit=_("persons"),
                   value=lambda row: row.generations[0]),
            Column("second", _("Taught by those in turn"), kind="number", unit=_("persons"),
                   value=lambda row: row.generations[1]),
        ],
        filters=[Filter("q", _("Teacher"), paths=("name",))],
        default_sort="name",
        title=_("Who taught whom"),
        prepare=with_generations,
        empty=Empty(
            _("Nobody has taught yet"),
            _("Mentors, their apprentices and the sessions that were held make this list."),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Who taught whom"),
        _("Persons by name, each counted once in the generation that is nearest. In the order of"
          " names: a larger number is no better teacher."),
        table, "", "",
    )  # fmt: skip
    return render(request, "mentoring/session_list.html", page)


@dataclass(frozen=True)
class BranchLine:
    """A person of the tree: how deep, by whom, how and since when."""

    name: str
    home: str
    depth: int
    generation: int
    teacher: str
    ways: str
    since: Any
    below: int
    url: str


@dataclass(frozen=True)
class TreePage:
    """Somebody's cascade as a tree, with its table."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    first: int
    second: int
    third: int
    lines: Sequence[BranchLine]
    table: Table
    charts: Sequence[ChartData]
    taught_by: Sequence[tuple[str, str, str]]
    cut: bool


@require_GET
def cascade_of(request: Request, id: UUID) -> HttpResponseBase:
    """Whom did somebody teach, and whom did those teach in turn?"""
    viewer = request.viewer
    viewer.must("learning.people")
    root = queries.person_in_sight(viewer, id)
    if root is None:
        raise not_visible()
    found = queries.tree_of(viewer, root, today())
    names = {person: row.name for person, row in found.people.items()} | {root.id: root.name}
    lines = [
        BranchLine(
            names[branch.reached.person],
            named(found.homes[branch.reached.person].organisation)
            if branch.reached.person in found.homes else "",
            branch.depth, branch.reached.generation, names[branch.reached.teacher],
            _(", ").join(str(words.WAYS[one]) for one in branch.reached.ways),
            branch.reached.since, branch.below, url("cascade-of", branch.reached.person),
        )
        for branch in found.branches
    ]  # fmt: skip
    counted = [sum(line.generation == number for line in lines) for number in (1, 2, 3)]
    before = queries.learned_from(viewer, root)
    teachers = people_with(one for one, _way in before)
    table = Table(
        request, lines,
        [
            Column("name", _("Name"), sort="name", url=lambda line: line.url),
            Column("home", _("Home hospital"), sort="home"),
            Column("generation", _("Generation"), kind="number", sort="generation"),
            Column("teacher", _("Taught by"), sort="teacher"),
            Column("ways", pgettext("cascade", "How")),
            Column("since", _("Since"), value=lambda line: day(line.since)),
        ],
        filters=[
            Filter("q", _("Name"), paths=("name", "teacher")),
            Filter("generation", _("Generation"), "choice",
                   choices=[(number, str(number)) for number in (1, 2, 3)]),
        ],
        default_sort="generation", key=lambda line: line.url, title=_("Everybody reached"),
        empty=Empty(_("Nobody yet"), _("Whoever is taught from now on will stand here.")),
    )  # fmt: skip
    page = TreePage(
        title=_("Whom %(person)s taught") % {"person": root.name},
        crumbs=(Crumb(_("Who taught whom"), url("cascade")), Crumb(root.name)),
        example=root.example,
        first=counted[0], second=counted[1], third=counted[2],
        lines=lines[:300],
        table=table,
        charts=[
            ChartData(_("Persons by generation"), _("Generation"), ["1", "2", "3"],
                      [Series(_("Persons"), counted, tone="enable")], kind="bar",
                      unit=_("persons"))
        ] if lines else [],
        taught_by=[
            (teachers[one].name, url("cascade-of", one), str(words.WAYS[way]))
            for one, way in before if one in teachers
        ],
        cut=found.cut or len(lines) > 300,
    )  # fmt: skip
    return render(request, "mentoring/cascade.html", page)
