"""Who was at the posts: postings one after another, with gaps, leaves and early returns."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from jiedui.programmes.bench.country import Country, number
from jiedui.programmes.bench.ties import AGREEMENT, PAIRING, write
from jiedui.programmes.domain import states
from jiedui.programmes.models import (
    Appointment,
    Batch,
    Credential,
    Handover,
    Post,
    Posting,
    PostingStep,
    Programme,
    SelfEvaluation,
    Stay,
    Team,
    WelfareItem,
)

POST_YEARS, TEAM_OF, AHEAD = 5, 5, 150
ROLES = ("leader", "deputy_leader", "core", "core", "member")
CATEGORIES = ("clinical", "clinical", "clinical", "nursing", "technical", "managerial")
DAY = timedelta(days=1)


@dataclass
class Rows:
    """What is to be written, by kind, in the order in which it may be written."""

    posts: list[Post] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    steps: list[PostingStep] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    welfare: list[WelfareItem] = field(default_factory=list)
    evaluations: list[SelfEvaluation] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)

    def write(self) -> None:
        """Insert all of it, and begin anew."""
        for model, rows in (
            (Post, self.posts), (Team, self.teams), (Posting, self.postings),
            (PostingStep, self.steps), (Stay, self.stays), (Appointment, self.appointments),
            (WelfareItem, self.welfare), (SelfEvaluation, self.evaluations),
            (Handover, self.handovers),
        ):  # fmt: skip
            write(model, rows)
            rows.clear()


@dataclass
class Line:
    """How far the line of a post has come."""

    era: int = -1
    place: Post | None = None
    last: Posting | None = None
    leads: set[int] = field(default_factory=set)


def at(day: date) -> datetime:
    """The middle of a day."""
    return datetime.combine(day, time(4), UTC)


class Relay:
    """Fills every post of a country from years ago until about half a year ahead."""

    def __init__(self, country: Country, programme: Programme, today: date) -> None:
        self.country, self.programme, self.today = country, programme, today
        self.first = today - timedelta(days=365 * country.years)
        self.chance = random.Random(20)  # noqa: S311 - invented, the same each time
        # Of each supporter: from when on which expert is free.
        self.free = [
            [(date.min, n) for n in range(country.staff)] for _ in range(country.supporters)
        ]
        self.rows = Rows()
        self.lines: dict[tuple[int, int], Line] = {}
        self.teams: set[UUID] = set()
        self.made = 0

    def write(self) -> int:
        """Write everything; how many postings there are."""
        write(Batch, self.batches())
        write(Credential, self.credentials())
        # In the order of time, so that whoever is free is found: (day, recipient, post).
        waiting = [
            (self.first + timedelta(days=self.chance.randrange(180)), recipient, post)
            for recipient in range(self.country.recipients)
            for post in range(self.country.posts)
        ]
        heapq.heapify(waiting)
        while waiting:
            day, recipient, post = heapq.heappop(waiting)
            following = self._post(recipient, post, day)
            if following is not None:
                heapq.heappush(waiting, (following, recipient, post))
            if len(self.rows.postings) > 2_000:
                self.rows.write()
        self.rows.write()
        return self.made

    def _year_of(self, day: date) -> int:
        return (day - self.first).days // 365

    def batches(self) -> Iterator[Batch]:
        """One a year and supporter, each in its own series."""
        for n in range(self.country.supporters):
            for year in range(self.country.years + 1):
                start = self.first + timedelta(days=365 * year)
                yield Batch(
                    id=number(30, n * 100 + year), programme=self.programme,
                    sender_id=self.country.supporter(n), number=year + 1 + n % 7,
                    name=f"示例第{year + 1 + n % 7}批", valid_from=start,
                    valid_to=start + timedelta(days=364),
                )  # fmt: skip

    def credentials(self) -> Iterator[Credential]:
        """A licence each; some end within weeks."""
        for n in range(self.country.supporters):
            for k in range(self.country.staff):
                yield Credential(
                    person_id=self.country.person(n, k), kind="physician_licence",
                    number=f"B{n:04d}{k:03d}", issuer="示例卫生健康委",
                    valid_from=self.first - 400 * DAY,
                    valid_to=self.today + timedelta(days=20 + (n * 31 + k * 7) % 1800),
                )  # fmt: skip

    def _team(self, recipient: int, year: int) -> UUID:
        """A recipient's team of a year, from its main supporter."""
        team = number(32, recipient * 100 + year)
        if team not in self.teams:
            self.teams.add(team)
            giver, start = (
                self.country.giver_of(recipient, 0),
                self.first + timedelta(days=365 * year),
            )
            self.rows.teams.append(
                Team(
                    id=team, programme=self.programme, batch_id=number(30, giver * 100 + year),
                    sender_id=self.country.supporter(giver),
                    receiver_id=self.country.recipient(recipient), name=f"示例医疗队{year + 1}",
                    valid_from=start, valid_to=start + timedelta(days=364),
                )
            )  # fmt: skip
        return team

    def _next(self, supporter: int, wanted: date) -> tuple[int, date]:
        """Who of the supporter has been free longest, and from when on they can be there."""
        free, n = heapq.heappop(self.free[supporter])
        return n, max(free, wanted)

    def _post(self, recipient: int, post: int, day: date) -> date | None:
        """The next person at a post; from when on one is wanted after, or None."""
        chance = self.chance
        if day > self.today + AHEAD * DAY or (day > self.today and chance.random() < 0.3):
            return None  # nobody named yet
        supporter = self.country.giver_of(recipient, post)
        n, start = self._next(supporter, day)
        end = start + timedelta(days=chance.choice((183, 365)) - 1)
        era = self._year_of(start) // POST_YEARS
        line = self.lines.setdefault((recipient, post), Line())
        if line.era != era or line.place is None:
            line.era, line.place = era, self._asked(recipient, post, era)
        posting = self._posting(recipient, post, supporter, n, start, end, line.place, line.leads)
        if line.last is not None:
            self._hand_over(line.last, posting)
        heapq.heappush(self.free[supporter], (posting.ends_on + DAY, n))
        line.last = posting
        gap = chance.randrange(5, 45) if chance.random() < 0.1 else 0
        return posting.ends_on + timedelta(days=1 + gap)

    def _asked(self, recipient: int, post: int, era: int) -> Post:
        """The post as it was asked for in an era."""
        specialty = self.country.specialty_of(recipient, post)
        start = self.first + timedelta(days=365 * POST_YEARS * era)
        end = start + timedelta(days=365 * POST_YEARS - 1)
        over = end < self.today
        row = Post(
            id=number(31, recipient * 10_000 + post * 100 + era), programme=self.programme,
            receiver_id=self.country.recipient(recipient),
            department_id=self.country.department(recipient, specialty), specialty=specialty,
            category=CATEGORIES[post % len(CATEGORIES)], mode="resident", months=12,
            priority=1 + post % 5, reason="本地无人能独立开展", needed_from=start,
            needed_to=end if over else None, state="closed" if over else "filled",
            agreed_on=start, closed_on=end if over else None,
        )  # fmt: skip
        self.rows.posts.append(row)
        return row

    def _posting(
        self,
        recipient: int,
        post: int,
        supporter: int,
        n: int,
        start: date,
        end: date,
        place: Post,
        leads: set[int],
    ) -> Posting:
        """A posting with its steps and stays, in the state that it has today."""
        chance, country = self.chance, self.country
        planned_to = end
        early = end < self.today and chance.random() < 0.03
        if early:
            end = start + (end - start) // 2
        state = self._state(start, end, early)
        year = self._year_of(start)
        in_team = post < TEAM_OF
        role = ROLES[post] if in_team else ""
        if role == "leader":
            role = "core" if year in leads or start > self.today else role
            leads.add(year)
        there = state in (*states.PRESENT, *states.ENDED)
        undecided = state in (states.NOMINATED, states.SCREENED)
        second = supporter != country.giver_of(recipient, 0)
        kind = "team" if in_team else ("planned", "flexible")[post % 2]
        posting = Posting(
            id=number(33, self.made), programme=self.programme,
            person_id=country.person(supporter, n), giver_id=country.supporter(supporter),
            receiver_id=country.recipient(recipient), department_id=place.department_id,
            specialty=place.specialty, kind=kind,
            category=place.category, post=place, batch_id=number(30, supporter * 100 + year),
            team_id=self._team(recipient, year) if in_team else None, team_role=role,
            pairing_id=number(PAIRING, recipient + second * 1_000_000),
            agreement_id=self._agreement(recipient, supporter, start), title=country.title(n),
            workload=100 if in_team or post % 2 == 0 else 40, planned_from=start,
            planned_to=planned_to, starts_on=start, ends_on=end, state=state,
            approved_on=None if undecided else start - 30 * DAY,
            arrived_on=start if there else None,
            departed_on=end if state in states.ENDED else None,
            reason="家中有事" if early else "", nominated_at=at(start - 60 * DAY),
        )  # fmt: skip
        self.made += 1
        self.rows.postings.append(posting)
        leave = self._stays(posting) if there else None
        self._steps(posting, leave)
        if there and post == 0:
            self.rows.appointments.append(
                Appointment(posting=posting, kind="department_head",
                            department_id=place.department_id, valid_from=start, valid_to=end)
            )  # fmt: skip
        if state in states.PRESENT:
            self.rows.welfare += [
                WelfareItem(posting=posting, item=item, done_on=start,
                            issue="热水不足" if item == "housing" and n % 9 == 0 else "")
                for item in ("housing", "meals", "transport")
            ]  # fmt: skip
        if state == states.DEPARTED and n % 3 == 0:
            self.rows.evaluations.append(
                SelfEvaluation(posting=posting, achieved="带教两名医师", work=4, life=4,
                               submitted_at=at(end))
            )  # fmt: skip
        return posting

    def _agreement(self, recipient: int, supporter: int, day: date) -> UUID | None:
        """The agreement that covers the day; the second supporter has none."""
        if supporter != self.country.giver_of(recipient, 0):
            return None
        start = self.first - timedelta(days=recipient % (3 * 365))
        term = (min(day, self.today) - start).days // (3 * 365)
        return number(AGREEMENT, recipient * 100 + term)

    def _state(self, start: date, end: date, early: bool) -> str:
        if early:
            return states.RETURNED_EARLY
        if end < self.today:
            return states.DEPARTED
        if start <= self.today:
            return states.ON_LEAVE if self.chance.random() < 0.05 else states.ON_SITE
        days = (start - self.today).days
        if days > 60:
            return states.NOMINATED if days > 100 else states.SCREENED
        return states.APPROVED if days > 7 else states.TRAVELLING

    def _stays(self, posting: Posting) -> tuple[date, date] | None:
        """The days on site; the leave in the midst of some."""
        start, end = posting.starts_on, posting.departed_on
        stay = {"posting": posting, "person_id": posting.person_id,
                "receiver_id": posting.receiver_id}  # fmt: skip
        if posting.state == states.ON_LEAVE:
            last = max(start, self.today - timedelta(days=self.chance.randrange(1, 10)))
            self.rows.stays.append(Stay(**stay, first_day=start, last_day=last))
            return last + DAY, last + 21 * DAY
        until = end or self.today
        if (until - start).days > 120 and self.chance.random() < 0.4:
            left = start + timedelta(days=self.chance.randrange(60, (until - start).days - 30))
            back = left + timedelta(days=self.chance.randrange(7, 21))
            self.rows.stays += [
                Stay(**stay, first_day=start, last_day=left),
                Stay(**stay, first_day=back, last_day=end),
            ]
            return left + DAY, back
        self.rows.stays.append(Stay(**stay, first_day=start, last_day=end))
        return None

    def _steps(self, posting: Posting, leave: tuple[date, date] | None) -> None:
        """How it came to its state."""
        start, state = posting.starts_on, posting.state
        taken: list[tuple[str, str, date, date | None]]
        taken = [("nominate", states.NOMINATED, start - 60 * DAY, None)]
        if state != states.NOMINATED:
            taken.append(("screen", states.SCREENED, start - 45 * DAY, None))
        if posting.approved_on:
            taken.append(("approve", states.APPROVED, posting.approved_on, None))
        if posting.arrived_on:
            taken.append(("arrive", states.ON_SITE, start, None))
        elif state == states.TRAVELLING:
            taken.append(("travel", states.TRAVELLING, start - 7 * DAY, None))
        if leave is not None:
            taken.append(("leave", states.ON_LEAVE, leave[0], leave[1]))
            if state != states.ON_LEAVE:
                taken.append(("return", states.ON_SITE, leave[1], None))
        if posting.departed_on:
            verb = "depart" if state == states.DEPARTED else "return_early"
            taken.append((verb, state, posting.departed_on, None))
        self.rows.steps += [
            PostingStep(posting=posting, number=n, verb=verb, state=reached, on=day, until=until,
                        at=at(min(day, self.today)))
            for n, (verb, reached, day, until) in enumerate(taken, 1)
        ]  # fmt: skip

    def _hand_over(self, before: Posting, after: Posting) -> None:
        """From one to the next: begun some weeks before the end, mostly signed."""
        if before.ends_on > self.today + 30 * DAY:
            return
        signed = after.arrived_on is not None and self.chance.random() < 0.97
        self.rows.handovers.append(
            Handover(
                outgoing=before, incoming=after, due_on=before.ends_on, patients_of_concern=6,
                apprentices="两名学员", techniques="一项新技术", contacts="科室主任",
                created_at=at(min(before.ends_on - 14 * DAY, self.today)),
                outgoing_signed_at=at(before.ends_on) if signed else None,
                incoming_signed_at=at(after.starts_on) if signed else None,
            )
        )  # fmt: skip
