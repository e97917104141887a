"""The inner loop: cases, promises, causes, and what is done for a case."""

from detractors.models.alerts import AlertChoice, AlertPace, AlertRules, HeldAlert
from detractors.models.attachment import Attachment
from detractors.models.case import Case, CaseCounter
from detractors.models.case_rule import CaseRule
from detractors.models.decision import CaseDecision
from detractors.models.desk import BulkAction, BulkPart, QueuePreference, SavedView
from detractors.models.forecast import Forecast, ForecastNow
from detractors.models.improvement import Improvement, ImprovementCase, ImprovementCause, ImprovementComment
from detractors.models.lateness import Lateness
from detractors.models.lesson import Lesson
from detractors.models.matrix import Failure, JourneyStep, MatrixCell, Scenario
from detractors.models.merge import CaseMerge
from detractors.models.rehearsal import Rehearsal, RehearsedCase
from detractors.models.remedy import Remedy, RemedyCode, RemedyLimit, RemedyPool, RemedySettings
from detractors.models.retention import LossReason, Retention
from detractors.models.root_cause import RootCause
from detractors.models.sla import Escalation, EscalationStep, Recount, SlaPolicy, SlaTimer
from detractors.models.spike import CaseWatch, Spike, SpikeCase
from detractors.models.sponsor import Sponsor
from detractors.models.stages import CaseStages
from detractors.models.status import CaseSettings, CaseStatus
from detractors.models.tag import CaseTag, Tag
from detractors.models.task import CallAppointment, Task
from detractors.models.telling import Notification, NotificationChoice, Watcher
from detractors.models.timeline import CaseEvent
from detractors.models.weights import RankRecount, RankWeights

__all__ = [
    "AlertChoice",
    "AlertPace",
    "AlertRules",
    "Attachment",
    "BulkAction",
    "BulkPart",
    "CallAppointment",
    "Case",
    "CaseCounter",
    "CaseDecision",
    "CaseEvent",
    "CaseMerge",
    "CaseRule",
    "CaseSettings",
    "CaseStages",
    "CaseStatus",
    "CaseTag",
    "CaseWatch",
    "Escalation",
    "EscalationStep",
    "Failure",
    "Forecast",
    "ForecastNow",
    "HeldAlert",
    "Improvement",
    "ImprovementCase",
    "ImprovementCause",
    "ImprovementComment",
    "JourneyStep",
    "Lateness",
    "Lesson",
    "LossReason",
    "MatrixCell",
    "Notification",
    "NotificationChoice",
    "QueuePreference",
    "RankRecount",
    "RankWeights",
    "Recount",
    "Rehearsal",
    "RehearsedCase",
    "Remedy",
    "RemedyCode",
    "RemedyLimit",
    "RemedyPool",
    "RemedySettings",
    "Retention",
    "RootCause",
    "SavedView",
    "Scenario",
    "SlaPolicy",
    "SlaTimer",
    "Spike",
    "SpikeCase",
    "Sponsor",
    "Tag",
    "Task",
    "Watcher",
]
