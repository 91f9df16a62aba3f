"""A dispatch problem: posts to fill, people to send, and what a plan of tours is worth.

Months are counted from 0, the first month of the horizon; a window or a tour is
half open (``from_month`` belongs to it, ``to_month`` does not).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Recipient:
    """A hospital that is helped."""

    id: str
    region: str
    high_altitude: bool
    wants_team: bool


@dataclass(frozen=True, slots=True)
class Supporter:
    """A hospital that sends people."""

    id: str
    region: str


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who can be sent."""

    id: str
    supporter: str
    specialty: str
    title: int
    """0 intermediate, 1 associate senior, 2 senior."""
    can_lead: bool
    altitude_ok: bool
    from_month: int
    to_month: int
    max_tours: int
    max_months: int
    """Longest single tour."""
    flexible_ok: bool


@dataclass(frozen=True, slots=True)
class Post:
    """A place at a recipient to be filled during a window."""

    id: str
    recipient: str
    specialty: str
    """Empty at a leader's post."""
    leader: bool
    core: bool
    flexible: bool
    from_month: int
    to_month: int
    min_months: int
    min_title: int
    mentor_months: int
    """Months on end that an apprentice needs a mentor; 0 where there is none."""
    capacity: int
    weight: float
    """Need a month."""

    @property
    def need(self) -> float:
        """Weighted need over the window, all places together.

        A window that ends before it begins counts as it is written, below zero:
        nobody can be sent there, and the reader says so.
        """
        return self.weight * (self.to_month - self.from_month) * self.capacity


@dataclass(frozen=True, slots=True)
class Settings:
    """Horizon, lengths, costs and the weights of the objective."""

    months: int
    start_step: int
    tour_months: tuple[int, ...]
    flexible_tour_months: tuple[int, ...]
    handover_months: int
    team_core: int
    """Core posts that must be filled beside the leader's for a team to stand."""
    monthly_cost: float
    altitude_surcharge: float
    travel_cost: float
    cross_region_cost: float
    fairness: tuple[tuple[float, float], ...]
    """(share of the need, value of a unit of it), values never rising."""
    preferred_bonus: float
    title_quality: tuple[float, ...]
    team_bonus: float
    mentor_bonus: float
    budget: float


@dataclass(frozen=True, slots=True, order=True)
class Tour:
    """One person at one post from a month on, for some months."""

    expert: str
    post: str
    start: int
    months: int

    @property
    def end(self) -> int:
        """First month after the tour."""
        return self.start + self.months


@dataclass(frozen=True, slots=True, order=True)
class Ban:
    """What a plan may not hold; an empty id or None stands for any."""

    expert: str = ""
    post: str = ""
    start: int | None = None
    months: int | None = None

    def forbids(self, tour: Tour) -> bool:
        """Whether the tour is one of these."""
        return (
            self.expert in ("", tour.expert)
            and self.post in ("", tour.post)
            and self.start in (None, tour.start)
            and self.months in (None, tour.months)
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that a dispatch plan depends on. Ids are unique within their kind."""

    recipients: tuple[Recipient, ...]
    supporters: tuple[Supporter, ...]
    experts: tuple[Expert, ...]
    posts: tuple[Post, ...]
    allowed: frozenset[tuple[str, str]]
    """(supporter's region, recipient's region): the pairings that are a hard rule."""
    preferred: frozenset[tuple[str, str]]
    """(supporter, recipient)"""
    settings: Settings
    recipient: dict[str, Recipient] = field(init=False, repr=False, compare=False)
    supporter: dict[str, Supporter] = field(init=False, repr=False, compare=False)
    expert: dict[str, Expert] = field(init=False, repr=False, compare=False)
    post: dict[str, Post] = field(init=False, repr=False, compare=False)
    posts_of: dict[str, tuple[Post, ...]] = field(init=False, repr=False, compare=False)
    """Recipients with posts only, in the order of their first post."""

    def __post_init__(self) -> None:
        posts_of: dict[str, list[Post]] = {}
        for post in self.posts:
            posts_of.setdefault(post.recipient, []).append(post)
        derived = {
            "recipient": {one.id: one for one in self.recipients},
            "supporter": {one.id: one for one in self.supporters},
            "expert": {one.id: one for one in self.experts},
            "post": {one.id: one for one in self.posts},
            "posts_of": {name: tuple(own) for name, own in posts_of.items()},
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def need(self, recipient: str) -> float:
        """Weighted need of all posts of a recipient."""
        return sum(post.need for post in self.posts_of.get(recipient, ()))

    def value(self, recipient: str, covered: float) -> float:
        """Concave value of a recipient's covered need."""
        need, left, value = self.need(recipient), covered, 0.0
        for share, slope in self.settings.fairness:
            part = min(left, share * need)
            value += slope * part
            left -= part
        return value

    def lengths(self, post: Post) -> tuple[int, ...]:
        """Tour lengths that the settings allow at a post."""
        return self.settings.flexible_tour_months if post.flexible else self.settings.tour_months

    def cost(self, expert: Expert, post: Post, months: int) -> float:
        """What a tour takes from the budget."""
        settings, where = self.settings, self.recipient[post.recipient]
        crossing = self.supporter[expert.supporter].region != where.region
        surcharge = settings.altitude_surcharge if where.high_altitude else 0.0
        return (
            months * settings.monthly_cost * (1 + surcharge)
            + settings.travel_cost
            + (settings.cross_region_cost if crossing else 0.0)
        )

    def quality(self, expert: Expert, post: Post) -> float:
        """Addition to the objective for a covered unit of need: title and preferred pair."""
        preferred = (expert.supporter, post.recipient) in self.preferred
        bonus = self.settings.preferred_bonus if preferred else 0.0
        return self.settings.title_quality[expert.title] - 1.0 + bonus

    def team_worth(self, recipient: str) -> float:
        """Bonus for one month in which the recipient's team stands."""
        if not self.recipient[recipient].wants_team:
            return 0.0
        return self.settings.team_bonus * sum(
            post.weight for post in self.posts_of.get(recipient, ())
        )

    def mentor_worth(self, post: Post) -> float:
        """Bonus for the post once its apprentice had a mentor for long enough on end."""
        return self.settings.mentor_bonus * post.mentor_months * post.weight

    def tour_cost(self, tour: Tour) -> float:
        """Cost of a tour of people and posts of this problem."""
        return self.cost(self.expert[tour.expert], self.post[tour.post], tour.months)

    def total_cost(self, tours: Iterable[Tour]) -> float:
        """Cost of a plan."""
        return sum(self.tour_cost(tour) for tour in tours)
