"""The bench of learning: a small school that holds together, and its pages opened."""

from __future__ import annotations

import pytest
from django.db.models import F

from jiedui.config.learning_bench import measure
from jiedui.config.learning_bench.school import Size
from jiedui.mentoring.models import Apprentice, Attachment, Attendance, Case, CaseTally, Skill
from jiedui.programmes.bench import pages
from jiedui.programmes.bench.country import Country

# Some of each kind: the pages themselves have tests of their own.
LOOKED_AT = {
    "home:today", "mentoring:cases", "mentoring:apprenticeship", "mentoring:certificates",
    "mentoring:session", "mentoring:attachment", "mentoring:staying-programme",
    "mentoring:technique", "mentoring:skill", "mentoring:review", "mentoring:studio",
    "mentoring:clinic", "mentoring:road", "mentoring:procedure", "mentoring:research-project",
    "mentoring:checklist",
    # Addresses of two words, or of what hangs on something else.
    "mentoring:apprenticeship-step", "mentoring:plan-change", "mentoring:criterion",
    "mentoring:verified", "mentoring:department-criterion", "mentoring:department-level",
    "mentoring:checklist-item", "mentoring:session-scores", "mentoring:attendance-out",
    "mentoring:signed-in", "mentoring:attachment-step", "mentoring:follow-up", "mentoring:site",
    "mentoring:site-standing", "mentoring:site-year", "mentoring:cascade-of",
    "mentoring:technique-step", "mentoring:technique-need-drop",
}  # fmt: skip
SMALL = Country(recipients=2, supporters=2, postings_a_year=8, years=2)


@pytest.mark.django_db
def test_a_small_school_holds_together_and_its_pages_open(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, few in (("REQUESTS", 2), ("WARM", 0), ("SAMPLE", 1)):
        monkeypatch.setattr(pages, name, few)
    told: list[str] = []
    everywhere, unknown = measure.addresses()
    assert unknown == []
    some = [address for address in everywhere if address.name in LOOKED_AT]
    monkeypatch.setattr(measure, "addresses", lambda: (some, []))

    found = measure.run(SMALL, Size(20, 12), told.append, ["coordinator"])

    assert found["apprentices"] == Apprentice.objects.count() == 20
    assert found["cases"] == Case.objects.count() > 150
    # What the actions keep of cases is what a recount of them finds.
    confirmed = Case.objects.filter(state="confirmed").count()
    kept = sum(
        CaseTally.objects.values_list(
            F("expert") + F("joint") + F("supervised") + F("independent"), flat=True
        )
    )
    assert kept == confirmed
    own = Case.objects.filter(state="confirmed", lead__in=("supervised", "independent"))
    assert sum(Skill.objects.values_list("cases", flat=True)) == own.count()
    assert Attendance.objects.exists()
    assert Attachment.objects.exists()
    assert not found["broken"]
    opened = {row["page"] for row in found["pages"]}
    assert opened == LOOKED_AT < {address.name for address in everywhere}
    assert all(0 < row["p50"] <= row["p95"] and row["queries"] for row in found["pages"])
    assert any("asking as coordinator" in text for text in told)
