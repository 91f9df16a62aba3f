"""Forms of what came of a session: learners, marks, reactions, and signing in."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from jiedui.core.packs import vocabulary
from jiedui.directory.queries import parts_of_each, people_at
from jiedui.mentoring.domain.kirkpatrick import ANSWERS
from jiedui.mentoring.domain.sign_in import lines_of
from jiedui.mentoring.forms.sessions import words_field

if TYPE_CHECKING:
    from jiedui.directory.models import Person
    from jiedui.mentoring.models import SessionDay, TeachingSession


class LearnersForm(forms.Form):
    """Who was there on a day, by names that are pasted or typed, and how many beside them."""

    day = forms.ChoiceField(label=_("Day"))
    people = words_field(
        _("Learners by name"), 20000, 8, required=False,
        help_text=_(
            "One a line, by name or staff number; a name and a number on one line are both"
            " looked at. Whoever is there already is counted once."
        ),
    )  # fmt: skip
    unnamed = forms.IntegerField(
        label=_("Further attendances without a name"), required=False, min_value=0,
        max_value=100_000, help_text=_("Counted as person-times only, never as persons."),
    )  # fmt: skip

    def __init__(self, session: TeachingSession, days: Sequence[SessionDay], *args: Any,
                 **more: Any) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self.days = {day.on.isoformat(): day for day in days}
        self.fields["day"].choices = [(on, on) for on in self.days]  # type: ignore[attr-defined]
        within: set[UUID] = set()
        for parts in parts_of_each([session.giver_id, session.receiver_id]).values():
            within |= parts
        self.staff = people_at(within, example=session.programme.example)

    def clean_day(self) -> SessionDay:
        """The day."""
        return self.days[self.cleaned_data["day"]]

    def clean_people(self) -> list[Person]:
        """The people of all lines, or an error that names its line."""
        lines = lines_of(self.cleaned_data["people"])
        by_name, by_number = self._known({cell for _number, cells in lines for cell in cells})
        found, faults = [], []
        for number, cells in lines:
            hits = self._meant(cells, by_name, by_number)
            if len(hits) == 1:
                found.append(hits[0])
                continue
            text = " ".join(cells)
            said = (
                _now("More than one is called “%(text)s”; write the staff number too.")
                if hits
                else _now("Nobody of the two hospitals is called “%(text)s”.")
            )
            fault = said % {"text": text}
            faults.append(_now("Line %(n)s: %(fault)s") % {"n": number, "fault": fault})
        if faults:
            raise forms.ValidationError(faults)
        return found

    def _known(self, texts: set[str]) -> tuple[dict[str, list[Person]], dict[str, list[Person]]]:
        names: dict[str, list[Person]] = {}
        numbers: dict[str, list[Person]] = {}
        wanted = list(texts)[:2000]
        for person in self.staff.filter(name__in=wanted):
            names.setdefault(person.name, []).append(person)
        for person in self.staff.filter(staff_number__in=wanted).exclude(staff_number=""):
            numbers.setdefault(person.staff_number, []).append(person)
        return names, numbers

    @staticmethod
    def _meant(
        cells: Sequence[str], names: dict[str, list[Person]], numbers: dict[str, list[Person]]
    ) -> list[Person]:
        """Who a line means: by name and number where both are known, else by either."""
        by_name = next((names[cell] for cell in cells if cell in names), [])
        by_number = next((numbers[cell] for cell in cells if cell in numbers), [])
        if by_name and by_number:
            return [one for one in by_name if one in by_number]
        return by_name or by_number


def short(number: Decimal | None) -> str:
    """A number without noughts at its end."""
    return "" if number is None else f"{number.normalize():f}"


class ScoresForm(forms.Form):
    """A test's marks: a grid of the learners, or lines that are pasted into it."""

    full_marks = forms.DecimalField(
        label=_("Full marks"), min_value=Decimal("0.01"), max_digits=6, decimal_places=2,
        initial=100,
    )  # fmt: skip
    pasted = words_field(
        _("Paste the marks"), 20000, 5, required=False,
        help_text=_(
            "One a line: name (or staff number) and marks. What is pasted goes before what stands"
            " in the grid below."
        ),
    )  # fmt: skip

    def __init__(self, learners: Sequence[Person], *args: Any, marks: dict[UUID, Decimal],
                 **more: Any) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self.learners = list(learners)
        for person in self.learners:
            self.fields[self.cell(person)] = forms.DecimalField(
                label=person.name, required=False, min_value=0, max_digits=6, decimal_places=2,
                initial=short(marks.get(person.id)),
            )  # fmt: skip

    @staticmethod
    def cell(person: Person) -> str:
        """The field of a learner's mark."""
        return f"marks-{person.id}"

    @property
    def grid(self) -> list[tuple[Person, Any]]:
        """Learners with the fields of their marks."""
        return [(person, self[self.cell(person)]) for person in self.learners]

    def clean(self) -> dict[str, Any]:
        """Marks by person; what is pasted is read line by line."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        scores = {person.id: data.get(self.cell(person)) for person in self.learners}
        faults = []
        for number, cells in lines_of(data.get("pasted") or ""):
            person, fault = self._meant(cells)
            mark = None
            if person is not None:
                try:
                    mark = Decimal(cells[-1])
                    if not mark.is_finite() or mark < 0:
                        raise InvalidOperation
                except InvalidOperation:
                    fault = _now("“%(text)s” is not a number.") % {"text": cells[-1]}
            if person is not None and not fault:
                scores[person.id] = mark
            else:
                faults.append(_now("Line %(n)s: %(fault)s") % {"n": number, "fault": fault})
        if faults:
            self.add_error("pasted", faults)
        full = data.get("full_marks")
        if full is not None:
            for person in self.learners:
                mark = scores[person.id]
                if mark is not None and mark > full:
                    said = _now("Marks from 0 to the full marks (%(full)s).") % {"full": full}
                    self.add_error(self.cell(person), said)
        data["scores"] = scores
        return data

    def _meant(self, cells: Sequence[str]) -> tuple[Person | None, str]:
        if len(cells) < 2:
            return None, _now("Write a name and the marks.")
        told = cells[:-1]
        hits = [one for one in self.learners if one.staff_number and one.staff_number in told]
        hits = hits or [one for one in self.learners if one.name in told]
        if len(hits) == 1:
            return hits[0], ""
        if hits:
            return None, _now("More than one is called “%(text)s”; write the staff number too.") % {
                "text": told[0]
            }
        return None, _now("“%(text)s” did not attend the session.") % {"text": told[0]}


class ReactionsForm(forms.Form):
    """One learner's answers: how far each sentence holds, from 1 to 5."""

    def __init__(self, language: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(5, _("5 – wholly")), (4, "4"), (3, "3"), (2, "2"), (1, _("1 – not at all"))]
        for code, question in vocabulary().table("reaction_questions").items():
            self.fields[code] = forms.TypedChoiceField(
                label=question.label(language), coerce=int, choices=choices,
                widget=forms.RadioSelect,
            )  # fmt: skip


