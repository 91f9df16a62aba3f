"""Faults of files, collected so that all are told together, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiedui.core.errors import InvalidInput

# More are counted, not told: whoever mends these will see the rest.
TOLD = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place; ``line`` counts from 1, ``column`` is its title or its number."""

    refusal: InvalidInput
    file: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        said = _(self.refusal.message)
        if self.refusal.details:
            said = said % self.refusal.details
        place = {"file": self.file, "line": self.line, "column": self.column, "said": said}
        if self.line is None:
            return _("%(file)s: %(said)s") % place
        if self.column is None:
            return _("%(file)s, line %(line)s: %(said)s") % place
        if self.column.isdecimal():
            numbered = pgettext(
                "number of the column", "%(file)s, line %(line)s, column %(column)s: %(said)s"
            )
            return numbered % place
        return _("%(file)s, line %(line)s, column %(column)s: %(said)s") % place

    def plain(self) -> dict[str, Any]:
        """The fault for a machine."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "code": self.refusal.code,
            "text": str(self),
        }


class Faults:
    """Collects faults while files are read."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(
        self, refusal: InvalidInput, file: str, line: int | None = None, column: str | None = None
    ) -> None:
        """Note a fault."""
        self.found.append(Fault(refusal, file, line, column))

    def stop(self) -> None:
        """Refuse the files if there is any fault."""
        if self.found:
            self.refuse()

    def refuse(self) -> NoReturn:
        """Refuse the files."""
        raise InvalidInput("planning-files-malformed", "%(faults)s", faults=Told(tuple(self.found)))


@dataclass(frozen=True, slots=True)
class Told:
    """Faults as text in whatever language is in use when it is read."""

    faults: tuple[Fault, ...]

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults[:TOLD]]
        more = len(self.faults) - TOLD
        if more > 0:
            lines.append(_("… and %(more)s more faults.") % {"more": more})
        return "\n".join(lines)
