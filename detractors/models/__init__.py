"""The inner loop: cases, promises, causes."""

from detractors.models.case import Case, CaseCounter
from detractors.models.case_rule import CaseRule
from detractors.models.decision import CaseDecision
from detractors.models.lateness import Lateness
from detractors.models.matrix import Failure, JourneyStep, MatrixCell, Scenario
from detractors.models.root_cause import RootCause
from detractors.models.sla import Escalation, EscalationStep, Recount, SlaPolicy, SlaTimer
from detractors.models.timeline import CaseEvent
from detractors.models.weights import RankRecount, RankWeights

__all__ = [
    "Case",
    "CaseCounter",
    "CaseDecision",
    "CaseEvent",
    "CaseRule",
    "Escalation",
    "EscalationStep",
    "Failure",
    "JourneyStep",
    "Lateness",
    "MatrixCell",
    "RankRecount",
    "RankWeights",
    "Recount",
    "RootCause",
    "Scenario",
    "SlaPolicy",
    "SlaTimer",
]
