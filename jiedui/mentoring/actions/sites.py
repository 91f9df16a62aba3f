"""Education sites with their years, and awards."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, not_ahead, term, whole, words
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.mentoring.access.teaching import must_keep_of
from jiedui.mentoring.actions._people import must_be_staff, of_one_world
from jiedui.mentoring.models import Award, EducationSite, SiteYear

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation, Person
    from jiedui.programmes.models import Programme

MOST = 100_000


@days_meant
@transaction.atomic
def add_site(
    *,
    by: User | None,
    id: UUID | None = None,
    organisation: Organisation,
    kind: str,
    name: str,
    standing: str,
    standing_on: date,
    specialty: str = "",
    accredited_by: str = "",
    valid_from: date | None = None,
) -> EducationSite:
    """Register a place of education. InvalidInput ``site-taken`` at ``name``."""
    must_keep_of(by, organisation.id)
    content = hash_of(organisation=organisation, kind=kind, name=name, standing=standing,
                      on=standing_on, specialty=specialty, by=accredited_by,
                      start=valid_from)  # fmt: skip
    if found := first_answer(EducationSite, id, content):
        return found
    term("education_site_kinds", kind)
    term("accreditation_states", standing, "standing")
    if specialty:
        term("specialties", specialty, "specialty")
    not_ahead(standing_on, "standing_on")
    try:
        with transaction.atomic():
            site = EducationSite.objects.create(
                id=id or new_id(), content=content, organisation=organisation, kind=kind,
                name=words(name, "name", 160, required=True), standing=standing,
                standing_on=standing_on, specialty=specialty, valid_from=valid_from,
                accredited_by=words(accredited_by, "accredited_by", 160),
            )  # fmt: skip
    except IntegrityError as fault:
        raise InvalidInput(
            "site-taken", "A site of this kind and name is registered already.", field="name"
        ) from fault
    record(by=by, action="mentoring.add-site", object_kind="education_site", object_id=site.id)
    return site


@days_meant
@transaction.atomic
def set_standing(*, by: User | None, site: EducationSite, standing: str, on: date) -> EducationSite:
    """Say how the site stands with who accredits it, since a day not before the last one told."""
    row = EducationSite.objects.select_for_update(no_key=True).get(pk=site.pk)
    must_keep_of(by, row.organisation_id)
    term("accreditation_states", standing, "standing")
    not_ahead(on)
    if on < row.standing_on:
        raise InvalidInput(
            "dates-out-of-order", "The end (%(end)s) lies before the start (%(start)s).",
            field="on", start=row.standing_on, end=on,
        )  # fmt: skip
    row.standing, row.standing_on = standing, on
    row.save(update_fields=["standing", "standing_on"])
    record(
        by=by, action="mentoring.set-site-standing", object_kind="education_site",
        object_id=row.id, standing=standing, on=on.isoformat(),
    )  # fmt: skip
    return row


@transaction.atomic
def tell_year(
    *,
    by: User | None,
    site: EducationSite,
    year: int,
    intake: int | None = None,
    examined: int | None = None,
    passed: int | None = None,
) -> SiteYear:
    """Say what a site took in and who passed in a year; again to say it anew."""
    row = EducationSite.objects.select_for_update(no_key=True).get(pk=site.pk)
    must_keep_of(by, row.organisation_id)
    whole(year, "year", 1950, today().year)
    for field, value in (("intake", intake), ("examined", examined), ("passed", passed)):
        if value is not None:
            whole(value, field, 0, MOST)
    if passed is not None and (examined is None or passed > examined):
        raise InvalidInput(
            "passed-beyond-examined", "No more can pass than were examined.", field="passed"
        )
    told, _new = SiteYear.objects.update_or_create(
        site=row, year=year,
        defaults={"intake": intake, "examined": examined, "passed": passed},
    )  # fmt: skip
    record(
        by=by, action="mentoring.tell-site-year", object_kind="education_site", object_id=row.id,
        year=year,
    )  # fmt: skip
    return told


@days_meant
@transaction.atomic
def add_award(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    organisation: Organisation,
    name: str,
    level: str,
    given_by: str,
    on: date,
    person: Person | None = None,
    team: str = "",
    rank: str = "",
) -> Award:
    """Register an award. InvalidInput ``award-of-nobody`` or ``award-taken`` at the field."""
    must_keep_of(by, organisation.id)
    content = hash_of(programme=programme, organisation=organisation, name=name, level=level,
                      given_by=given_by, on=on, person=person, team=team, rank=rank)  # fmt: skip
    if found := first_answer(Award, id, content):
        return found
    of_one_world(programme, organisation=organisation, person=person)
    term("award_levels", level, "level")
    not_ahead(on)
    if person is None and not team.strip():
        raise InvalidInput("award-of-nobody", "Name the person or the team.", field="team")
    if person is not None:
        must_be_staff(person, organisation, on, "person")
    try:
        with transaction.atomic():
            award = Award.objects.create(
                id=id or new_id(), content=content, programme=programme,
                organisation=organisation, name=words(name, "name", 200, required=True),
                level=level, given_by=words(given_by, "given_by", 160, required=True), on=on,
                person=person, team=words(team, "team", 120), rank=words(rank, "rank", 40),
            )  # fmt: skip
    except IntegrityError as fault:
        raise InvalidInput(
            "award-taken", "This award of this day is registered already.", field="name"
        ) from fault
    record(by=by, action="mentoring.add-award", object_kind="award", object_id=award.id)
    return award
