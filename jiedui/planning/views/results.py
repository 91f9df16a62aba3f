"""What a scenario does on one screen: covered or not, why, at what cost, how near to the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.planning.views import words
from jiedui.planning.views.base import url
from jiedui.web.templatetags.jiedui import amount, period

if TYPE_CHECKING:
    from jiedui.planning.queries import (
        More,
        OutOfReach,
        PostLine,
        RecipientLine,
        Result,
        ScenarioSummary,
    )

# Empty posts on the one screen; all stand in the list of posts.
SHOWN = 6
# Sentences on why one of them is empty.
SENTENCES = 2
# Tours that more money would buy, on the one screen.
MORE_SHOWN = 8
# A floor so near to what is proven to be the highest is the highest.
NO_MORE = 5e-4


@dataclass(frozen=True)
class Share:
    """A recipient and how much of its need is covered."""

    name: str
    share: str
    width: str
    tone: str
    detail: str
    why: str
    url: str


@dataclass(frozen=True)
class EmptyPost:
    """A post to which nobody goes, and why."""

    recipient: str
    name: str
    months: str
    why: Sequence[str]
    url: str
    price: str


@dataclass(frozen=True)
class Outside:
    """A recipient to whom no plan can send anybody, and why of each post."""

    name: str
    posts: Sequence[str]


@dataclass(frozen=True)
class MorePanel:
    """What a hundredth of the budget more would buy."""

    told: str
    gain: str
    most: str
    tours: Sequence[str]
    others: str


@dataclass(frozen=True)
class Number:
    """A number of the panel: what it counts, its value, what it is a part of."""

    label: str
    value: str
    detail: str
    url: str = ""
    tone: str = ""
    unit: str = ""


@dataclass(frozen=True)
class ResultPanel:
    """One scenario told to somebody who must decide on it."""

    whole: bool
    others: int
    sentence: str
    gap: str
    gap_tone: str
    among: Sequence[str]
    numbers: Sequence[Number]
    worst: Sequence[Share]
    more_recipients: int
    empty: Sequence[EmptyPost]
    more_empty: int
    empty_url: str
    posts_url: str
    more: MorePanel | None
    outside: Sequence[Outside]
    remarks: Sequence[str]
    repeat: str
    repeated: str
    same: bool | None
    may_repeat: bool


def _share(row: RecipientLine, posts: str) -> Share:
    detail = _("%(covered)s of %(needed)s months") % {
        "covered": amount(row.months_covered), "needed": amount(row.months_needed),
    }  # fmt: skip
    width = f"{max(0.0, min(100.0, 100 * row.share)):.1f}%"
    tone = "wrong" if row.share == 0 else "part"
    return Share(
        row.name, words.percent(row.share), width, tone, detail, words.said(row.reason),
        f"{posts}?recipient={row.id}",
    )  # fmt: skip


def _empty(id: UUID, row: PostLine) -> EmptyPost:
    told = [words.said(each) for each in row.reasons[:SENTENCES]]
    return EmptyPost(
        row.recipient, words.post_name(row), words.person_months(row.months_needed), told,
        url("scenario-post", id, row.id), words.price(row.price),
    )  # fmt: skip


def _more(more: More | None) -> MorePanel | None:
    if more is None:
        return None
    return MorePanel(
        words.said(more.told),
        _("The plan would be worth %(share)s more by them for certain.")
        % {"share": words.percent(more.gain)} if more.gain else "",
        _("However it were spent, no plan with so much money is worth more than this one by over"
          " %(share)s.") % {"share": words.percent_up(more.most)}
        if more.most is not None else "",
        [
            _("%(person)s (%(giver)s) → %(recipient)s, %(specialty)s, %(days)s")
            % {
                "person": each.person, "giver": each.giver, "recipient": each.recipient,
                "specialty": words.specialty_name(each.specialty), "days": period(*each.days),
            }
            for each in more.tours[:MORE_SHOWN]
        ],
        ngettext("and %(n)s more tour", "and %(n)s more tours", rest) % {"n": rest}
        if (rest := more.others + max(0, len(more.tours) - MORE_SHOWN)) else "",
    )  # fmt: skip


def _outside(row: OutOfReach) -> Outside:
    return Outside(
        row.name,
        [
            _("%(post)s: %(why)s")
            % {"post": words.specialty_name(post), "why": " ".join(map(words.said, why))}
            for post, why in row.posts
        ],
    )


def _repeat(result: Result, seed: int) -> str:
    """How the plan was found, and how it is found again."""
    said = {"seconds": f"{result.seconds:.0f}", "work": result.work, "seed": seed}
    if result.cut:
        return (
            ngettext(
                "The clock ended the search after %(seconds)s s and %(work)s step, starting number"
                " %(seed)s. With as many steps the same plan is found again on any machine.",
                "The clock ended the search after %(seconds)s s and %(work)s steps, starting number"
                " %(seed)s. With as many steps the same plan is found again on any machine.",
                result.work,
            )
            % said
        )
    return (
        ngettext(
            "Searched for %(seconds)s s, %(work)s step, starting number %(seed)s.",
            "Searched for %(seconds)s s, %(work)s steps, starting number %(seed)s.",
            result.work,
        )
        % said
    )


def _sentence(result: Result, recipients: int) -> str:
    """The scenario in one sentence."""
    people = ngettext("%(n)s person", "%(n)s people", result.people) % {"n": result.people}
    if not result.tours:
        return _("Nobody can be sent under these rules; the reasons stand below.")
    share = words.percent(result.coverage)
    tours = ngettext("%(n)s tour", "%(n)s tours", result.tours) % {"n": result.tours}
    if not recipients:
        return ngettext(
            "%(people)s goes on %(tours)s in the whole plan and covers %(share)s of the weighted"
            " need.",
            "%(people)s go on %(tours)s in the whole plan and cover %(share)s of the weighted"
            " need.",
            result.people,
        ) % {"people": people, "tours": tours, "share": share}
    return ngettext(
        "%(people)s goes to %(recipients)s on %(tours)s and covers %(share)s of the weighted need.",
        "%(people)s go to %(recipients)s on %(tours)s and cover %(share)s of the weighted need.",
        result.people,
    ) % {
        "people": people,
        "recipients": ngettext("%(n)s recipient", "%(n)s recipients", recipients)
        % {"n": recipients},
        "tours": tours,
        "share": share,
    }  # fmt: skip


def _numbers(id: UUID, summary: ScenarioSummary, result: Result) -> list[Number]:
    posts = url("scenario-posts", id)
    cost, unit = words.money_parts(result.cost)
    floor = ""
    if result.floor:
        floor = (
            _("at least %(share)s wherever what was kept or pinned leaves anybody to be sent")
            if result.crowded_out
            else _("at least %(share)s wherever anybody can be sent")
        ) % {"share": words.percent_down(result.floor)}
    worst = ""
    if result.floor_bound is not None:
        worst = _("no plan can give everybody within reach more than %(share)s") % {
            "share": words.percent_up(result.floor_bound)
        }
        near = result.floor is not None and result.floor_bound - result.floor <= NO_MORE
        if near and not result.crowded_out:
            worst = _("no plan lifts the worst-off within reach above %(share)s") % {
                "share": words.percent_down(result.floor or 0.0)
            }
    told = [
        ngettext(
            "%(n)s recipient gets nobody", "%(n)s recipients get nobody", result.with_nothing
        ) % {"n": result.with_nothing}
        if result.with_nothing else _("every recipient gets somebody"),
        worst,
    ]  # fmt: skip
    return [
        Number(
            _("Need covered"), words.percent(result.coverage),
            floor or _("of months needed, weighted by priority"), f"{posts}?state=",
        ),
        Number(
            _("Posts covered"), f"{result.filled} / {result.posts}",
            _("%(partly)s partly, %(empty)s empty")
            % {"partly": result.partly, "empty": result.empty},
            f"{posts}?state=empty",
        ),
        Number(
            _("Team months"), str(result.team_months),
            ngettext("at %(n)s recipient", "at %(n)s recipients", result.teams)
            % {"n": result.teams},
        ),
        Number(
            _("Apprentices' posts with a mentor"), f"{result.mentored} / {result.wanting_mentor}",
            _("long enough on end"),
        ),
        Number(
            _("Cost"), cost,
            _("of %(budget)s") % {"budget": words.money(summary.card.budget)},
            url("tours", id),
            unit=unit,
        ),
        Number(
            _("Worst-off recipient"), words.percent(result.smallest),
            _("; ").join(filter(None, told)),
            tone="wrong" if result.with_nothing else "",
        ),
    ]  # fmt: skip


def panel_of(summary: ScenarioSummary, *, may_repeat: bool = False) -> ResultPanel | None:
    """The panel of a scenario that was computed."""
    result = summary.card.result
    if result is None:
        return None
    id = summary.card.id
    posts = url("scenario-posts", id)
    empty = [row for row in summary.posts if row.state == "empty"]
    # Those that were explained first, of the others those of the greatest need.
    empty.sort(key=lambda row: (not row.reasons, -row.months_needed))
    served = {row.recipient_id for row in summary.tours}
    return ResultPanel(
        whole=summary.whole,
        others=summary.others,
        sentence=_sentence(result, len(served) if summary.whole else 0),
        gap=words.said(result.gap_words),
        gap_tone=words.GAP_TONES.get(result.gap_level, "plain"),
        among=[words.said(each) for each in result.gap_among],
        numbers=_numbers(id, summary, result),
        worst=[_share(row, posts) for row in summary.worst],
        more_recipients=max(0, len(summary.recipients) - len(summary.worst)),
        empty=[_empty(id, row) for row in empty[:SHOWN]],
        more_empty=max(0, len(empty) - SHOWN),
        empty_url=f"{posts}?state=empty",
        posts_url=posts,
        more=_more(summary.more),
        outside=[_outside(each) for each in summary.out_of_reach],
        remarks=[words.remark(each) for each in summary.remarks],
        repeat=_repeat(result, summary.card.seed),
        repeated=""
        if result.same is None
        else _("Repeated with as many steps: the same plan was found.")
        if result.same
        else _("Repeated with as many steps, another plan was found: tell who runs the system."),
        same=result.same,
        may_repeat=may_repeat,
    )
