"""Asking again those who have not answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from surveys.enums import NotSentBecause

MAX_REMINDERS = 5


@remembered(
    kind="campaign_reminder",
    label=_("reminder"),
    words={
        "campaign": _("campaign"),
        "number": _("number"),
        "after_days": _("days"),
        "subject": _("subject"),
    },
)
class CampaignReminder(WorkspaceOwned):
    """Reminder `number` of a campaign: `after_days` after the mail before it, in its own words."""

    campaign = TenantKey("surveys.Campaign", on_delete=models.CASCADE, related_name="reminders")
    number = models.PositiveSmallIntegerField()
    after_days = models.PositiveSmallIntegerField()
    subject = models.CharField(_("Subject"), max_length=200, blank=True)
    intro = models.CharField(_("Words before the question"), max_length=1000, blank=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="campaign_reminder_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MAX_REMINDERS), name="campaign_reminder_number"
            ),
            models.CheckConstraint(
                condition=Q(after_days__gte=1, after_days__lte=90), name="campaign_reminder_days"
            ),
        ]

    def __str__(self) -> str:
        return f"reminder {self.number}"


class InvitationReminder(WorkspaceOwned):
    """A planned reminder of one invitation: sent once, or skipped for one written reason."""

    invitation = TenantKey("surveys.Invitation", on_delete=models.CASCADE, related_name="reminders")
    number = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    skipped_because = models.CharField(max_length=20, choices=NotSentBecause.choices, blank=True)
    message = models.ForeignKey(
        "outbox.OutboundMessage", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    retry_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["invitation", "number"], name="invitation_reminder_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, skipped_because=""),
                name="invitation_reminder_due",
            ),
        ]

    def __str__(self) -> str:
        return f"reminder {self.number}"
