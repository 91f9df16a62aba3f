"""Whether a recipient or a team keeps the rules of presence, and what breaks them.

The rules are data of the pack (table presence_rules). A rule is kept, broken, or still
open: what has not run its time is judged by nobody. Days already empty, and postings that
ended too soon, are broken at once, for nothing can mend them.

A leave keeps a post filled, for whoever is on leave comes back; but on its days nobody is
there. Each rule says (leave_days) up to how many days a leave is passed over: such a leave
breaks no stay and leaves no day empty. Nought passes over none.

A recipient's rule names the kinds of recipient that it judges and the tiers of the places in
which they are seated: a county's hospital is one seated in a county. A team's rule judges the
teams that are what it is about, in whatever programme: one with a posting of its kinds. Its
numbers are those of people posted at one time, so that who comes for another makes no team
larger. Local people in development (the packs' column "local") are nobody's experts.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from jiedui.core.packs import Term
from jiedui.programmes.domain.presence import ONE_DAY, Days, gaps, length, union, within

KEPT, OPEN, BROKEN = "kept", "open", "broken"
# Whom no rule judges, and why not: the kind of programme, the body's kind, where it is seated,
# no seat known, the day from which the rules hold, or a team of nobody sent in the group style.
UNJUDGED = "unjudged"
OF_PROGRAMME, OF_KIND, OF_SEAT, NO_SEAT, OF_DAY, NOT_GROUP = (
    "programme", "kind", "seat", "no_seat", "day", "not_group",
)  # fmt: skip
# What a rule judges; the column "measure" of the pack.
PERSONS, UNBROKEN, PRESENT, SENIORS = "persons", "unbroken", "present", "seniors"
MEASURES = (PERSONS, UNBROKEN, PRESENT, SENIORS)
# Whom a rule judges; the column "per".
RECEIVER, TEAM = "receiver", "team"
# Why a posting or a span of days breaks a rule.
TOO_SHORT, INTERRUPTED, NOBODY_THERE, TOO_FEW, TOO_MANY, NO_SENIOR = (
    "too_short", "interrupted", "nobody_there", "too_few", "too_many", "no_senior",
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule of the pack."""

    code: str
    per: str
    programme_kinds: frozenset[str]
    receiver_kinds: frozenset[str]
    receiver_tiers: frozenset[str]
    posting_kinds: frozenset[str]
    measure: str
    minimum: int | None
    maximum: int | None
    days: int | None
    valid_from: date | None
    leave_days: int = 0

    def judges(
        self, programme_kind: str, receiver_kind: str, receiver_tier: str, day: date
    ) -> bool:
        """Whether a recipient's rule holds for a programme and a recipient of these on a day.

        The tier is that of the place in which the recipient is seated; a blank column cuts nothing.
        """
        return (
            self.per == RECEIVER
            and (not self.programme_kinds or programme_kind in self.programme_kinds)
            and (not self.receiver_kinds or receiver_kind in self.receiver_kinds)
            and (not self.receiver_tiers or receiver_tier in self.receiver_tiers)
            and (self.valid_from is None or day >= self.valid_from)
        )

    def judges_team(self, programme_kind: str, kinds: Collection[str], day: date) -> bool:
        """Whether a team's rule holds for one with postings of these kinds on a day."""
        return (
            self.per == TEAM
            and (not self.programme_kinds or programme_kind in self.programme_kinds)
            and not self.posting_kinds.isdisjoint(kinds)
            and (self.valid_from is None or day >= self.valid_from)
        )


def why_none(
    rules: Iterable[Rule], programme_kind: str, receiver_kind: str, receiver_tier: str, day: date
) -> str:
    """Why none of the rules judges a recipient of these on a day; blank where one does."""
    left = [rule for rule in rules if rule.per == RECEIVER]
    for why, holds in (
        (OF_PROGRAMME, lambda rule: not rule.programme_kinds
         or programme_kind in rule.programme_kinds),
        (OF_KIND, lambda rule: not rule.receiver_kinds or receiver_kind in rule.receiver_kinds),
        (OF_SEAT if receiver_tier else NO_SEAT,
         lambda rule: not rule.receiver_tiers or receiver_tier in rule.receiver_tiers),
        (OF_DAY, lambda rule: rule.valid_from is None or day >= rule.valid_from),
    ):  # fmt: skip
        left = [rule for rule in left if holds(rule)]
        if not left:
            return why
    return ""


class Service(NamedTuple):
    """A posting as the rules see it: its stays, and whether more is to come of it."""

    posting: Hashable
    person: Hashable
    kind: str
    senior: bool
    # A posting that has ended brings no further day.
    ended: bool
    # To when it is planned, where it has not ended.
    ends_on: date
    stays: tuple[tuple[date, date | None], ...]


