"""What became of an answer or a mention, and why: exactly one row each."""

from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from detractors.enums import DecisionOutcome, DecisionReason


class CaseDecision(WorkspaceOwned):
    response = TenantKey("surveys.Response", null=True, on_delete=models.CASCADE, related_name="+")
    mention = TenantKey("surveys.Mention", null=True, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=DecisionOutcome.choices)
    reason = models.CharField(max_length=13, choices=DecisionReason.choices)
    case = TenantKey("detractors.Case", null=True, on_delete=models.CASCADE, related_name="decisions")
    evidence = models.JSONField(default=dict)
    decide_at = models.DateTimeField(null=True)  # when a held answer is decided by itself
    decided_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["response"], name="decision_once_per_response"),
            models.UniqueConstraint(fields=["mention"], name="decision_once_per_mention"),
            models.CheckConstraint(
                condition=Q(response__isnull=False, mention__isnull=True)
                | Q(response__isnull=True, mention__isnull=False),
                name="decision_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["OPENED", "JOINED"], case__isnull=False)
                | Q(outcome__in=["HELD", "NOT_OPENED"], case__isnull=True),
                name="decision_case_pair",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=DecisionReason.values), name="decision_reason_known"
            ),
        ]
        indexes = [
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="decision_of_case"),
            models.Index(fields=["decide_at"], condition=Q(decide_at__isnull=False), name="decision_held"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} ({self.reason})"
