"""Text messages: the provider of a workspace, and what customers write back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from surveys.enums import SmsProvider, TextOutcome


@remembered(
    kind="sms_gateway",
    label=_("text messages"),
    exclude=["public_id", "address", "secret"],
    words={
        "provider": _("provider"),
        "number": _("number"),
        "is_active": _("in use"),
        "per_day": _("messages a day at most"),
    },
)
class SmsGateway(WorkspaceOwned):
    """One row a workspace. `address` (apprise's) and `secret` (of receipts and replies) are sealed (core.sealing)."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    provider = models.CharField(max_length=8, choices=SmsProvider.choices, default=SmsProvider.CONSOLE)
    address = models.TextField(blank=True)
    secret = models.TextField(blank=True)
    number = models.CharField(_("Number"), max_length=20, blank=True)
    per_day = models.PositiveIntegerField(_("Messages a day at most"), default=1000)
    is_active = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="sms_gateway_once"),
            models.CheckConstraint(
                condition=Q(provider__in=SmsProvider.values), name="sms_gateway_provider_known"
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.provider


class InboundText(WorkspaceOwned):
    """One message a customer sent, kept once whatever the provider repeats, and what became of it."""

    provider_id = models.CharField(max_length=120)
    number = models.CharField(max_length=20)
    text = models.CharField(max_length=1600)
    contact = TenantKey("surveys.Contact", null=True, on_delete=models.SET_NULL, related_name="+")
    invitation = TenantKey("surveys.Invitation", null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=9, choices=TextOutcome.choices)
    received_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "provider_id"], name="inbound_text_once")]
        indexes = [models.Index(fields=["contact", "-id"], name="inbound_text_of_contact")]

    def __str__(self) -> str:
        return self.text[:40]