class Breach(NamedTuple):
    """What breaks a rule: a posting with its days, days without anybody, or a number."""

    why: str
    posting: Hashable | None = None
    days: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Verdict:
    """How one rule came out: what was found, of what was wanted, and what breaks it."""

    rule: Rule
    state: str
    found: int | Fraction
    breaches: Sequence[Breach] = field(default=())


def experts(kinds: Mapping[str, Term]) -> frozenset[str]:
    """The kinds of posting by which experts are sent: all but those of local people."""
    return frozenset(code for code, term in kinds.items() if not term.extra.get("local"))


def of_teams(kinds: Mapping[str, Term]) -> frozenset[str]:
    """The kinds of posting that make a team a group-style one."""
    return frozenset(code for code, term in kinds.items() if term.extra.get("team"))


def rules(terms: Mapping[str, Term], kinds: Mapping[str, Term]) -> list[Rule]:
    """The rules of the packs' table; ``kinds`` is their table of kinds of posting.

    Where a rule names no kinds, a team's is about those of group-style teams, a recipient's
    about all by which experts are sent.
    """
    found = []
    blank = {TEAM: of_teams(kinds), RECEIVER: experts(kinds)}
    for code, term in terms.items():
        extra = term.extra
        if extra["measure"] not in MEASURES or extra["per"] not in (RECEIVER, TEAM):
            raise ValueError(f"presence rule {code}: unknown measure or bearer")
        found.append(
            Rule(
                code, extra["per"], frozenset(extra["programme_kinds"].split()),
                frozenset(extra["receiver_kinds"].split()),
                frozenset(extra["receiver_tiers"].split()),
                frozenset(extra["posting_kinds"].split()) or blank[extra["per"]],
                extra["measure"],
                _number(extra["minimum"]), _number(extra["maximum"]), _number(extra["days"]),
                date.fromisoformat(extra["valid_from"]) if extra["valid_from"] else None,
                _number(extra["leave_days"]) or 0,
            )
        )  # fmt: skip
    return found


def _number(text: str) -> int | None:
    return int(text) if text else None


def judge(rule: Rule, services: Iterable[Service], period: Days, today: date) -> Verdict:
    """One rule over the postings of a recipient or a team in a period."""
    seen = []
    for each in services:
        if each.kind in rule.posting_kinds:
            stays = bridged(each, rule.leave_days, today)
            seen.append(each if stays is each.stays else each._replace(stays=stays))
    return _JUDGES[rule.measure](rule, seen, period, today)


def bridged(service: Service, leave_days: int, today: date) -> tuple[tuple[date, date | None], ...]:
    """The stays, those joined that a leave of at most so many days parts.

    A leave that goes on joins up to today while it is no longer than that.
    """
    if not leave_days or not service.stays or (service.ended and len(service.stays) == 1):
        return service.stays
    found: list[tuple[date, date | None]] = []
    for first, last in service.stays:
        before = found[-1][1] if found else None
        if before is not None and (first - before).days - 1 <= leave_days:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    start, last = found[-1]
    if not service.ended and last is not None and 0 <= (today - last).days <= leave_days:
        found[-1] = (start, None)
    return tuple(found)


def unbroken(
    rules: Iterable[Rule], kind: str, stays: Sequence[tuple[date, date]], ended: date
) -> int:
    """The days of the longest stay of a posting that has ended, as the rules of its kind see it.

    What the figures count is so what the rules judge: leaves that these pass over break nothing.
    Where two rules differ, by the stricter.
    """
    leave = min(
        (
            rule.leave_days
            for rule in rules
            if rule.measure == UNBROKEN and kind in rule.posting_kinds
        ),
        default=0,
    )
    whole = bridged(Service(None, None, kind, False, True, ended, tuple(stays)), leave, ended)
    return max(((last or ended) - first).days + 1 for first, last in whole)


def _here(services: Sequence[Service], period: Days) -> list[Service]:
    """Those of whom a day on site lies in the period."""
    return [each for each in services if within(each.stays, period)]


def _coming(services: Sequence[Service], period: Days, today: date) -> set[Hashable]:
    """Persons who may yet come in the period."""
    return {
        each.person
        for each in services
        if not each.ended and each.ends_on >= max(today, period.first)
    }


def _most(services: Sequence[Service], period: Days) -> tuple[int, Days]:
    """How many persons were posted at once at most, and the days of the period from when to when.

    Who is on leave is posted; a person of two postings is one.
    """
    spans: dict[Hashable, list[Days]] = {}
    for each in services:
        last = each.stays[-1][1] if each.ended and each.stays else None
        whole = [(each.stays[0][0], last)] if each.stays else []
        spans.setdefault(each.person, []).extend(within(whole, period))
    turns: dict[date, int] = {}
    for span in (span for each in spans.values() for span in union(each)):
        turns[span.first] = turns.get(span.first, 0) + 1
        turns[span.last + ONE_DAY] = turns.get(span.last + ONE_DAY, 0) - 1
    days = sorted(day for day, turn in turns.items() if turn)
    most, there, when = 0, 0, period
    for at, day in enumerate(days):
        there += turns[day]
        if there > most:
            most, when = there, Days(day, days[at + 1] - ONE_DAY)
    return most, when