class PaperForm(forms.Form):
    """How many paper forms gave each answer to each question."""

    def __init__(self, language: str, counts: dict[str, dict[int, int]], *args: Any,
                 **more: Any) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self.rows: list[tuple[str, list[str]]] = []
        for code, question in vocabulary().table("reaction_questions").items():
            names = []
            for answer in reversed(ANSWERS):
                name = f"{code}-{answer}"
                names.append(name)
                self.fields[name] = forms.IntegerField(
                    label=f"{question.label(language)} {answer}", required=False, min_value=0,
                    max_value=100_000, initial=counts.get(code, {}).get(answer),
                )  # fmt: skip
            self.rows.append((question.label(language), names))

    @property
    def grid(self) -> list[tuple[str, list[Any]]]:
        """Questions with the fields of their answers, 5 first."""
        return [(label, [self[name] for name in names]) for label, names in self.rows]

    def counts(self) -> dict[str, dict[int, int]]:
        """How many gave each answer, by question."""
        found: dict[str, dict[int, int]] = {}
        for name, value in self.cleaned_data.items():
            code, _mark, answer = name.rpartition("-")
            found.setdefault(code, {})[int(answer)] = value or 0
        return found


class SignInForm(forms.Form):
    """The session's code, and who signs in."""

    code = forms.CharField(
        label=_("Sign-in code"), max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}
        ),
        help_text=_("Six figures, shown by the organiser."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    staff_number = forms.CharField(
        label=_("Your staff number"), max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The number under which your hospital knows you."),
    )  # fmt: skip

    def __init__(self, *args: Any, own: Person | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        if own is not None:
            del self.fields["name"], self.fields["staff_number"]
