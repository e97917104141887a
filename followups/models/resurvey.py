"""Asking again after the fix."""

from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from followups.enums import ResurveyStatus


class Resurvey(WorkspaceOwned):
    """One per case and episode: planned at resolving, asked when due, settled by the answer or by silence."""

    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    episode = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=10, choices=ResurveyStatus.choices, default=ResurveyStatus.PLANNED)
    due_at = models.DateTimeField()
    invitation = TenantKey("surveys.Invitation", null=True, on_delete=models.PROTECT, related_name="+")
    response = TenantKey("surveys.Response", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    score_before = models.PositiveSmallIntegerField(null=True)
    score_after = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["case", "episode"], name="resurvey_once_per_episode"),
            models.UniqueConstraint(fields=["invitation"], name="resurvey_once_per_invitation"),
            models.CheckConstraint(
                condition=~Q(status="ANSWERED") | Q(response__isnull=False, score_after__isnull=False),
                name="resurvey_answered_has_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="PLANNED"), name="resurvey_due"),
            models.Index(
                fields=["closes_at"],
                condition=Q(status__in=["ASKED", "NOT_ASKED"], settled_at__isnull=True),
                name="resurvey_closing",
            ),
            models.Index(
                fields=["workspace", "settled_at"], condition=Q(status="ANSWERED"), name="resurvey_figures"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} of {self.case_id}"