def _team(rule: Rule, services: Sequence[Service], period: Days, today: date) -> Verdict:
    """How many were in the team at one time; who may yet come may make it whole."""
    most, when = _most(services, Days(period.first, min(period.last, today)))
    if rule.maximum is not None and most > rule.maximum:
        breach = Breach(TOO_MANY, None, most - rule.maximum, when.first, when.last)
        return Verdict(rule, BROKEN, most, (breach,))
    wanted = rule.minimum or 0
    if most >= wanted:
        return Verdict(rule, KEPT, most)
    here = {each.person for each in _here(services, period)}
    over = today > period.last and not _coming(services, period, today) - here
    return Verdict(rule, BROKEN if over else OPEN, most, (Breach(TOO_FEW, days=wanted - most),))


def _counted(
    rule: Rule, persons: set[Hashable], coming: set[Hashable], over: bool, few: str
) -> Verdict:
    count = len(persons)
    if rule.maximum is not None and count > rule.maximum:
        return Verdict(rule, BROKEN, count, (Breach(TOO_MANY, days=count - rule.maximum),))
    wanted = rule.minimum or 0
    if count >= wanted:
        return Verdict(rule, KEPT, count)
    breach = (Breach(few, days=wanted - count),)
    if over and not coming - persons:
        return Verdict(rule, BROKEN, count, breach)
    return Verdict(rule, OPEN, count, breach)


def _persons(rule: Rule, services: Sequence[Service], period: Days, today: date) -> Verdict:
    if rule.per == TEAM:
        return _team(rule, services, period, today)
    here = {each.person for each in _here(services, period)}
    return _counted(
        rule, here, _coming(services, period, today), today > period.last, TOO_FEW
    )  # fmt: skip


def _seniors(rule: Rule, services: Sequence[Service], period: Days, today: date) -> Verdict:
    seniors = [each for each in services if each.senior]
    here = {each.person for each in _here(seniors, period)}
    return _counted(
        rule, here, _coming(seniors, period, today), today > period.last, NO_SENIOR
    )  # fmt: skip


def _unbroken(rule: Rule, services: Sequence[Service], period: Days, today: date) -> Verdict:
    """Each posting that was here: its longest stay, over its whole time, reaches the days."""
    wanted = rule.days or 0
    kept, broken, waiting = 0, [], 0
    for each in _here(services, period):
        longest = max(((last or today) - first).days + 1 for first, last in each.stays)
        if longest >= wanted:
            kept += 1
        elif each.ended:
            whole = sum(((last or today) - first).days + 1 for first, last in each.stays)
            why = INTERRUPTED if whole >= wanted else TOO_SHORT
            broken.append(Breach(why, each.posting, longest))
        else:
            waiting += 1
    state = BROKEN if broken else OPEN if waiting or not kept else KEPT
    return Verdict(rule, state, kept, tuple(broken))


def _present(rule: Rule, services: Sequence[Service], period: Days, today: date) -> Verdict:
    """The share of the days gone by on which somebody was there; each empty span breaks it."""
    if today < period.first:
        return Verdict(rule, OPEN, 0)
    past = Days(period.first, min(period.last, today))
    spans = within((span for each in services for span in each.stays), past)
    empty = gaps(spans, past)
    days = length([past])
    share = Fraction(days - length(Days(gap.first, gap.last) for gap in empty), days)
    breaches = tuple(
        Breach(NOBODY_THERE, None, (gap.last - gap.first).days + 1, gap.first, gap.last)
        for gap in empty
    )
    state = BROKEN if breaches else KEPT if today >= period.last else OPEN
    return Verdict(rule, state, share, breaches)


_JUDGES = {PERSONS: _persons, UNBROKEN: _unbroken, PRESENT: _present, SENIORS: _seniors}


def state_of(verdicts: Iterable[Verdict]) -> str:
    """The state of a recipient or team over all its rules; ``unjudged`` where there is none."""
    states = {verdict.state for verdict in verdicts}
    if not states:
        return UNJUDGED
    return BROKEN if BROKEN in states else OPEN if OPEN in states else KEPT


def ratio(states: Sequence[str]) -> Fraction | None:
    """The share that keeps every rule, of those that can be judged; None where none can."""
    judged = [state for state in states if state not in (OPEN, UNJUDGED)]
    return Fraction(judged.count(KEPT), len(judged)) if judged else None
