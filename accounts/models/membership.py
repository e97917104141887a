"""Who belongs to which workspace, and as what."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned


@remembered(
    kind="member",
    label=_("member"),
    exclude=["last_assigned_at"],
    shows=["user"],
    words={
        "user": _("person"),
        "role": _("role"),
        "team": _("team"),
        "takes_cases": _("gets new cases"),
        "away_from": _("away from"),
        "away_until": _("away until"),
        "only_own_teams": _("sees only cases of their teams"),
        "only_touchpoints": _("sees only the touchpoints"),
        "only_attribute": _("sees only contacts by"),
        "only_values": _("with one of the values"),
        "skills": _("skills"),
        "languages": _("languages"),
        "deactivated_at": _("deactivated"),
    },
)
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
    away_from = models.DateField(null=True, blank=True)  # first day away; null with away_until: at once
    away_until = models.DateField(null=True, blank=True)  # last day away, in the member's zone
    last_assigned_at = models.DateTimeField(null=True, blank=True)  # the round robin's memory
    # Which cases an agent meets; all that is set must hold, nothing set means every case (accounts/rules/sight.py).
    only_own_teams = models.BooleanField(default=False)  # their team and the teams they lead
    only_touchpoints = models.JSONField(default=list, blank=True)  # public ids; empty: any
    only_attribute = models.CharField(max_length=60, blank=True)  # an attribute of the contact
    only_values = models.JSONField(default=list, blank=True)  # values of that attribute, as text
    skills = models.JSONField(
        default=list, blank=True, db_default=models.Value([], models.JSONField())
    )  # words
    languages = models.JSONField(
        default=list, blank=True, db_default=models.Value([], models.JSONField())
    )  # codes they write to customers in: "de"
    deactivated_at = models.DateTimeField(
        null=True, blank=True
    )  # they cannot get in; what they did stays theirs
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(away_from__isnull=True)
                | (Q(away_until__isnull=False) & Q(away_from__lte=models.F("away_until"))),
                name="membership_away_ends",
            ),
            models.CheckConstraint(
                condition=Q(only_attribute="", only_values=[]) | (~Q(only_attribute="") & ~Q(only_values=[])),
                name="membership_only_attribute_pair",
            ),
        ]
        indexes = [models.Index(fields=["user", "workspace"], name="membership_by_user")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"
