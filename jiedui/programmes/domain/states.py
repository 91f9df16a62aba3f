"""How a posting, a post and a wish go; docs/states.md is drawn from these tables."""

from __future__ import annotations

from jiedui.core.states import StateTable, Transition

NOMINATED = "nominated"
SCREENED = "screened"
APPROVED = "approved"
TRAVELLING = "travelling"
ON_SITE = "on_site"
ON_LEAVE = "on_leave"
DEPARTED = "departed"
RETURNED_EARLY = "returned_early"
DECLINED = "declined"
WITHDRAWN = "withdrawn"

GIVER, RECEIVER, COORDINATOR = "giver", "receiver", "coordinator"
EITHER = "either side"

POSTING_STATES = StateTable(
    "posting",
    NOMINATED,
    (
        Transition("screen", NOMINATED, SCREENED, COORDINATOR),
        Transition("decline", NOMINATED, DECLINED, COORDINATOR),
        Transition("approve", SCREENED, APPROVED, RECEIVER),
        Transition("decline", SCREENED, DECLINED, RECEIVER),
        Transition("withdraw", NOMINATED, WITHDRAWN, GIVER),
        Transition("withdraw", SCREENED, WITHDRAWN, GIVER),
        Transition("withdraw", APPROVED, WITHDRAWN, GIVER),
        Transition("travel", APPROVED, TRAVELLING, GIVER),
        Transition("withdraw", TRAVELLING, WITHDRAWN, GIVER),
        # Whoever lives near arrives without a journey.
        Transition("arrive", APPROVED, ON_SITE, RECEIVER),
        Transition("arrive", TRAVELLING, ON_SITE, RECEIVER),
        Transition("extend", ON_SITE, ON_SITE, COORDINATOR),
        Transition("extend", ON_LEAVE, ON_LEAVE, COORDINATOR),
        Transition("leave", ON_SITE, ON_LEAVE, RECEIVER),
        Transition("return", ON_LEAVE, ON_SITE, RECEIVER),
        Transition("depart", ON_SITE, DEPARTED, RECEIVER),
        Transition("depart", ON_LEAVE, DEPARTED, RECEIVER),
        Transition("return_early", ON_SITE, RETURNED_EARLY, EITHER),
        Transition("return_early", ON_LEAVE, RETURNED_EARLY, EITHER),
    ),
)

# Not yet there; there; ended after having been there; never came.
COMING = (NOMINATED, SCREENED, APPROVED, TRAVELLING)
DECIDED = (APPROVED, TRAVELLING)
PRESENT = (ON_SITE, ON_LEAVE)
ENDED = (DEPARTED, RETURNED_EARLY)
NEVER = (DECLINED, WITHDRAWN)
# What a person can be in once at a time.
HOLDING = (*COMING, *PRESENT, *ENDED)
# What needs a reason.
REASONED = ("decline", "withdraw", "return_early")

REQUESTED, AGREED, FILLED, CLOSED = "requested", "agreed", "filled", "closed"

POST_STATES = StateTable(
    "post",
    REQUESTED,
    (
        Transition("edit", REQUESTED, REQUESTED, RECEIVER),
        Transition("agree", REQUESTED, AGREED, COORDINATOR),
        Transition("refuse", REQUESTED, CLOSED, COORDINATOR),
        Transition("fill", AGREED, FILLED, "by the arrival that completes it"),
        Transition("reopen", FILLED, AGREED, "by a departure that leaves it empty"),
        Transition("close", REQUESTED, CLOSED, RECEIVER),
        Transition("close", AGREED, CLOSED, EITHER),
        Transition("close", FILLED, CLOSED, EITHER),
    ),
)

ASKED, ACCEPTED, SCHEDULED, DONE, REFUSED = "asked", "accepted", "scheduled", "done", "refused"

WISH_STATES = StateTable(
    "wish",
    ASKED,
    (
        Transition("accept", ASKED, ACCEPTED, GIVER),
        Transition("refuse", ASKED, REFUSED, GIVER),
        Transition("withdraw", ASKED, WITHDRAWN, RECEIVER),
        Transition("schedule", ACCEPTED, SCHEDULED, GIVER),
        Transition("schedule", SCHEDULED, SCHEDULED, GIVER),
        Transition("withdraw", ACCEPTED, WITHDRAWN, RECEIVER),
        Transition("done", SCHEDULED, DONE, RECEIVER),
        Transition("withdraw", SCHEDULED, WITHDRAWN, EITHER),
    ),
)
