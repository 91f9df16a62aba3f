"""Writes of this room: apprenticeships, cases, certificates, teaching, techniques, departments."""

from jiedui.mentoring.actions.apprenticeships import (
    apprentice_leaves,
    complete_apprenticeship,
    end_apprenticeship,
    extend_apprenticeship,
    join_apprentice,
    propose_apprenticeship,
    send_back_apprenticeship,
    sign_apprenticeship,
    withdraw_apprenticeship,
)
from jiedui.mentoring.actions.cases import (
    Pick,
    confirm_case,
    confirm_cases,
    correct_case,
    record_case,
    return_case,
    withdraw_case,
)
from jiedui.mentoring.actions.drafting import (
    ApprenticeInput,
    GoalInput,
    MentorInput,
    create_apprenticeship,
    edit_apprenticeship,
    say_baseline,
    set_plan,
)
from jiedui.mentoring.actions.learning_plans import (
    answer_plan_change,
    propose_plan_change,
)
from jiedui.mentoring.actions.mentors import (
    add_mentor,
    end_mentor,
    succeed_mentor,
)
from jiedui.mentoring.actions.studios import (
    add_member,
    add_output,
    close_studio,
    open_studio,
    plan_day,
    tell_day,
)

__all__ = [
    "ApprenticeInput",
    "GoalInput",
    "MentorInput",
    "Pick",
    "add_member",
    "add_mentor",
    "add_output",
    "answer_plan_change",
    "apprentice_leaves",
    "close_studio",
    "complete_apprenticeship",
    "confirm_case",
    "confirm_cases",
    "correct_case",
    "create_apprenticeship",
    "edit_apprenticeship",
    "end_apprenticeship",
    "end_mentor",
    "extend_apprenticeship",
    "join_apprentice",
    "open_studio",
    "plan_day",
    "propose_apprenticeship",
    "propose_plan_change",
    "record_case",
    "return_case",
    "say_baseline",
    "send_back_apprenticeship",
    "set_plan",
    "sign_apprenticeship",
    "succeed_mentor",
    "tell_day",
    "withdraw_apprenticeship",
    "withdraw_case",
]
