"""Letters of invitation and of dispatch, for the tours of a plan that all have consented to."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import InvalidInput, InvalidState, NotVisible
from jiedui.core.letters import MEDIA_TYPE, fill
from jiedui.core.packs import vocabulary
from jiedui.core.sheets import safe_name
from jiedui.directory import access as directory
from jiedui.directory.queries import titles_on
from jiedui.planning.access import may_edit_plan, visible_tours
from jiedui.planning.access.dispatch import HOST, SEND
from jiedui.planning.domain.states import ADOPTED, APPROVED
from jiedui.planning.domain.stays import Stay
from jiedui.planning.models import DispatchPlan, Scenario, ScenarioTour
from jiedui.planning.queries.naming import specialty_name
from jiedui.planning.queries.stays import starts_at_posts, stay_of
from jiedui.planning.sources.letter_forms import DISPATCH, INVITATION, KINDS, template

CALLED = {INVITATION: "邀请函", DISPATCH: "派遣函"}
CHINESE = "zh-hans"


@dataclass(frozen=True)
class Letter:
    """A file to be handed out."""

    name: str
    content: bytes
    media_type: str = MEDIA_TYPE


@dataclass(frozen=True)
class LetterRow:
    """A tour with the letters that the viewer may have for it."""

    tour_id: UUID
    person: str
    giver_id: UUID
    giver: str
    recipient_id: UUID
    recipient: str
    specialty: str
    first_day: date
    last_day: date
    kinds: tuple[str, ...]


def _kinds(viewer: Viewer, plan: DispatchPlan, tour: ScenarioTour) -> tuple[str, ...]:
    """The invitation is the recipient's to write, the letter of dispatch the sender's."""
    if may_edit_plan(viewer, plan):
        return KINDS
    sides = {
        INVITATION: (HOST, tour.post.receiver_id),
        DISPATCH: (SEND, tour.candidate.giver_id),
    }
    return tuple(
        kind for kind in KINDS if directory.reach(viewer, sides[kind][0]).covers(sides[kind][1])
    )


def _ready(plan: DispatchPlan) -> None:
    if plan.state not in (APPROVED, ADOPTED):
        raise InvalidState(
            "letters-too-early", "Letters are written when everybody has consented to the plan."
        )


def _rows(viewer: Viewer, plan: DispatchPlan) -> list[ScenarioTour]:
    rows = visible_tours(viewer).filter(scenario_id__in=[plan.chosen_id] if plan.chosen_id else [])
    return list(
        rows.select_related(
            "candidate__person", "candidate__giver", "post__receiver", "post__department"
        ).order_by("post__receiver__name", "start", "id")
    )


def letter_rows(
    viewer: Viewer, plan: DispatchPlan, language: str = CHINESE
) -> tuple[LetterRow, ...]:
    """The tours of an approved or adopted plan, with the letters that the viewer may write."""
    if plan.state not in (APPROVED, ADOPTED):
        return ()
    rows = _rows(viewer, plan)
    stays = _stays(plan, rows)
    english = language.startswith("en")
    return tuple(
        LetterRow(
            row.id, row.candidate.person.name, row.candidate.giver_id,
            (english and row.candidate.giver.name_en) or row.candidate.giver.name,
            row.post.receiver_id, (english and row.post.receiver.name_en) or row.post.receiver.name,
            row.post.specialty, stays[row.id].first, stays[row.id].last, kinds,
        )
        for row in rows
        if (kinds := _kinds(viewer, plan, row))
    )  # fmt: skip


def _stays(plan: DispatchPlan, rows: Iterable[ScenarioTour]) -> dict[UUID, Stay]:
    scenario = plan.chosen
    if scenario is None:
        return {}
    scenario.plan = plan
    starts = starts_at_posts(scenario)
    return {row.id: stay_of(scenario, row, starts) for row in rows}


def letter(viewer: Viewer, tour: ScenarioTour, kind: str) -> Letter:
    """The letter of a kind for a tour that ``access`` gave.

    NotVisible where it is not the viewer's to write; InvalidState ``letters-too-early``.
    """
    scenario: Scenario = tour.scenario
    plan = scenario.plan
    _ready(plan)
    if kind not in KINDS or plan.chosen_id != scenario.pk or kind not in _kinds(viewer, plan, tour):
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    plan.chosen = scenario
    return _letter(plan, tour, kind, _stays(plan, [tour])[tour.id], _titles(plan, [tour]))


def letters_of(viewer: Viewer, plan: DispatchPlan, organisation_id: UUID, kind: str) -> Letter:
    """All letters of a kind that an organisation writes for a plan, packed into one file."""
    _ready(plan)
    if kind not in KINDS:
        raise InvalidInput("letter-kind-unknown", "There is no such letter.", field="kind")
    rows = [
        row
        for row in _rows(viewer, plan)
        if organisation_id == (
            row.post.receiver_id if kind == INVITATION else row.candidate.giver_id
        )
        and kind in _kinds(viewer, plan, row)
    ]  # fmt: skip
    if not rows:
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    stays, titles = _stays(plan, rows), _titles(plan, rows)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, row in enumerate(rows, 1):
            made = _letter(plan, row, kind, stays[row.id], titles)
            archive.writestr(f"{number:03d}-{made.name}", made.content)
    own = rows[0].post.receiver if kind == INVITATION else rows[0].candidate.giver
    return Letter(safe_name(f"{CALLED[kind]}-{own.name}.zip"), out.getvalue(), "application/zip")


def _titles(plan: DispatchPlan, rows: Iterable[ScenarioTour]) -> dict[UUID, str]:
    return titles_on((row.candidate.person_id for row in rows), plan.starts_on)


def _called(table: str, code: str) -> str:
    found = vocabulary().tables.get(table, {}).get(code)
    return found.label(CHINESE) if found else ""


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _letter(
    plan: DispatchPlan, tour: ScenarioTour, kind: str, days: Stay, titles: dict[UUID, str]
) -> Letter:
    candidate, post = tour.candidate, tour.post
    giver, recipient, person = candidate.giver.name, post.receiver.name, candidate.person.name
    category = _called("expert_categories", candidate.category)
    fields = {
        "issuer": recipient if kind == INVITATION else giver,
        "addressee": giver if kind == INVITATION else recipient,
        "giver": giver,
        "recipient": recipient,
        "person": person,
        "title": _called("titles", titles.get(candidate.person_id, "")) or f"{category}专业人员",
        "specialty": specialty_name(candidate.specialty, CHINESE),
        "department": post.department.name if post.department else "",
        "category": category,
        "programme": f"“{plan.programme.name}”项目",
        "plan": plan.name,
        "first_day": _day(days.first),
        "last_day": _day(days.last),
        "months": str(tour.months + days.handover),
        "handover": f"（含交接{days.handover}个月）" if days.handover else "",
    }
    name = safe_name(f"{CALLED[kind]}-{person}-{recipient}.docx")
    try:
        return Letter(name, fill(template(kind), fields))
    except InvalidInput as refused:
        # It is the office's own form: which file is to be mended.
        refused.field = f"letters/{kind}.docx"
        raise
