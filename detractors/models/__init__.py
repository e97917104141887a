"""The inner loop: cases, promises, causes."""

from detractors.models.case import Case, CaseCounter
from detractors.models.decision import CaseDecision
from detractors.models.lateness import Lateness
from detractors.models.root_cause import RootCause
from detractors.models.sla import Escalation, EscalationStep, Recount, SlaPolicy, SlaTimer
from detractors.models.timeline import CaseEvent

__all__ = [
    "Case",
    "CaseCounter",
    "CaseDecision",
    "CaseEvent",
    "Escalation",
    "EscalationStep",
    "Lateness",
    "Recount",
    "RootCause",
    "SlaPolicy",
    "SlaTimer",
]
