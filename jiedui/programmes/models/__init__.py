"""Programmes, pairings, agreements, posts, batches, teams and postings."""

from jiedui.programmes.models.agreements import (
    Agreement,
    AgreementFile,
    AgreementParty,
    AgreementReview,
    AgreementTarget,
)
from jiedui.programmes.models.facts import CountedFact, ProgrammeFact
from jiedui.programmes.models.handovers import Handover
from jiedui.programmes.models.plans import Meeting, MeetingBody, PlanItem, Task, WorkPlan
from jiedui.programmes.models.postings import (
    Appointment,
    Credential,
    Posting,
    PostingStep,
    SelfEvaluation,
    Stay,
    WelfareItem,
)
from jiedui.programmes.models.posts import Batch, Offer, Post, Team, Wish
from jiedui.programmes.models.structure import Duty, Network, Organisation, Pairing, Programme

__all__ = [
    "Agreement",
    "AgreementFile",
    "AgreementParty",
    "AgreementReview",
    "AgreementTarget",
    "Appointment",
    "Batch",
    "CountedFact",
    "Credential",
    "Duty",
    "Handover",
    "Meeting",
    "MeetingBody",
    "Network",
    "Offer",
    "Organisation",
    "Pairing",
    "PlanItem",
    "Post",
    "Posting",
    "PostingStep",
    "Programme",
    "ProgrammeFact",
    "SelfEvaluation",
    "Stay",
    "Task",
    "Team",
    "WelfareItem",
    "Wish",
    "WorkPlan",
]
