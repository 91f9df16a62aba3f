"""What lists of people have in common: who is meant by a name and a number, days, yes and no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jiedui.core.dates import read_days
from jiedui.core.errors import InvalidInput
from jiedui.core.periods import Period
from jiedui.directory.queries import numbered_staff, parts_of
from jiedui.exchange.excel.declare import Record
from jiedui.exchange.excel.lookups import plain_name

YES = {"是", "yes", "y", "1", "新增", "true"}


@dataclass(frozen=True)
class Known:
    """One of a giver's staff, with the days."""

    number: str
    name: str
    id: UUID
    start: date | None
    end: date | None

    def there(self, day: date) -> bool:
        """Whether the home post is here on the day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


class Staff:
    """The staff of the givers of a file, each giver's read once."""

    def __init__(self) -> None:
        self._of: dict[UUID, list[Known]] = {}

    def of(self, giver: Any) -> list[Known]:
        """Everybody who ever belonged to the giver."""
        if giver.id not in self._of:
            rows = numbered_staff(parts_of(giver.id))
            self._of[giver.id] = [Known(*row) for row in rows]
        return self._of[giver.id]

    def person(self, name: str, number: str, giver: Any, day: date, create: bool) -> UUID | None:
        """Who is named, by staff number, else by name; None for somebody to be added."""
        here = [one for one in self.of(giver) if one.there(day)]
        if number:
            found = {one.id for one in here if one.number == number}
            others = {one.name for one in here if one.number == number} - {name}
            if others and plain_name(name) not in {plain_name(other) for other in others}:
                raise InvalidInput(
                    "staff-number-anothers",
                    "At %(giver)s the number %(number)s is that of %(name)s.",
                    field="staff_number",
                    giver=giver.name,
                    number=number,
                    name=others.pop(),
                )
        else:
            found = {one.id for one in here if plain_name(one.name) == plain_name(name)}
        if len(found) > 1:
            raise InvalidInput(
                "person-name-shared-here",
                "%(giver)s has several people called “%(name)s”; write the staff number.",
                giver=giver.name,
                name=name,
            )
        if found:
            return found.pop()
        if not create:
            raise InvalidInput(
                "person-unknown-here",
                "Nobody of this name or number belongs to %(giver)s on %(day)s; to add the"
                " person, write 是 in the column 新增人员.",
                giver=giver.name,
                day=day,
            )
        return None


def must(record: Record, code: str) -> str:
    """The cell's text; ``cell-blank`` where there is none."""
    text = record.text(code)
    if not text:
        raise InvalidInput("cell-blank", "This cell must be filled.")
    return text


def is_yes(text: str) -> bool:
    """Whether the cell says yes."""
    return plain_name(text) in YES


def days(record: Record, code: str) -> Period:
    """The day, month or year of a cell that must be filled."""
    value = record.values.get(code)
    if value is None:
        raise InvalidInput("cell-blank", "This cell must be filled.")
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Period(value, value)
    return read_days(record.text(code))
