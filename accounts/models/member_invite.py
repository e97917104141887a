"""A door held open for one address: mailed, expiring, revocable."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.enums import Role
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import link_token, new_nonce, new_public_id


class MemberInvite(WorkspaceOwned):
    """The link is link_token("invite", nonce); a new nonce at each sending closes the link sent before."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    nonce = models.CharField(max_length=22, unique=True, default=new_nonce, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=8, choices=Role.choices)
    team = TenantKey("accounts.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    takes_cases = models.BooleanField(default=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                "workspace",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invite_open_once",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invite_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"

    @property
    def token(self) -> str:
        """What stands in the link that was mailed last."""
        return link_token("invite", self.nonce)

    def state_at(self, now: datetime) -> str:
        """OPEN, EXPIRED, ACCEPTED or REVOKED."""
        if self.accepted_at is not None:
            return "ACCEPTED"
        if self.revoked_at is not None:
            return "REVOKED"
        return "OPEN" if now < self.expires_at else "EXPIRED"
