"""An invented country: provinces that give and that receive, their hospitals and staff.

Nothing is random: the same size is the same country. Ids are numbers, so that
what is built on it can name a body without reading it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

# Recipients of a receiving province, supporters of a giving one, counties of a prefecture.
PER_RECEIVING, PER_GIVING, PER_PREFECTURE = 75, 80, 10
# Postings that follow one another at a place, for each one of a year.
FOLLOW = 4 / 3
SPECIALTIES = (
    "03", "04", "05", "07", "20", "26", "28", "32", "03.04", "04.03", "03.03", "21",
)  # fmt: skip
TITLES = (
    "chief_physician", "associate_chief_physician", "attending_physician", "chief_nurse",
    "supervisor_nurse", "supervisor_technician",
)  # fmt: skip
Row = dict[str, str]


def number(kind: int, n: int) -> UUID:
    """The id of the n-th thing of a kind."""
    return UUID(int=(0x0198F000 << 96) | (kind << 64) | 0x7000 << 64 | 0x8 << 60 | n)


@dataclass(frozen=True)
class Country:
    """Who there is, by number."""

    recipients: int
    supporters: int
    postings_a_year: int
    years: int

    @property
    def text(self) -> str:
        """The sizes in words, by which a kept database is known again."""
        return (
            f"recipients={self.recipients} supporters={self.supporters}"
            f" postings_a_year={self.postings_a_year} years={self.years}"
        )

    @cached_property
    def receiving(self) -> int:
        """Provinces that receive."""
        return max(1, round(self.recipients / PER_RECEIVING))

    @cached_property
    def giving(self) -> int:
        """Provinces that give."""
        return max(1, round(self.supporters / PER_GIVING))

    @cached_property
    def posts(self) -> int:
        """Places at a recipient that are filled one after another."""
        return max(1, round(self.postings_a_year / self.recipients / FOLLOW))

    @cached_property
    def staff(self) -> int:
        """Experts of a supporter: three times as many as are away at once, on average."""
        return -(-3 * self.posts * self.recipients // self.supporters)

    def province_of(self, recipient: int) -> int:
        """The receiving province of a recipient."""
        return recipient * self.receiving // self.recipients

    def home_of(self, supporter: int) -> int:
        """The giving province of a supporter."""
        return supporter * self.giving // self.supporters

    def giver_of(self, recipient: int, post: int) -> int:
        """The supporter that fills a post: one fills most, another the last two."""
        if post >= self.posts - 2 > 0:
            return (recipient * 7 + 3) % self.supporters
        return recipient % self.supporters

    def specialty_of(self, recipient: int, post: int) -> str:
        """The specialty of a post."""
        return SPECIALTIES[(recipient + post) % len(SPECIALTIES)]

    def province(self, giving: bool, n: int) -> UUID:
        """The body that stands for a province."""
        return number(3, (0 if giving else 1000) + n)

    def place(self, giving: bool, n: int) -> UUID:
        """The place of a province."""
        return number(1, (0 if giving else 1000) + n)

    def supporter(self, n: int) -> UUID:
        """The n-th supporter."""
        return number(5, n)

    def recipient(self, n: int) -> UUID:
        """The n-th recipient."""
        return number(6, n)

    def department(self, recipient: int, specialty: str) -> UUID:
        """The department of a specialty at a recipient."""
        return number(7, recipient * 100 + SPECIALTIES.index(specialty))

    def person(self, supporter: int, n: int) -> UUID:
        """The n-th of a supporter's experts."""
        return number(8, supporter * 1000 + n)

    def title(self, n: int) -> str:
        """The title that the n-th of a supporter's experts holds."""
        return TITLES[n % len(TITLES)]

    def _of_province(self, giving: bool) -> Iterator[tuple[int, list[int]]]:
        count, of = (
            (self.supporters, self.home_of) if giving else (self.recipients, self.province_of)
        )
        members: dict[int, list[int]] = {}
        for n in range(count):
            members.setdefault(of(n), []).append(n)
        yield from members.items()

    def _regions(self) -> Iterator[tuple[UUID, str, str, str, str]]:
        """Every place with its name, code, tier and the code that it lies in."""
        for giving in (True, False):
            for n, members in self._of_province(giving):
                name, code = (
                    f"示例{'援' if giving else '受'}{n + 1}省",
                    f"{'G' if giving else 'R'}{n}",
                )
                yield self.place(giving, n), name, code, "province", ""
                for k in range(-(-len(members) // PER_PREFECTURE)):
                    at = (10_000 if giving else 20_000) + n * 100 + k
                    yield number(1, at), f"{name}{k + 1}州", f"{code}-{k}", "prefecture", code
                if giving:
                    continue
                for m, recipient in enumerate(members):
                    k = m // PER_PREFECTURE
                    county = f"{name}{k + 1}州{m % PER_PREFECTURE + 1}县"
                    at = 100_000 + recipient
                    yield number(1, at), county, f"R-{recipient}", "county", f"{code}-{k}"

    def places(self) -> Iterator[Row]:
        """Rows of the directory's sheet of places."""
        for id, name, code, tier, parent in self._regions():
            yield {
                "id": str(id), "name": name, "code_scheme": "custom", "code": code, "tier": tier,
                "parent_administrative": parent, "parent_health": parent, "example": "1",
            }  # fmt: skip

    def organisations(self) -> Iterator[Row]:
        """Bodies that stand for the regions, and hospitals seated in them."""
        for id, name, code, tier, _parent in self._regions():
            own = (
                number(3, id.int & 0xFFFFFF) if tier == "province" else number(4, id.int & 0xFFFFFF)
            )
            yield {
                "id": str(own), "name": f"{name}（卫生系统）", "kind": "region", "stands_for": code,
                "example": "1",
            }  # fmt: skip
        for giving in (True, False):
            for n, members in self._of_province(giving):
                for m, body in enumerate(members):
                    k = m // PER_PREFECTURE
                    yield {
                        "id": str(self.supporter(body) if giving else self.recipient(body)),
                        "name": self.hospital(giving, n, m),
                        "kind": "hospital",
                        "tier": "grade_3a" if giving else "grade_2a",
                        "seats": f"G{n}-{k}" if giving else f"R-{body}",
                        "example": "1",
                    }

    def hospital(self, giving: bool, province: int, n: int) -> str:
        """The name of the n-th hospital of a province."""
        k, m = divmod(n, PER_PREFECTURE)
        if giving:
            return f"示例援{province + 1}省{k + 1}州第{m + 1}医院"
        return f"示例受{province + 1}省{k + 1}州{m + 1}县人民医院"

    def departments(self) -> Iterator[Row]:
        """A department for each specialty that a recipient has posts in."""
        for recipient in range(self.recipients):
            for specialty in sorted({self.specialty_of(recipient, p) for p in range(self.posts)}):
                yield {
                    "id": str(self.department(recipient, specialty)),
                    "organisation": str(self.recipient(recipient)),
                    "name": f"示例{specialty}科", "specialty": specialty,
                }  # fmt: skip

    def people(self) -> Iterator[Row]:
        """Experts of every supporter, each of one specialty and title since ever."""
        for supporter in range(self.supporters):
            for n in range(self.staff):
                yield {
                    "id": str(self.person(supporter, n)),
                    "name": f"示例{supporter + 1}医{n + 1}",
                    "staff_number": f"B{supporter:04d}-{n:03d}",
                    "posts": str(self.supporter(supporter)),
                    "titles": self.title(n),
                    "specialties": SPECIALTIES[n % len(SPECIALTIES)],
                    "example": "1",
                }
