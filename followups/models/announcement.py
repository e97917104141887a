"""You said, we did: an improvement that is done is told, once each, to those whose case it is about."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.constraints import both_or_neither
from followups.enums import AnnouncementState, FollowUpStatus, skip_reasons


class Announcement(WorkspaceOwned):
    """One an improvement. A DRAFT is changed; SENDING goes out by the sweep; STOPPED keeps back what has not left."""

    improvement = TenantKey("detractors.Improvement", on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=7, choices=AnnouncementState.choices, default=AnnouncementState.DRAFT)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["improvement"], name="announcement_once_per_improvement"),
            models.CheckConstraint(
                condition=Q(state="DRAFT", started_at__isnull=True)
                | (~Q(state="DRAFT") & Q(started_at__isnull=False)),
                name="announcement_started_when_sent",
            ),
            models.CheckConstraint(
                condition=both_or_neither("started_at", "started_by"), name="announcement_started_pair"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state="SENDING"), name="announcement_sending")]

    def __str__(self) -> str:
        return self.subject


class AnnouncementMail(WorkspaceOwned):
    """What becomes of the announcement for one person, by their latest case; at most one each."""

    announcement = TenantKey("followups.Announcement", on_delete=models.CASCADE, related_name="mails")
    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    contact = TenantKey("surveys.Contact", on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=7, choices=FollowUpStatus.choices, default=FollowUpStatus.PLANNED)
    skipped_because = models.CharField(max_length=16, choices=skip_reasons, blank=True)
    retry_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    message = models.ForeignKey(
        "outbox.OutboundMessage", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["announcement", "contact"], name="announcement_mail_once"),
            models.CheckConstraint(
                condition=Q(status="SENT", sent_at__isnull=False, skipped_because="")
                | Q(status="PLANNED", sent_at__isnull=True, skipped_because="")
                | (Q(status="SKIPPED", sent_at__isnull=True) & ~Q(skipped_because="")),
                name="announcement_mail_status_agrees",
            ),
        ]
        indexes = [
            models.Index(
                fields=["announcement", "id"], condition=Q(status="PLANNED"), name="announcement_mail_planned"
            ),
            models.Index(fields=["contact"], name="announcement_mail_of_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.status} to {self.contact_id}"
