"""Single sign-on: an OpenID Connect provider of one workspace."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.history import remembered
from accounts.tenancy import WorkspaceOwned
from core.tokens import new_public_id


@remembered(
    kind="identity_provider",
    label=_("single sign-on"),
    exclude=["public_id", "last_used_at"],
    secret=["sealed_secret"],
    words={
        "name": _("name"),
        "issuer": _("issuer"),
        "client_id": _("client id"),
        "sealed_secret": _("client secret"),
        "domains": _("mail domains"),
        "adds_members": _("lets new people in"),
        "new_role": _("role of new people"),
        "is_active": _("in use"),
    },
)
class IdentityProvider(WorkspaceOwned):
    """Who signs in through it is known by provider and subject, never by the e-mail address alone."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=80)  # as the button says it
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=200)
    sealed_secret = models.TextField()  # core/sealing.py; never shown again
    domains = models.JSONField(default=list)  # mail domains whose verified addresses may join
    adds_members = models.BooleanField(default=False)  # somebody new of these domains becomes a member
    new_role = models.CharField(max_length=8, choices=Role.choices, default=Role.ANALYST)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="provider_name_once"),
            models.UniqueConstraint(fields=["workspace", "issuer", "client_id"], name="provider_client_once"),
            models.CheckConstraint(
                condition=Q(new_role__in=[Role.AGENT, Role.ANALYST]), name="provider_new_role_is_low"
            ),
        ]

    def __str__(self) -> str:
        return self.name
