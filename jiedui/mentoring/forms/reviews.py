"""Forms of two-sided reviews: a new round, a side's sheet, a task that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import nameable
from jiedui.mentoring.actions.reviews import LONGEST, Answer, questions_of
from jiedui.mentoring.domain.reviews import SCALE
from jiedui.mentoring.models import ReviewAnswer
from jiedui.programmes.access import DOING, reach
from jiedui.web.fields import DayField, NamedField, TermField
from jiedui.web.templatetags.jiedui import named

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation
    from jiedui.programmes.models import Programme

NAMES = ("name", "other_names__name", "name_en")
UNKNOWN = "unknown"
COMMENT = "_words"


class RoundForm(forms.Form):
    """When both sides are asked."""

    phase = TermField("review_phases", label=_("Phase"))
    opens_on = DayField(label=_("First day to answer"))
    closes_on = DayField(
        label=_("Last day to answer"),
        help_text=_("Both sides need at least a week; afterwards nothing changes any more."),
    )


class BetweenForm(RoundForm):
    """When two organisations of a programme are asked."""

    giver = NamedField(by=NAMES, label=_("Supporter"))
    receiver = NamedField(by=NAMES, label=_("Recipient"))

    field_order = ("giver", "receiver", "phase", "opens_on", "closes_on")

    def __init__(self, viewer: Viewer, programme: Programme, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        held = reach(viewer)
        rows = nameable(example=programme.example)
        rows = rows if held.everything else rows.filter(id__in=held.seen)
        for name in ("giver", "receiver"):
            self.fields[name].rows = rows  # type: ignore[attr-defined]
        # Whoever sends, hosts or coordinates for somebody may begin a review.
        self.may = any(viewer.may(each) for each in DOING)


class ShiftForm(forms.Form):
    """Another last day."""

    closes_on = DayField(label=_("Last day to answer"))


class FollowForm(forms.Form):
    """A task that follows from a question, for one of the two sides."""

    question = TermField("review_questions", label=_("Question"))
    title = forms.CharField(label=_("What"), max_length=200)
    owner = forms.ChoiceField(label=_("Who does it"))
    due_on = DayField(label=_("To be done by"), required=False)

    def __init__(self, bodies: list[Organisation], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.bodies = {str(body.id): body for body in bodies}
        choices = [(id, named(body)) for id, body in self.bodies.items()]
        self.fields["owner"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]

    def clean_owner(self) -> Organisation:
        """The side."""
        return self.bodies[self.cleaned_data["owner"]]


class SheetForm(forms.Form):
    """A side's sheet: a level and words for each question, or words alone.

    Nothing is required here: a draft may be half filled, and handing in asks for the rest
    at each question.
    """

    def __init__(self, side: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.side = side
        language = get_language() or "zh-hans"
        table, levels = vocabulary().table("review_questions"), vocabulary().table("review_levels")
        steps = [(code, each.label(language)) for code, each in levels.items()]
        self.groups: dict[str, list[str]] = {}
        for code in questions_of(side):
            term = table[code]
            self.groups.setdefault(term.extra["principle"], []).append(code)
            if term.extra["kind"] == SCALE:
                self.fields[code] = forms.ChoiceField(
                    label=term.label(language), required=False, widget=forms.RadioSelect,
                    choices=[*steps, (UNKNOWN, _("Cannot say"))],
                )  # fmt: skip
                self.fields[code + COMMENT] = forms.CharField(
                    label=_("In words"), required=False, max_length=LONGEST,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )  # fmt: skip
            else:
                self.fields[code] = forms.CharField(
                    label=term.label(language), required=False, max_length=LONGEST,
                    widget=forms.Textarea(attrs={"rows": 4}),
                )  # fmt: skip

    @property
    def parts(self) -> list[tuple[str, list[tuple[Any, Any]]]]:
        """Principle by principle: each question's field, and the field of its words."""
        return [
            (
                principle,
                [
                    (self[code], self[code + COMMENT] if code + COMMENT in self.fields else None)
                    for code in codes
                ],
            )
            for principle, codes in self.groups.items()
        ]

    def answers(self) -> dict[str, Answer]:
        """What was answered, by question."""
        data, found = self.cleaned_data, {}
        table = vocabulary().table("review_questions")
        for code in questions_of(self.side):
            if table[code].extra["kind"] != SCALE:
                found[code] = Answer(words=data.get(code, ""))
                continue
            chosen = data.get(code, "")
            level = int(chosen) if chosen and chosen != UNKNOWN else None
            found[code] = Answer(level, chosen == UNKNOWN, data.get(code + COMMENT, ""))
        return found

    def asks_for_all(self) -> bool:
        """Say at every question that is not answered that it is not; whether all are."""
        table = vocabulary().table("review_questions")
        for code, said in self.answers().items():
            scale = table[code].extra["kind"] == SCALE
            if not (said.level or said.unknown) if scale else not said.words.strip():
                self.add_error(code, _("This is not answered yet."))
        return not self.errors

    @staticmethod
    def of(answers: dict[str, ReviewAnswer]) -> dict[str, Any]:
        """A sheet as the form's first values."""
        table, found = vocabulary().table("review_questions"), {}
        for code, row in answers.items():
            if table[code].extra["kind"] != SCALE:
                found[code] = row.words
                continue
            found[code] = UNKNOWN if row.unknown else str(row.level or "")
            found[code + COMMENT] = row.words
        return found
