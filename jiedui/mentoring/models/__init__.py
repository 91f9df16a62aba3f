"""Apprenticeships, cases, skills, teaching, techniques, departments and reviews."""

from jiedui.mentoring.models.apprenticeships import (
    Apprentice,
    Apprenticeship,
    Baseline,
    LearningGoal,
    Mentor,
    SelectionAnswer,
    Studio,
    StudioDay,
    StudioMember,
    StudioOutput,
)
from jiedui.mentoring.models.cases import (
    Case,
    CaseHistory,
    CaseTally,
)
from jiedui.mentoring.models.facts import (
    LearningFact,
)
from jiedui.mentoring.models.skills import (
    Certificate,
    Decision,
    Refresher,
    SafetyReview,
    Skill,
)
from jiedui.mentoring.models.techniques import (
    NoveltyReview,
    PlatformNeed,
    TaperStep,
    Technique,
    TechniqueCode,
    TechniqueStep,
)

__all__ = [
    "Apprentice",
    "Apprenticeship",
    "Baseline",
    "Case",
    "CaseHistory",
    "CaseTally",
    "Certificate",
    "Decision",
    "LearningFact",
    "LearningGoal",
    "Mentor",
    "NoveltyReview",
    "PlatformNeed",
    "Refresher",
    "SafetyReview",
    "SelectionAnswer",
    "Skill",
    "Studio",
    "StudioDay",
    "StudioMember",
    "StudioOutput",
    "TaperStep",
    "Technique",
    "TechniqueCode",
    "TechniqueStep",
]
