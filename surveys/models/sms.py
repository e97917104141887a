"""Text messages: the provider of a workspace, and what customers write back."""

from django.conf import settings
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
    exclude=["public_id", "updated_at"],
    secret=["address", "secret"],
    shows=["number"],
    words={
        "address": _("account at the provider"),
        "secret": _("secret of reports and replies"),
        "provider": _("provider"),
        "number": _("number"),
        "is_active": _("in use"),
        "per_day": _("parts a day at most"),
        "per_country": _("parts a day into one country at most"),
        "per_number": _("messages a day to one number at most"),
        "countries": _("countries"),
    },
)
class SmsGateway(WorkspaceOwned):
    """One row a workspace. `address` (apprise's) and `secret` (of receipts and replies) are sealed (core.sealing)."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    provider = models.CharField(max_length=8, choices=SmsProvider.choices, default=SmsProvider.CONSOLE)
    address = models.TextField(blank=True)
    secret = models.TextField(blank=True)
    number = models.CharField(_("Number"), max_length=20, blank=True)
    per_day = models.PositiveIntegerField(_("Parts a day at most"), default=1000)
    per_country = models.PositiveIntegerField(
        _("Parts a day into one country at most"), null=True, blank=True
    )
    per_number = models.PositiveSmallIntegerField(
        _("Messages a day to one number at most"), default=3, db_default=3
    )
    countries = models.CharField(  # of ISO 3166, in capitals, with spaces between; empty: every one
        _("Countries"), max_length=300, blank=True, default="", db_default=""
    )
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
    """One message a customer sent, kept once whatever the provider repeats, and what became of it.

    `text` is as it came. UNPLACED ones wait in a tray until somebody sorts them (`sorted_by`).
    """

    public_id = models.CharField(max_length=22, default=new_public_id, editable=False)

    provider_id = models.CharField(max_length=120)
    number = models.CharField(max_length=20)
    text = models.CharField(max_length=1600)
    contact = TenantKey("surveys.Contact", null=True, on_delete=models.SET_NULL, related_name="+")
    invitation = TenantKey("surveys.Invitation", null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=9, choices=TextOutcome.choices)
    received_at = models.DateTimeField()
    sorted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    sorted_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # when staff heard that it waits, alone or in a digest

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "provider_id"], name="inbound_text_once"),
            models.UniqueConstraint(fields=["public_id"], name="inbound_text_public_id_once"),
            models.CheckConstraint(  # a member who is deleted leaves the moment
                condition=Q(sorted_by__isnull=True) | Q(sorted_at__isnull=False),
                name="inbound_text_sorted_by_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["contact", "-id"], name="inbound_text_of_contact"),
            models.Index(
                fields=["workspace", "-id"],
                condition=Q(outcome=TextOutcome.UNPLACED),
                name="inbound_text_tray",
            ),
            models.Index(
                fields=["workspace"],
                condition=Q(outcome=TextOutcome.UNPLACED, told_at__isnull=True),
                name="inbound_text_untold",
            ),
            models.Index(
                fields=["workspace", "-told_at"],
                condition=Q(told_at__isnull=False),
                name="inbound_text_told",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]
