"""Forms of apprenticeships: between whom, who teaches whom, the plan, the steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.core.packs import vocabulary
from jiedui.directory.queries import departments_within, people_at
from jiedui.mentoring.actions import ApprenticeInput, GoalInput, MentorInput
from jiedui.mentoring.models import Apprentice, Apprenticeship, LearningGoal
from jiedui.programmes.queries.on_site import postings_there
from jiedui.web.fields import DayField, NamedField, SeveralNamedField, TermField
from jiedui.web.templatetags.jiedui import period, term

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation
    from jiedui.programmes.models import Posting, Programme

# Blank lines under a plan, for what is to be added.
BLANK = 3


def level_choices() -> list[tuple[str, str]]:
    """The entrustment levels, each with its number and its prospective wording."""
    table = vocabulary().tables.get("entrustment_levels", {})
    return [(code, f"{code} · {term(code, 'entrustment_levels')}") for code in table]


class PairForm(forms.Form):
    """Between which supporter and recipient, in which programme."""

    pair = forms.ChoiceField(label=_("Supporter and recipient"))

    def __init__(self, pairs: Sequence[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["pair"].choices = [("", "–"), *pairs]  # type: ignore[attr-defined]


class ApprenticeshipForm(forms.Form):
    """An apprenticeship between two known sides."""

    form = TermField("apprenticeship_forms", label=_("Form of the apprenticeship"))
    specialty = TermField("specialties", label=_("Specialty"))
    department = forms.ChoiceField(label=_("Department of the recipient"), required=False)
    team = forms.CharField(
        label=pgettext_lazy("learning", "Team"), required=False, max_length=120,
        help_text=_("Of a team that helps a team: what the team is called (“stroke team”)."),
    )  # fmt: skip
    postings = forms.MultipleChoiceField(
        label=_("Mentors posted there"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("The first one chosen leads the teaching."),
    )  # fmt: skip
    mentor = NamedField(
        by=("name", "staff_number"), label=_("Or another mentor"), required=False,
        help_text=_("Somebody who teaches from home, or of the recipient's own staff."),
    )  # fmt: skip
    apprentices = SeveralNamedField(
        by=("name", "staff_number"), label=_("Apprentices"),
        help_text=_("Names or staff numbers of the recipient's staff, one a line."),
    )  # fmt: skip
    selection = forms.CharField(
        label=_("Why these were chosen"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Criteria and what each could do before are said for each one afterwards."),
    )  # fmt: skip
    aim = forms.CharField(
        label=_("Aim"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    least_months = forms.IntegerField(
        label=_("Least time, in months"), min_value=0, max_value=60, initial=6,
        help_text=_("Before it is over the apprenticeship is not completed."),
    )  # fmt: skip
    studio = forms.ChoiceField(label=_("Mentoring studio"), required=False)

    def __init__(
        self, programme: Programme, giver: Organisation, receiver: Organisation,
        studios: Sequence[Any], *args: Any, held: Apprenticeship | None = None, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self.programme, self.giver, self.receiver = programme, giver, receiver
        self.departments = {str(row.id): row for row in departments_within([receiver.id])}
        self.studios = {str(row.id): row for row in studios}
        self.posted = {
            str(row.id): row
            for row in postings_there(receiver.id, giver.id).filter(programme_id=programme.id)[:80]
        }
        if held is not None:
            for row in held.mentors.all():
                if row.posting is not None:
                    self.posted.setdefault(str(row.posting_id), row.posting)
        fields: dict[str, Any] = self.fields
        fields["department"].choices = [
            ("", "–"), *((id, row.name) for id, row in self.departments.items()),
        ]  # fmt: skip
        fields["studio"].choices = [
            ("", "–"), *((id, row.name) for id, row in self.studios.items()),
        ]  # fmt: skip
        fields["postings"].choices = [(id, _posted(row)) for id, row in self.posted.items()]
        if not self.studios:
            del self.fields["studio"]
        if not self.posted:
            del self.fields["postings"]
        # Either side names people of the other: who proposes says both who teaches and who learns.
        # What is wrong with who teaches stands where they are chosen.
        self.stands_for = {"mentors": "postings" if self.posted else "mentor"}
        fields["apprentices"].rows = people_at({receiver.id}, example=programme.example)
        fields["mentor"].rows = people_at({giver.id, receiver.id}, example=programme.example)

    def clean(self) -> dict[str, Any]:
        """What the action takes: people as inputs, the rest by its row."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        chosen: list[Posting] = [self.posted[id] for id in data.pop("postings", [])]
        other = data.pop("mentor", None)
        mentors = [
            MentorInput(row.person, row, place == 0) for place, row in enumerate(chosen)
        ]  # fmt: skip
        if other is not None and other.id not in {row.person_id for row in chosen}:
            mentors.append(MentorInput(other, None, not mentors))
        if not mentors and "mentor" not in self.errors:
            self.add_error("mentor", _("Say who teaches."))
        selection = data.pop("selection", "")
        data["mentors"] = mentors
        data["apprentices"] = [
            ApprenticeInput(person, selection) for person in data.get("apprentices") or []
        ]
        data["department"] = self.departments.get(data.get("department") or "")
        data["studio"] = self.studios.get(data.get("studio") or "")
        return data


