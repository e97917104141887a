"""Who belongs to which workspace, and as what."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import Role
from accounts.tenancy import TenantKey, WorkspaceOwned


class Membership(WorkspaceOwned):
    workspace = models.ForeignKey(
        "accounts.Workspace", on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    role = models.CharField(max_length=8, choices=Role.choices)
    team = TenantKey(
        "accounts.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )
    takes_cases = models.BooleanField(default=True)  # takes part in the round robin
    away_until = models.DateField(null=True, blank=True)  # last day away, in the member's zone
    last_assigned_at = models.DateTimeField(null=True, blank=True)  # the round robin's memory
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]
        indexes = [models.Index(fields=["user", "workspace"], name="membership_by_user")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"
