"""The inner loop: cases, promises, causes, and what is done for a case."""

from detractors.models.attachment import Attachment
from detractors.models.case import Case, CaseCounter
from detractors.models.decision import CaseDecision
from detractors.models.merge import CaseMerge
from detractors.models.root_cause import RootCause
from detractors.models.sla import Escalation, EscalationStep, SlaPolicy, SlaTimer
from detractors.models.status import CaseSettings, CaseStatus
from detractors.models.tag import CaseTag, Tag
from detractors.models.task import CallAppointment, Task
from detractors.models.telling import Notification, NotificationChoice, Watcher
from detractors.models.timeline import CaseEvent

__all__ = [
    "Attachment",
    "CallAppointment",
    "Case",
    "CaseCounter",
    "CaseDecision",
    "CaseEvent",
    "CaseMerge",
    "CaseSettings",
    "CaseStatus",
    "CaseTag",
    "Escalation",
    "EscalationStep",
    "Notification",
    "NotificationChoice",
    "RootCause",
    "SlaPolicy",
    "SlaTimer",
    "Tag",
    "Task",
    "Watcher",
]
