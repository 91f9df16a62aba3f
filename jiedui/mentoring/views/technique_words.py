"""What the states, steps and parts of a technique are called on its pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from jiedui.mentoring.models import Technique
from jiedui.mentoring.views.base import url
from jiedui.web.pages import Crumb

STATES: Mapping[str, Any] = {
    "proposed": pgettext_lazy("technique", "Proposed"),
    "approved": pgettext_lazy("technique", "Approved, no case yet"),
    "expert": pgettext_lazy("technique", "Led by experts"),
    "joint": pgettext_lazy("technique", "Led jointly"),
    "supervised": pgettext_lazy("technique", "Led locally, supervised"),
    "independent": pgettext_lazy("technique", "Led locally, independent"),
    "sustained": pgettext_lazy("technique", "Sustained"),
    "dormant": pgettext_lazy("technique", "Dormant"),
    "stopped": pgettext_lazy("technique", "Stopped"),
    "withdrawn": pgettext_lazy("technique", "Withdrawn"),
}
TONES = {
    "proposed": "wait", "approved": "wait", "expert": "plain", "joint": "plain",
    "supervised": "ok", "independent": "ok", "sustained": "ok", "dormant": "wrong",
    "stopped": "wrong", "withdrawn": "plain",
}  # fmt: skip
LEADS: Mapping[str, Any] = {
    "expert": pgettext_lazy("lead", "By an expert"),
    "joint": pgettext_lazy("lead", "Jointly"),
    "supervised": pgettext_lazy("lead", "Locally, supervised"),
    "independent": pgettext_lazy("lead", "Locally, independently"),
}
CASE_STATES: Mapping[str, Any] = {
    "recorded": pgettext_lazy("case", "To be confirmed"),
    "confirmed": pgettext_lazy("case", "Confirmed"),
    "returned": pgettext_lazy("case", "Returned"),
    "withdrawn": pgettext_lazy("case", "Withdrawn"),
}
CASE_TONES = {"recorded": "wait", "confirmed": "ok", "returned": "wrong", "withdrawn": "plain"}


class Words(NamedTuple):
    """A step's button, what the record says of it, what the form says beside it, its tone."""

    button: Any
    told: Any
    intro: Any = ""
    done: Any = ""
    tone: str = "plain"


STEPS: Mapping[str, Words] = {
    "propose": Words("", pgettext_lazy("technique", "Proposed"), tone="wait"),
    "claim": Words("", gettext_lazy("The claim to be new was changed"), tone="wait"),
    "approve": Words(
        pgettext_lazy("technique", "Approve"), pgettext_lazy("technique", "Approved"),
        gettext_lazy(
            "Cases already confirmed count at once. Grade or category may ask for the days of the"
            " licence and of the ethics committee's review."
        ),
        gettext_lazy("The technique was approved."), "ok",
    ),
    "withdraw": Words(
        pgettext_lazy("technique", "Withdraw the proposal"), pgettext_lazy("technique",
        "Withdrawn"), gettext_lazy("The proposal ends here; it may be made again."),
        gettext_lazy("The proposal was withdrawn."), "wrong",
    ),
    "rest": Words(
        gettext_lazy("Record that it is dormant"), pgettext_lazy("technique", "Dormant"),
        gettext_lazy("The department no longer performs it and may take it up again. Say why."),
        gettext_lazy("The technique was recorded as dormant."), "wrong",
    ),
    "stop": Words(
        gettext_lazy("Record that it was given up"), pgettext_lazy("technique", "Stopped"),
        gettext_lazy("The department gave it up for good. Say why; its cases stay in the books."),
        gettext_lazy("The technique was recorded as given up."), "wrong",
    ),
    "resume": Words(
        gettext_lazy("Taken up again with an expert"),
        pgettext_lazy("technique", "Taken up again with an expert"),
        gettext_lazy("From this day on its cases move it again, from expert to local hands."),
        gettext_lazy("The technique is performed again."), "ok",
    ),
    "resume_locally": Words(
        gettext_lazy("Taken up again locally"), pgettext_lazy("technique",
        "Taken up again locally"),
        gettext_lazy("The department performs it again without an expert."),
        gettext_lazy("The technique is performed again."), "ok",
    ),
    "expert": Words("", gettext_lazy("First case led by an expert")),
    "joint": Words("", gettext_lazy("First case led jointly")),
    "supervised": Words("", gettext_lazy("First case led locally under supervision"), tone="ok"),
    "independent": Words("", gettext_lazy("First case led locally and independently"), tone="ok"),
    "sustained": Words("", gettext_lazy("Sustained without an expert"), tone="ok"),
    "sustain": Words("", gettext_lazy("Sustained without an expert"), tone="ok"),
    "take_back": Words("", gettext_lazy("Lowered: a case was corrected or taken back"),
                       tone="wrong"),
}  # fmt: skip
# What is usually next.
FORWARD = ("approve", "resume_locally")


def way(technique: Technique, *labels: str) -> tuple[Crumb, ...]:
    """The way back to the register, to the technique, and to what follows it."""
    own = Crumb(technique.name, url("technique", technique.id) if labels else "")
    return (Crumb(_("Techniques"), url("techniques")), own, *(Crumb(each) for each in labels))


def told_month(month: date) -> str:
    """A month as an axis shows it."""
    if (get_language() or "zh-hans").startswith("en"):
        return month.strftime("%Y-%m")
    return f"{month.year}年{month.month}月"


def share(part: int, whole: int) -> str:
    """A share in words, blank of nothing."""
    return f"{round(100 * part / whole)}%" if whole else ""


def where(technique: Technique) -> str:
    """The department, or that it is the hospital's."""
    if technique.department is None:
        return pgettext("technique", "Of the hospital")
    return technique.department.name
