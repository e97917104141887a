"""The inner loop: cases, promises, causes."""

from detractors.models.case import Case, CaseCounter
from detractors.models.decision import CaseDecision
from detractors.models.desk import BulkAction, QueuePreference, SavedView
from detractors.models.root_cause import RootCause
from detractors.models.sla import Escalation, EscalationStep, SlaPolicy, SlaTimer
from detractors.models.timeline import CaseEvent

__all__ = [
    "BulkAction",
    "Case",
    "CaseCounter",
    "CaseDecision",
    "CaseEvent",
    "Escalation",
    "EscalationStep",
    "QueuePreference",
    "RootCause",
    "SavedView",
    "SlaPolicy",
    "SlaTimer",
]
