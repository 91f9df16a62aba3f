"""Apprenticeships, cases, skills, teaching, techniques, departments and reviews."""

from jiedui.mentoring.models.apprenticeships import (
    Apprentice,
    Apprenticeship,
    Baseline,
    LearningGoal,
    Mentor,
    PlanChange,
    SelectionAnswer,
    Studio,
    StudioDay,
    StudioMember,
    StudioOutput,
)
from jiedui.mentoring.models.attachments import (
    Attachment,
    AttachmentGoal,
    AttachmentStep,
    FollowUp,
)
from jiedui.mentoring.models.cases import (
    Case,
    CaseHistory,
    CaseTally,
)
from jiedui.mentoring.models.departments import (
    Checklist,
    ClinicHour,
    ClinicMonth,
    DepartmentStanding,
    ItemAnswer,
    KeySpecialty,
    SpecialClinic,
    StageAnswer,
    StageStep,
)
from jiedui.mentoring.models.facts import (
    LearningFact,
)
from jiedui.mentoring.models.hospitals import (
    AccreditationRoad,
    ManagementProcedure,
    Milestone,
    ProcedureAudit,
    ResearchProject,
)
from jiedui.mentoring.models.reviews import (
    ReviewAnswer,
    ReviewRound,
    ReviewSide,
    ReviewTask,
)
from jiedui.mentoring.models.sites import (
    Award,
    EducationSite,
    SiteYear,
)
from jiedui.mentoring.models.skills import (
    Certificate,
    Decision,
    Refresher,
    SafetyReview,
    Skill,
)
from jiedui.mentoring.models.teaching import (
    Attendance,
    Reacted,
    ReactionCount,
    SessionDay,
    SessionTeacher,
    SessionTest,
    TeachingSession,
    TestScore,
)
from jiedui.mentoring.models.techniques import (
    NoveltyReview,
    PlatformNeed,
    TaperStep,
    Technique,
    TechniqueCode,
    TechniqueStep,
)
from jiedui.mentoring.models.tries import (
    CodeTry,
)

__all__ = [
    "AccreditationRoad",
    "Apprentice",
    "Apprenticeship",
    "Attachment",
    "AttachmentGoal",
    "AttachmentStep",
    "Attendance",
    "Award",
    "Baseline",
    "Case",
    "CaseHistory",
    "CaseTally",
    "Certificate",
    "Checklist",
    "ClinicHour",
    "ClinicMonth",
    "CodeTry",
    "Decision",
    "DepartmentStanding",
    "EducationSite",
    "FollowUp",
    "ItemAnswer",
    "KeySpecialty",
    "LearningFact",
    "LearningGoal",
    "ManagementProcedure",
    "Mentor",
    "Milestone",
    "NoveltyReview",
    "PlanChange",
    "PlatformNeed",
    "ProcedureAudit",
    "Reacted",
    "ReactionCount",
    "Refresher",
    "ResearchProject",
    "ReviewAnswer",
    "ReviewRound",
    "ReviewSide",
    "ReviewTask",
    "SafetyReview",
    "SelectionAnswer",
    "SessionDay",
    "SessionTeacher",
    "SessionTest",
    "SiteYear",
    "Skill",
    "SpecialClinic",
    "StageAnswer",
    "StageStep",
    "Studio",
    "StudioDay",
    "StudioMember",
    "StudioOutput",
    "TaperStep",
    "TeachingSession",
    "Technique",
    "TechniqueCode",
    "TechniqueStep",
    "TestScore",
]
