"""What a session's page says of its four levels, in words, charts and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from jiedui.core.packs import vocabulary
from jiedui.mentoring.domain import rules
from jiedui.mentoring.domain.kirkpatrick import ANSWERS, KNOWN, OPEN, UNKNOWN, cost_each
from jiedui.mentoring.models import TeachingSession
from jiedui.mentoring.queries.sessions import Judged, Numbers
from jiedui.mentoring.views import session_words as words
from jiedui.web.charts import ChartData, Series
from jiedui.web.templatetags.jiedui import amount, day


@dataclass(frozen=True)
class LevelLine:
    """A level with what is known of it."""

    title: Any
    state: Any
    tone: str
    rests_on: Any
    said: Sequence[str]


def costs(session: TeachingSession, numbers: Numbers) -> tuple[Any, Any]:
    """Money a person and an attendance; a person's only where everybody is named."""
    persons = 0 if numbers.unnamed else numbers.persons
    return cost_each(session.spent, persons, numbers.attendances)


def level_lines(judged: Judged) -> list[LevelLine]:
    """The four levels, each with its words."""
    said = {1: _reactions, 2: _tests, 3: _behaviour, 4: _results}
    return [
        LevelLine(
            words.LEVELS[level.number], words.LEVEL_STATES[level.state],
            words.LEVEL_TONES[level.state], words.RESTS_ON[level.number],
            [str(words.WHY[level.why])] if level.state == UNKNOWN else said[level.number](judged),
        )
        for level in judged.levels
    ]  # fmt: skip


def _reactions(judged: Judged) -> list[str]:
    most = max(sum(by.values()) for by in judged.known.answers.values())
    said = [ngettext("%(n)s learner answered.", "%(n)s learners answered.", most) % {"n": most}]
    least = rules.whole("reactions_least")
    if most < least:
        said.append(
            _("What was answered is shown from %(n)s answers on, so that nobody is recognised.")
            % {"n": least}
        )
    return said


def _tests(judged: Judged) -> list[str]:
    change = judged.known.change
    assert change is not None  # noqa: S101 - the level is known
    return [
        _("%(n)s with both marks: %(higher)s higher, %(same)s the same, %(lower)s lower.")
        % {"n": change.pairs, "higher": change.higher, "same": change.same, "lower": change.lower},
        _("In the middle %(before)s before and %(after)s after, of 100; the middle change is"
          " %(change)s.")
        % {"before": amount(change.median_before), "after": amount(change.median_after),
           "change": signed(change.median_change)},
    ]  # fmt: skip


def signed(value: Any) -> str:
    """A change with its sign."""
    return f"+{amount(value)}" if value is not None and value > 0 else str(amount(value))


def _until(judged: Judged, number: int) -> list[str]:
    level = judged.levels[number - 1]
    if level.state != OPEN or level.until is None:
        return []
    return [_("Looked at until %(day)s.") % {"day": day(level.until)}]


def _behaviour(judged: Judged) -> list[str]:
    known = judged.known
    found = [
        _("%(did)s of %(all)s learners by name have a confirmed case within %(months)s months,"
          " %(alone)s of them on their own.")
        % {"did": known.did, "all": known.learners, "months": known.months, "alone": known.alone}
    ]  # fmt: skip
    if known.certified:
        found.append(_("%(n)s certified since.") % {"n": known.certified})
    return found + _until(judged, 3)


def _results(judged: Judged) -> list[str]:
    known = judged.known
    return [
        _("%(before)s cases in the %(months)s months before, %(local_before)s led locally;"
          " %(after)s in those after, %(local_after)s led locally.")
        % {"before": amount(known.cases_before), "after": amount(known.cases_after),
           "months": known.months, "local_before": known.local_before,
           "local_after": known.local_after},
        _("Before and after tells of no cause: other things change too."),
        *_until(judged, 4),
    ]  # fmt: skip


def charts(judged: Judged) -> list[ChartData]:
    """How marks changed, as a distribution."""
    change = judged.known.change
    if change is None or not change.pairs or judged.levels[1].state != KNOWN:
        return []
    return [
        ChartData(
            _("Change of marks after the session"), _("Change, of 100"), words.bands(),
            [Series(_("Learners"), change.bands, tone="teach")], kind="bar", unit=_("persons"),
        )
    ]  # fmt: skip


def reactions(judged: Judged) -> list[tuple[str, list[tuple[int, int]], int]]:
    """Each question with how many gave each answer, 5 first, and how many answered.

    Too few answers (the pack's ``reactions_least``) would tell who gave them, and are left out.
    """
    language = get_language() or "zh-hans"
    least = rules.whole("reactions_least")
    found = []
    for code, question in vocabulary().table("reaction_questions").items():
        by = judged.known.answers.get(code)
        if by and sum(by.values()) >= least:
            counts = [(answer, by.get(answer, 0)) for answer in reversed(ANSWERS)]
            found.append((question.label(language), counts, sum(by.values())))
    return found
