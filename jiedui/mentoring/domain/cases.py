"""What a case says: who led it, and with which doubts it was taken in."""

from __future__ import annotations

EXPERT, JOINT, SUPERVISED, INDEPENDENT = "expert", "joint", "supervised", "independent"
# In the order in which a technique passes to local hands (domain.md 4c).
LEADS = (EXPERT, JOINT, SUPERVISED, INDEPENDENT)
# Those with a local first operator.
LOCAL = (SUPERVISED, INDEPENDENT)

# The part that a role of the pack's case_roles plays.
LEADING, SHARING = "leads", "shares"

NOT_IN_PLAN, MENTOR_AWAY, OTHER_MENTOR, AFTER_END, BEFORE_APPROVAL = (
    "not_in_plan",
    "mentor_away",
    "other_mentor",
    "after_end",
    "before_approval",
)
# A flagged case is kept and shown with its flags to who confirms it: whatever may be an office's
# delay (an arrival not yet entered, a plan not yet changed) is no reason to lose a case.
FLAGS = (NOT_IN_PLAN, MENTOR_AWAY, OTHER_MENTOR, AFTER_END, BEFORE_APPROVAL)


def lead_of(part: str, *, alone: bool, local: bool = True) -> str:
    """Who led, by the part that the local hand played and whether without supervision at hand.

    ``local`` is False where the first operator is the expert and no local hand is told of.
    """
    if part == SHARING:
        return JOINT
    if part != LEADING or not local:
        return EXPERT
    return INDEPENDENT if alone else SUPERVISED
