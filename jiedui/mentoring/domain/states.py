"""How apprenticeships, cases, techniques, attachments … go; docs/states.md is drawn from these."""

from __future__ import annotations

from jiedui.core.states import StateTable, Transition

GIVER, RECEIVER, COORDINATOR, EITHER = "giver", "receiver", "coordinator", "either side"
MENTOR, RECORDER, SYSTEM = "mentor", "recorder", "the system"

DRAFT, PROPOSED, ACTIVE, COMPLETED, ENDED, WITHDRAWN = (
    "draft",
    "proposed",
    "active",
    "completed",
    "ended",
    "withdrawn",
)

# Proposed by either side, signed by both; whoever proposes signs for the own side.
APPRENTICESHIP_STATES = StateTable(
    "apprenticeship",
    DRAFT,
    (
        Transition("propose", DRAFT, PROPOSED, EITHER),
        Transition("sign", PROPOSED, ACTIVE, "the other side"),
        Transition("send_back", PROPOSED, DRAFT, "the other side"),
        Transition("withdraw", DRAFT, WITHDRAWN, EITHER),
        Transition("withdraw", PROPOSED, WITHDRAWN, EITHER),
        Transition("extend", ACTIVE, ACTIVE, EITHER),
        Transition("complete", ACTIVE, COMPLETED, RECEIVER),
        Transition("end", ACTIVE, ENDED, EITHER),
    ),
)

RECORDED, CONFIRMED, RETURNED = "recorded", "confirmed", "returned"

CASE_STATES = StateTable(
    "case",
    RECORDED,
    (
        Transition("correct", RECORDED, RECORDED, RECORDER),
        Transition("confirm", RECORDED, CONFIRMED, MENTOR),
        Transition("return", RECORDED, RETURNED, MENTOR),
        Transition("correct", RETURNED, RECORDED, RECORDER),
        Transition("withdraw", RECORDED, WITHDRAWN, RECORDER),
        Transition("withdraw", RETURNED, WITHDRAWN, RECORDER),
        Transition("correct", CONFIRMED, RECORDED, RECORDER),
        Transition("withdraw", CONFIRMED, WITHDRAWN, MENTOR),
    ),
)

APPROVED, EXPERT, JOINT, SUPERVISED, INDEPENDENT, SUSTAINED, DORMANT, STOPPED = (
    "approved",
    "expert",
    "joint",
    "supervised",
    "independent",
    "sustained",
    "dormant",
    "stopped",
)

# domain.md 4c; a confirmed case moves a technique up to who led it, never down.
_LED = (APPROVED, EXPERT, JOINT, SUPERVISED, INDEPENDENT)
TECHNIQUE_STATES = StateTable(
    "technique",
    PROPOSED,
    (
        Transition("approve", PROPOSED, APPROVED, RECEIVER),
        Transition("withdraw", PROPOSED, WITHDRAWN, EITHER),
        *(
            Transition(target, source, target, SYSTEM)
            for place, source in enumerate(_LED)
            for target in _LED[place + 1 :]
        ),
        Transition("sustain", INDEPENDENT, SUSTAINED, SYSTEM),
        *(
            Transition(verb, source, target, RECEIVER)
            for source in (EXPERT, JOINT, SUPERVISED, INDEPENDENT, SUSTAINED)
            for verb, target in (("rest", DORMANT), ("stop", STOPPED))
        ),
        Transition("stop", APPROVED, STOPPED, RECEIVER),
        Transition("stop", DORMANT, STOPPED, RECEIVER),
        Transition("resume", DORMANT, EXPERT, RECEIVER),
        Transition("resume_locally", DORMANT, INDEPENDENT, RECEIVER),
    ),
)

# In use at the department; no longer.
IN_USE = (EXPERT, JOINT, SUPERVISED, INDEPENDENT, SUSTAINED)
AT_REST = (DORMANT, STOPPED)

PLANNED, ACCEPTED, AWAY, BACK, NOT_BACK, DECLINED = (
    "planned",
    "accepted",
    "away",
    "returned",
    "not_returned",
    "declined",
)

# An attachment (进修): asked by the home hospital, accepted by the host.
ATTACHMENT_STATES = StateTable(
    "attachment",
    PLANNED,
    (
        Transition("accept", PLANNED, ACCEPTED, GIVER),
        Transition("decline", PLANNED, DECLINED, GIVER),
        Transition("withdraw", PLANNED, WITHDRAWN, RECEIVER),
        Transition("withdraw", ACCEPTED, WITHDRAWN, RECEIVER),
        Transition("leave", ACCEPTED, AWAY, RECEIVER),
        Transition("extend", AWAY, AWAY, GIVER),
        Transition("return", AWAY, BACK, RECEIVER),
        Transition("not_return", AWAY, NOT_BACK, RECEIVER),
    ),
)

HELD, CANCELLED = "held", "cancelled"

# A teaching session: what was held may be told anew, as long as it stands.
SESSION_STATES = StateTable(
    "session",
    PLANNED,
    (
        Transition("hold", PLANNED, HELD, EITHER),
        Transition("cancel", PLANNED, CANCELLED, EITHER),
        Transition("hold", HELD, HELD, EITHER),
        Transition("take_back", HELD, CANCELLED, EITHER),
    ),
)

SUBMITTED = "submitted"

# One side's answers in a two-sided review: handed in once, back only while nobody has read them.
REVIEW_STATES = StateTable(
    "review",
    DRAFT,
    (
        Transition("write", DRAFT, DRAFT, "the side"),
        Transition("submit", DRAFT, SUBMITTED, "the side"),
        Transition("take_back", SUBMITTED, DRAFT, "the side, until the other has handed in"),
    ),
)
