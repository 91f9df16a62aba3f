"""Who takes part in the invented programme: places, bodies and people that cannot be real.

Every name begins with 示例 or is made of the ten stems and twelve branches, and
no code of GB/T 2260 is used. Coordinates lie in the open ocean.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

_NAMESPACE = uuid.UUID("6c1d1f4e-0d6c-5a57-9d0c-3f6f3f0f0a11")


def example_id(*parts: object) -> uuid.UUID:
    """The same id for the same thing on every machine (UUID version 5)."""
    return uuid.uuid5(_NAMESPACE, "/".join(map(str, parts)))


@dataclass(frozen=True)
class ExamplePlace:
    """A place, its tier, its parents as (tree, code), and where it lies."""

    code: str
    name: str
    name_en: str
    tier: str
    parents: tuple[tuple[str, str], ...] = ()
    latitude: float = 0.0
    longitude: float = 0.0
    altitude_m: int = 0


PLACES = (
    ExamplePlace("EX-DJ", "示例东江省", "Example Dongjiang", "province"),
    ExamplePlace("EX-BL", "示例北岭省", "Example Beiling", "province"),
    ExamplePlace("EX-XY", "示例西原省", "Example Xiyuan", "province"),
    ExamplePlace(
        "EX-YC",
        "示例云川州",
        "Example Yunchuan",
        "prefecture",
        (("administrative", "EX-XY"), ("health", "EX-XY")),
        12.31,
        161.42,
        1180,
    ),
    ExamplePlace(
        "EX-YC1",
        "示例青石县",
        "Example Qingshi",
        "county",
        (("administrative", "EX-YC"), ("health", "EX-YC")),
        12.02,
        162.11,
        1640,
    ),
    ExamplePlace(
        "EX-YC2",
        "示例白水县",
        "Example Baishui",
        "county",
        (("administrative", "EX-YC"), ("health", "EX-YC")),
        12.87,
        162.63,
        2350,
    ),
    ExamplePlace(
        "EX-YC3",
        "示例高坪县",
        "Example Gaoping",
        "county",
        (("administrative", "EX-YC"), ("health", "EX-YC")),
        13.22,
        161.05,
        3120,
    ),
    ExamplePlace(
        "EX-YC11",
        "示例柳沟乡",
        "Example Liugou",
        "township",
        (("administrative", "EX-YC1"), ("health", "EX-YC1")),
        11.84,
        162.35,
        1710,
    ),
    ExamplePlace(
        "EX-YC31",
        "示例云顶乡",
        "Example Yunding",
        "township",
        (("administrative", "EX-YC3"), ("health", "EX-YC3")),
        13.41,
        160.78,
        3480,
    ),
    ExamplePlace("EX-KQ", "示例垦区", "Example Reclamation Area", "xpcc", (("corps", "EX-XY"),)),
    ExamplePlace(
        "EX-KQ1",
        "示例甲师",
        "Example Division A",
        "division",
        (("corps", "EX-KQ"), ("health", "EX-KQ")),
        10.62,
        163.51,
        1010,
    ),
    ExamplePlace(
        "EX-KQ2",
        "示例乙师",
        "Example Division B",
        "division",
        (("corps", "EX-KQ"), ("health", "EX-KQ")),
        10.11,
        164.87,
        940,
    ),
    ExamplePlace(
        "EX-KQ11",
        "示例甲师一团",
        "Example Regiment A1",
        "regiment",
        (("corps", "EX-KQ1"), ("health", "EX-KQ1")),
        10.94,
        163.92,
        1060,
    ),
    ExamplePlace(
        "EX-KQ21",
        "示例乙师三团",
        "Example Regiment B3",
        "regiment",
        # Served by the county hospital next door: 兵地融合.
        (("corps", "EX-KQ2"), ("health", "EX-YC2")),
        10.35,
        165.20,
        980,
    ),
    ExamplePlace(
        "EX-KQ111",
        "示例甲师一团五连",
        "Example Company A15",
        "company",
        (("corps", "EX-KQ11"), ("health", "EX-KQ11")),
        11.02,
        164.05,
        1075,
    ),
)
# Regions that give or receive as bodies.
REGIONS = (
    "EX-DJ",
    "EX-BL",
    "EX-XY",
    "EX-YC",
    "EX-YC1",
    "EX-YC2",
    "EX-YC3",
    "EX-KQ",
    "EX-KQ1",
    "EX-KQ2",
)


@dataclass(frozen=True)
class ExampleBody:
    """A hospital with its seat and the specialties of its departments."""

    code: str
    name: str
    name_en: str
    kind: str
    tier: str
    seat: str
    specialties: tuple[str, ...]


_FULL = ("03.04", "03.03", "04.01", "04.03", "05", "07", "20", "28", "26", "32")
_COUNTY = ("03", "04", "05", "07", "20", "26")
SUPPORTERS = (
    ExampleBody(
        "dj1",
        "示例东江省第一医院",
        "Example Dongjiang First Hospital",
        "hospital",
        "grade_3a",
        "EX-DJ",
        _FULL,
    ),
    ExampleBody(
        "dj2",
        "示例东江省第二医院",
        "Example Dongjiang Second Hospital",
        "hospital",
        "grade_3a",
        "EX-DJ",
        _FULL,
    ),
    ExampleBody(
        "djc",
        "示例东江省儿童医院",
        "Example Dongjiang Children's Hospital",
        "hospital",
        "grade_3a",
        "EX-DJ",
        ("07", "07.01", "07.06", "08", "28"),
    ),
    ExampleBody(
        "bl1",
        "示例北岭省人民医院",
        "Example Beiling People's Hospital",
        "hospital",
        "grade_3a",
        "EX-BL",
        _FULL,
    ),
    ExampleBody(
        "bl2",
        "示例北岭省中医院",
        "Example Beiling TCM Hospital",
        "tcm_hospital",
        "grade_3a",
        "EX-BL",
        ("50", "21", "03.03", "03.04", "27"),
    ),
)
RECEIVERS = (
    ExampleBody(
        "yc",
        "示例云川州人民医院",
        "Example Yunchuan People's Hospital",
        "hospital",
        "grade_3b",
        "EX-YC",
        _FULL,
    ),
    ExampleBody(
        "yc1",
        "示例青石县人民医院",
        "Example Qingshi County Hospital",
        "hospital",
        "grade_2a",
        "EX-YC1",
        _COUNTY,
    ),
    ExampleBody(
        "yc2",
        "示例白水县人民医院",
        "Example Baishui County Hospital",
        "hospital",
        "grade_2a",
        "EX-YC2",
        _COUNTY,
    ),
    ExampleBody(
        "yc3",
        "示例高坪县中医院",
        "Example Gaoping County TCM Hospital",
        "tcm_hospital",
        "grade_2b",
        "EX-YC3",
        ("50", "21", "03", "20"),
    ),
    ExampleBody(
        "kq1",
        "示例甲师医院",
        "Example Division A Hospital",
        "hospital",
        "grade_3a",
        "EX-KQ1",
        _FULL,
    ),
    ExampleBody(
        "kq2",
        "示例乙师医院",
        "Example Division B Hospital",
        "hospital",
        "grade_3b",
        "EX-KQ2",
        _FULL,
    ),
    ExampleBody(
        "kq11",
        "示例甲师一团医院",
        "Example Regiment A1 Hospital",
        "township_centre",
        "grade_1",
        "EX-KQ11",
        ("02", "03", "20"),
    ),
    ExampleBody(
        "kq21",
        "示例乙师三团医院",
        "Example Regiment B3 Hospital",
        "township_centre",
        "grade_1",
        "EX-KQ21",
        ("02", "03", "20"),
    ),
)


@dataclass(frozen=True)
class ExamplePairing:
    """Which supporter helps which receiver, from and to how many days into the two years."""

    giver: str
    receiver: str
    first_day: int = 0
    last_day: int | None = None
    weight: float = 1.0
    kind: str = "hospital_hospital"

    @property
    def id(self) -> uuid.UUID:
        """Of its own for each kind of tie."""
        own = () if self.kind == "hospital_hospital" else (self.kind,)
        return example_id("pairing", self.giver, self.receiver, *own)


PAIRINGS = (
    ExamplePairing("dj1", "kq1", weight=2.4),
    ExamplePairing("dj2", "kq1", first_day=180, weight=1.2),
    ExamplePairing("djc", "kq1", first_day=60, weight=0.8),
    ExamplePairing("dj2", "kq2", weight=1.8),
    ExamplePairing("bl1", "yc", weight=2.2),
    ExamplePairing("bl1", "yc1", weight=1.3),
    ExamplePairing("bl2", "yc2", weight=1.1),
    ExamplePairing("bl2", "yc3", weight=1.0),
    # The division's hospital helps its regiments in turn: 师级医院 → 团场医院.
    ExamplePairing("kq1", "kq11", first_day=90, weight=0.7, kind="spoke"),
    ExamplePairing("kq2", "kq21", first_day=120, last_day=540, weight=0.6, kind="spoke"),
)

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_NUMBERS = "一二三四五六七八九"
TITLES = ("chief_physician", "associate_chief_physician", "attending_physician")


@dataclass(frozen=True)
class ExamplePerson:
    """A person of the example: name, home body, title and specialty."""

    name: str
    body: str
    title: str
    specialty: str


def people() -> tuple[ExamplePerson, ...]:
    """Six experts a supporter, named by stems, and six clinicians a receiver, by branches."""
    found: list[ExamplePerson] = []
    for bodies, letters, titles in (
        (SUPPORTERS, _STEMS, TITLES),
        (RECEIVERS, _BRANCHES, ("attending_physician", "resident_physician")),
    ):
        for index, body in enumerate(bodies):
            for number in range(6):
                name = (
                    letters[index] + _NUMBERS[number] + letters[(index + number + 3) % len(letters)]
                )
                found.append(
                    ExamplePerson(
                        f"示例{name}",
                        body.code,
                        titles[number % len(titles)],
                        body.specialties[number % len(body.specialties)],
                    )
                )
    return tuple(found)
