"""The adoption curve as charts: cases by who led, the local share, the experts' presence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from jiedui.mentoring.domain.adoption import Month
from jiedui.mentoring.domain.months import month_of
from jiedui.mentoring.models import Technique
from jiedui.mentoring.queries import techniques as queries
from jiedui.mentoring.views import technique_words as words
from jiedui.mentoring.views.staying_words import TONES
from jiedui.web.charts import ChartData, Series


def _bands(technique: Technique, followed: queries.Followed) -> list[tuple[str, str, str]]:
    """The experts' presence as shades of the months, and the first local-led case."""
    if not followed.months:
        return []
    first, last = followed.months[0].month, followed.months[-1].month
    found: list[tuple[date, date]] = []
    for start, end in sorted(followed.present, key=lambda days: days[0]):
        a, b = max(month_of(start), first), min(month_of(end) if end else last, last)
        if a > b:
            continue
        if found and a <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], b))
        else:
            found.append((a, b))
    return [
        (words.told_month(a), words.told_month(b), _("Expert there") if place == 0 else "")
        for place, (a, b) in enumerate(found)
    ]


def _labels(technique: Technique, months: Sequence[Month]) -> list[str]:
    return [words.told_month(row.month) for row in months]


def cases_chart(technique: Technique, followed: queries.Followed) -> ChartData | None:
    """Cases a month by who led, with the experts\' presence behind; None without a case."""
    months = followed.months
    if technique.first_case_on is None or not months:
        return None
    series = [
        Series(
            str(words.LEADS[lead]),
            [getattr(row.led, lead) if row.led is not None else None for row in months],
            tone,
        )
        for lead, tone in TONES.items()
    ]
    local = technique.first_local_on
    return ChartData(
        title=_("Cases a month by who led"),
        category=_("Month"),
        categories=_labels(technique, months),
        series=series,
        kind="stacked",
        unit=pgettext("cases", "cases"),
        # The bars would hide its word; the note beneath says what the shade is.
        bands=[(first, last, "") for first, last, _word in _bands(technique, followed)],
        marks=([(words.told_month(month_of(local)), _("First local-led case"))] if local else ()),
    )


def share_chart(technique: Technique, followed: queries.Followed) -> ChartData | None:
    """The share led locally of each month; a month without a case has none."""
    months = followed.months
    if technique.first_case_on is None or len(months) < 2:
        return None
    return ChartData(
        title=_("Local-lead share of each month"),
        category=_("Month"),
        categories=_labels(technique, months),
        series=[Series(_("Local-lead share"), [row.share for row in months], "jade")],
        unit="%",
        kind="line",
        bands=_bands(technique, followed),
    )


def curve_note(months: Sequence[Month]) -> str:
    """What the curve does not know, said beneath it."""
    unknown = sum(row.led is None for row in months)
    if not unknown:
        return ""
    return ngettext(
        "%(n)s month has no record of the department at all and is shown as not recorded, not as"
        " zero.",
        "%(n)s months have no record of the department at all and are shown as not recorded, not as"
        " zero.",
        unknown,
    ) % {"n": unknown}