def _posted(row: Posting) -> str:
    return (
        f"{row.person.name} · {term(row.specialty, 'specialties')} · "
        f"{period(row.starts_on, row.ends_on)}"
    )


def code_choices(specialty: str) -> list[tuple[Any, Any]]:
    """Procedures of the specialty first, then the others, then entrustable activities."""

    def of(table: str, kind: str, own: bool | None) -> list[tuple[str, str]]:
        rows = vocabulary().tables.get(table, {})
        return [
            (f"{kind}:{code}", term(code, table))
            for code, row in rows.items()
            if own is None or _near(row.extra.get("specialty", ""), specialty) == own
        ]

    return [
        ("", "–"),
        (_("Procedures of this specialty"), of("procedures", "procedure", True)),
        (_("Entrustable activities"), of("entrustable_activities", "activity", None)),
        (_("Other procedures"), of("procedures", "procedure", False)),
    ]


def _near(one: str, other: str) -> bool:
    """Whether two specialties are the same or one lies within the other."""
    return bool(one) and (
        one == other or other.startswith(f"{one}.") or one.startswith(f"{other}.")
    )


class GoalForm(forms.Form):
    """A line of the plan; a blank one is left out."""

    goal = forms.ChoiceField(label=_("What"), required=False)
    cases = forms.IntegerField(
        label=pgettext_lazy("goal", "Cases"), min_value=0, max_value=2000, required=False
    )
    level = forms.ChoiceField(label=_("Level to reach"), required=False, initial="4")
    due_on = DayField(label=pgettext_lazy("goal", "By"), required=False)
    of_team = forms.BooleanField(label=_("Of the whole team"), required=False)

    def __init__(self, *args: Any, specialty: str, team: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["goal"].choices = code_choices(specialty)
        fields["level"].choices = level_choices()
        if not team:
            del self.fields["of_team"]

    def clean(self) -> dict[str, Any]:
        """A line that names something has a day."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("goal") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Say by when."))
        return data

    def said(self) -> GoalInput | None:
        """The line as the action takes it."""
        data = self.cleaned_data
        if not data.get("goal"):
            return None
        kind, _sep, code = data["goal"].partition(":")
        return GoalInput(
            kind, code, data["due_on"], data.get("cases") or 0, int(data.get("level") or 4),
            bool(data.get("of_team")),
        )  # fmt: skip


def goal_forms(held: Apprenticeship, goals: Sequence[LearningGoal], data: Any = None) -> Any:
    """The plan's lines as forms, with blank ones under them."""
    lines = forms.formset_factory(GoalForm, extra=0 if data else BLANK, max_num=60)
    initial = [
        {
            "goal": f"{goal.kind}:{goal.code}", "cases": goal.cases, "level": str(goal.level),
            "due_on": goal.due_on, "of_team": goal.of_team,
        }
        for goal in goals
    ]  # fmt: skip
    return lines(
        data, initial=initial or [{"due_on": held.ends_on}],
        form_kwargs={"specialty": held.specialty, "team": bool(held.team)},
    )  # fmt: skip


class PlanReasonForm(forms.Form):
    """Why a signed plan changes, and for which side a coordinator speaks."""

    reason = forms.CharField(
        label=_("Reason for the change"), max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    side = forms.ChoiceField(label=_("For which side"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, both: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if both:
            self.fields["side"].choices = side_choices()  # type: ignore[attr-defined]
        else:
            del self.fields["side"]


def side_choices() -> list[tuple[str, Any]]:
    """The two sides."""
    return [("giver", _("The supporter")), ("receiver", _("The recipient"))]


class StepForm(forms.Form):
    """A step of an apprenticeship: what it asks beside the button."""

    side = forms.ChoiceField(label=_("For which side"), widget=forms.RadioSelect)
    on = DayField(label=_("Day"))
    until = DayField(label=_("New last day"))
    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, wanted: Sequence[str], *args: Any, learners: Sequence[Apprentice] = (), **more: Any
    ) -> None:
        super().__init__(*args, **more)
        for name in ("side", "on", "until", "reason"):
            if name not in wanted:
                del self.fields[name]
        if "side" in self.fields:
            self.fields["side"].choices = side_choices()  # type: ignore[attr-defined]
        for row in learners:
            self.fields[f"outcome-{row.id}"] = TermField(
                "apprentice_outcomes", label=row.person.name,
                only=lambda one: one.extra["ending"] == "completed",
            )  # fmt: skip


class LeaveForm(forms.Form):
    """Somebody stops learning before the end."""

    outcome = TermField(
        "apprentice_outcomes", label=_("Why"), only=lambda one: one.extra["ending"] == "left"
    )
    on = DayField(label=_("Last day"))


class MentorForm(forms.Form):
    """Who teaches from a day on: one of those posted there, or somebody else of the two sides."""

    posting = forms.ChoiceField(label=_("Posted there"), required=False, widget=forms.RadioSelect)
    person = NamedField(by=("name", "staff_number"), label=_("Or somebody else"), required=False)
    on = DayField(label=_("From"))

    def __init__(
        self, held: Apprenticeship, postings: Sequence[tuple[Posting, bool]],
        *args: Any, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self.posted = {str(row.id): row for row, _named in postings}
        fields: dict[str, Any] = self.fields
        fields["posting"].choices = [
            (str(row.id), _posted(row) + (f" · {_('named in the handover')}" if first else ""))
            for row, first in postings
        ]
        if not postings:
            del self.fields["posting"]
        fields["person"].rows = people_at(
            {held.giver_id, held.receiver_id}, example=held.programme.example
        )

    def clean(self) -> dict[str, Any]:
        """One person, posted there or not."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        posting = self.posted.get(data.pop("posting", "") or "")
        if data.get("person") is None and posting is not None:
            data["person"] = posting.person
        elif data.get("person") is None and "person" not in self.errors:
            self.add_error("person", _("Say who teaches."))
        elif posting is not None and posting.person_id != data["person"].id:
            posting = None
        data["posting"] = posting
        return data


class JoinForm(forms.Form):
    """Somebody joins those who learn."""

    person = NamedField(by=("name", "staff_number"), label=_("Apprentice"))
    joined_on = DayField(label=_("First day"))
    selection = forms.CharField(
        label=_("Why this person was chosen"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, held: Apprenticeship, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        people = people_at({held.receiver_id}, example=held.programme.example)
        self.fields["person"].rows = people  # type: ignore[attr-defined]


class BaselineForm(forms.Form):
    """Why somebody was chosen, and what they could do of the plan before."""

    selection = forms.CharField(
        label=_("Why this person was chosen"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    baseline = forms.CharField(
        label=_("What could be done before"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(
        self, row: Apprentice, goals: Sequence[LearningGoal], *args: Any, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.goals = list(goals)
        form = row.apprenticeship.form
        table = vocabulary().tables.get("selection_criteria", {})
        self.criteria = [
            code for code, one in table.items()
            if not one.extra.get("forms") or form in one.extra["forms"].split()
        ]  # fmt: skip
        for code in self.criteria:
            self.fields[f"criterion-{code}"] = forms.ChoiceField(
                label=term(code, "selection_criteria"), required=False, widget=forms.RadioSelect,
                choices=[("", _("not asked")), ("yes", _("met")), ("no", _("not met"))],
            )  # fmt: skip
        for goal in self.goals:
            name = term(
                goal.code,
                "procedures" if goal.kind == "procedure" else "entrustable_activities",
            )
            self.fields[f"level-{goal.id}"] = forms.ChoiceField(
                label=_("%(goal)s: level before") % {"goal": name}, required=False,
                choices=[("", "–"), *level_choices()],
            )  # fmt: skip
            if goal.kind == "procedure":
                self.fields[f"cases-{goal.id}"] = forms.IntegerField(
                    label=_("%(goal)s: cases before") % {"goal": name}, required=False,
                    min_value=0, max_value=2000,
                )  # fmt: skip

    def said(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        return {
            "selection": data["selection"], "baseline": data["baseline"],
            "criteria": {
                code: data[f"criterion-{code}"] == "yes"
                for code in self.criteria if data.get(f"criterion-{code}")
            },
            "before": {
                goal.code: (int(data[f"level-{goal.id}"]), data.get(f"cases-{goal.id}") or 0)
                for goal in self.goals if data.get(f"level-{goal.id}")
            },
        }  # fmt: skip


class AnswerForm(forms.Form):
    """The other side's answer to a change of the plan."""

    accept = forms.ChoiceField(
        label=_("Answer"), widget=forms.RadioSelect,
        choices=[("yes", _("Sign the change")), ("no", _("Do not take it"))],
    )  # fmt: skip
    answer = forms.CharField(
        label=_("Remark"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where the change is not taken."),
    )  # fmt: skip
