"""Every page of learning, opened by everybody who looks and timed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import asdict
from typing import Any

from django.core import signing
from django.db import connection
from django.db.models import QuerySet
from django.urls import get_resolver

from jiedui.config.learning_bench.school import School, Size
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.mentoring.models import (
    AccreditationRoad,
    Apprentice,
    Apprenticeship,
    Attachment,
    Attendance,
    Case,
    Certificate,
    Checklist,
    Decision,
    EducationSite,
    FollowUp,
    ItemAnswer,
    LearningGoal,
    ManagementProcedure,
    Mentor,
    Milestone,
    PlanChange,
    PlatformNeed,
    Refresher,
    ResearchProject,
    ReviewRound,
    SafetyReview,
    Skill,
    SpecialClinic,
    Studio,
    StudioDay,
    TeachingSession,
    Technique,
)
from jiedui.mentoring.views.sign_in import SALT
from jiedui.programmes.bench import measure as country_measure
from jiedui.programmes.bench import pages
from jiedui.programmes.bench.country import Country
from jiedui.programmes.bench.pages import Address, Person, Timed
from jiedui.programmes.models import Batch, Posting, Programme, Team

PAGE_MS = 300
Tell = Callable[[str], None]
# Of what a page is: the word of its address before the id; what is not here is not measured.
THINGS = {
    "apprenticeships": "apprenticeship", "mentors": "mentor", "apprentices": "apprentice",
    "pairings": "pairing", "cases": "case", "skills": "skill", "safety": "safety",
    "certificates": "certificate", "refreshers": "refresher", "decisions": "decision",
    "departments": "department", "hospitals": "hospital", "programmes": "programme",
    "people": "expert", "teams": "team", "batches": "batch", "after": "departure",
    "matrix": "hospital", "techniques": "technique", "of": "kind", "sessions": "session",
    "attachments": "attachment", "reviews": "two-sided", "studios": "studio",
    "studio-days": "studio-day", "checklists": "checklist", "clinics": "clinic",
    "accreditation": "road", "milestones": "milestone", "procedures": "procedure",
    "research": "project", "plan-changes": "change", "criteria": "learned", "verify": "code",
    "attendances": "attendance", "sign-in": "token", "follow-ups": "question", "sites": "site",
    "cascade": "learner", "technique-needs": "need", "test": "phase",
    "levels": "specialty-level",
}  # fmt: skip
# Addresses of two words, of which the second is no id and stands after no word of its own.
NAMED = {
    "mentoring:apprenticeship-step": ("apprenticeship", "apprenticeship-verb"),
    "mentoring:technique-step": ("technique", "technique-verb"),
    "mentoring:attachment-step": ("going", "attachment-verb"),
    "mentoring:checklist-item": ("checklist", "item"),
    "mentoring:department-criterion": ("department", "stage-criterion"),
}
BESIDE = ("home:today", "programmes:pairing", "indicators:home")


def build(country: Country, size: Size, tell: Tell) -> Programme:
    """The country with its school, built unless it is there."""
    programme = country_measure.build(country, tell)
    if not Apprenticeship.objects.exists():
        tell("building apprentices, techniques and cases")
        School(country, programme, size, today()).write()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return programme


def _ids(rows: QuerySet[Any], name: str = "id") -> list[Any]:
    return [each for each in rows.values_list(name, flat=True)[: pages.SAMPLE] if each]


def things(person: Person, at: dict[str, Any]) -> None:
    """Some of each kind that this person may open."""
    ties = Apprenticeship.objects.filter(**at)
    left = Posting.objects.filter(
        **at, departed_on__isnull=False, department__isnull=False
    ).order_by("-departed_on")
    posted = Posting.objects.filter(**at)
    studios = Studio.objects.filter(**at)
    bodies = at.get("receiver_id__in") or [at["receiver_id"]]
    hospital = {"organisation_id__in": bodies}
    sessions, away = TeachingSession.objects.filter(**at), Attachment.objects.filter(**at)
    techniques, lists = Technique.objects.filter(**at), Checklist.objects.filter(**hospital)
    person.things.update(
        {
            "apprenticeship": _ids(ties),
            "mentor": _ids(Mentor.objects.filter(apprenticeship__in=ties)),
            "apprentice": _ids(Apprentice.objects.filter(apprenticeship__in=ties)),
            "case": _ids(Case.objects.filter(**at).order_by("-happened_on")),
            "skill": _ids(Skill.objects.filter(**at)),
            "safety": _ids(SafetyReview.objects.filter(**at)),
            "certificate": _ids(Certificate.objects.filter(**at)),
            "refresher": _ids(Refresher.objects.filter(certificate__apprenticeship__in=ties)),
            "decision": _ids(Decision.objects.filter(**at)),
            "goal": _ids(LearningGoal.objects.filter(apprenticeship__in=ties)),
            "department": _ids(posted.filter(department__isnull=False), "department_id"),
            "hospital": _ids(posted, "receiver_id"),
            "expert": _ids(posted, "person_id"),
            "team": _ids(Team.objects.filter(postings__in=posted).distinct()),
            "batch": _ids(Batch.objects.filter(postings__in=posted).distinct()),
            "departure": _ids(left),
            "session": _ids(sessions),
            "attachment": _ids(away),
            "technique": _ids(techniques),
            "kind": ["programme"],
            "two-sided": _ids(ReviewRound.objects.filter(**at).order_by("opens_on")),
            "studio": _ids(Studio.objects.filter(**at)),
            "studio-day": _ids(StudioDay.objects.filter(studio__in=studios, held__isnull=True)),
            "checklist": _ids(lists),
            "clinic": _ids(SpecialClinic.objects.filter(department__organisation_id__in=bodies)),
            "road": _ids(AccreditationRoad.objects.filter(**hospital)),
            "milestone": _ids(
                Milestone.objects.filter(road__organisation_id__in=bodies, done_on__isnull=True)
            ),
            "procedure": _ids(ManagementProcedure.objects.filter(**hospital)),
            "project": _ids(ResearchProject.objects.filter(**hospital)),
            "change": _ids(PlanChange.objects.filter(apprenticeship__in=ties)),
            "code": _ids(Certificate.objects.filter(**at), "code"),
            "attendance": (there := _ids(Attendance.objects.filter(session__in=sessions))),
            "token": [signing.dumps(str(each), salt=SALT) for each in there],
            "question": _ids(FollowUp.objects.filter(attachment__in=away)),
            "site": _ids(EducationSite.objects.filter(organisation_id__in=bodies)),
            "learner": _ids(Apprentice.objects.filter(apprenticeship__in=ties), "person_id"),
            "need": _ids(PlatformNeed.objects.filter(technique__in=techniques)),
            "learned": _codes("procedures"),
            "stage-criterion": _codes("stage_criteria"),
            "specialty-level": _codes("key_specialty_levels"),
            "item": _ids(ItemAnswer.objects.filter(checklist__in=lists), "item"),
            "phase": ["pre", "post"],
            "apprenticeship-verb": ["extend"],
            "technique-verb": ["stop"],
            "attachment-verb": ["accept", "withdraw"],
            "going": _ids(away.filter(state="planned")),
        }
    )  # fmt: skip


def _codes(table: str) -> list[Any]:
    return list(vocabulary().tables.get(table, {}))[: pages.SAMPLE]


def addresses() -> tuple[list[Address], list[str]]:
    """Every page of the room and those beside it, and the names of those of unknown things."""
    found: list[Address] = []
    unknown: list[str] = []
    for name, route in pages._patterns(get_resolver()):
        if not (name.startswith("mentoring:") or name in BESIDE):
            continue
        words = route.strip("^$/").split("/")
        kinds: list[str] = list(NAMED.get(name, ()))
        for before, word in zip(["", *words], words, strict=False):
            if name in NAMED:
                break
            if "<" in word and "kind" in kinds:
                kinds.append("programme")
            elif "<" in word:
                kinds.append(THINGS.get(before, "?"))
        if "?" in kinds:
            unknown.append(name)
        else:
            found.append(Address(name, tuple(kinds)))
    return found, unknown


def people(country: Country, programme: Programme) -> list[Person]:
    """Those of the bench of programmes, with what of learning is theirs."""
    hospital = country.recipient(0)
    home = country.supporter(country.giver_of(0, 0))
    found = country_measure.people(country, programme)
    of_province = [
        country.recipient(n) for n in range(country.recipients) if country.province_of(n) == 0
    ]
    scopes: dict[str, dict[str, Any]] = {
        "manager": {"receiver_id": hospital},
        "expert": {"receiver_id": hospital, "giver_id": home},
        "coordinator": {"receiver_id__in": of_province[:8]},
        "viewer": {"receiver_id__in": of_province[:8]},
    }
    for person in found:
        things(person, scopes[person.name])
    return found


def measure(
    country: Country, programme: Programme, tell: Tell, viewers: Collection[str] = ()
) -> dict[str, Any]:
    """Every page by everybody who looks, or by those named; what is too slow or broken."""
    found, unknown = addresses()
    rows: list[Timed] = []
    closed: dict[str, list[str]] = {}
    broken: list[str] = []
    logging.getLogger("django.request").setLevel(logging.ERROR)
    for person in people(country, programme):
        if viewers and person.name not in viewers:
            continue
        tell(f"asking as {person.name}")
        client = pages.client_of(person.user)
        for address in found:
            paths = pages.paths_of(address, person)
            good, worst = pages.opens(client, paths)
            if worst >= 500:
                broken.append(f"{address.name} ({person.name}): {worst}")
            elif good:
                rows.append(pages.timed(client, address.name, person.name, [[p] for p in good]))
            else:
                why = "nothing of it" if not paths else str(worst)
                closed.setdefault(address.name, []).append(f"{person.name}: {why}")
        for row in sorted((r for r in rows if r.viewer == person.name), key=lambda r: r.p95)[-3:]:
            tell(f"  {row.page}: p95 {row.p95} ms, cpu95 {row.cpu95} ms")
    opened = {row.page for row in rows}
    return {
        "database": connection.vendor,
        "apprentices": Apprentice.objects.count(),
        "cases": Case.objects.count(),
        "pages": [asdict(row) for row in rows],
        "never_opened": {name: why for name, why in closed.items() if name not in opened},
        "unknown": unknown,
        "broken": broken,
        "slow": [f"{r.page} ({r.viewer}): {r.p95} ms" for r in rows if r.p95 > PAGE_MS],
    }


def run(country: Country, size: Size, tell: Tell, viewers: Collection[str] = ()) -> dict[str, Any]:
    """Build and measure in the database of the settings."""
    begun = time.perf_counter()
    programme = build(country, size, tell)
    built = round(time.perf_counter() - begun, 1)
    return {
        **asdict(country), "build_s": built, **measure(country, programme, tell, viewers),
    }  # fmt: skip
