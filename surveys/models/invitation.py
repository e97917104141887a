"""One request to one contact: one link."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned, proven_workspace
from core.tokens import link_token, new_nonce, new_public_id
from surveys.enums import FunnelStage, InvitationStatus, NotSentBecause, Purpose, ResponseChannel


class Invitation(WorkspaceOwned):
    """Waits here until `due_at`, is checked against the contact policy, and leaves through the outbox.

    The link's nonce is kept, its token is not; `link` rebuilds it. A status NOT_SENT has exactly
    one reason. `is_mailed` is false for links that are handed out by others (API `send: false`).
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    link_nonce = models.CharField(max_length=22, unique=True, default=new_nonce, editable=False)
    survey = TenantKey("surveys.Survey", on_delete=models.CASCADE, related_name="+")
    contact = TenantKey("surveys.Contact", on_delete=models.CASCADE, related_name="+")
    campaign = TenantKey("surveys.Campaign", null=True, on_delete=models.SET_NULL, related_name="invitations")
    touchpoint = TenantKey("surveys.Touchpoint", null=True, on_delete=models.SET_NULL, related_name="+")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.SURVEY)
    channel = models.CharField(max_length=7, choices=ResponseChannel.choices, default=ResponseChannel.EMAIL)
    is_mailed = models.BooleanField(default=True)
    status = models.CharField(
        max_length=9, choices=InvitationStatus.choices, default=InvitationStatus.PLANNED
    )
    not_sent_because = models.CharField(max_length=20, choices=NotSentBecause.choices, blank=True)
    askable_at = models.DateTimeField(null=True)  # when the reason ends, if it does
    message = models.ForeignKey(
        "outbox.OutboundMessage", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)  # pushed ahead when sending it raised an unexpected error
    follow_at = models.DateTimeField(
        null=True
    )  # when to look again what became of its mail; null: nothing to learn
    clicked_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=16, blank=True, default="", db_default="")
    round = models.PositiveIntegerField(default=1, db_default=1)  # of a recurring campaign
    event = TenantKey("surveys.ContactEvent", null=True, on_delete=models.SET_NULL, related_name="+")
    wait_because = models.CharField(
        max_length=20, choices=NotSentBecause.choices, blank=True, default="", db_default=""
    )
    override_note = models.CharField(
        max_length=300, blank=True, default="", db_default=""
    )  # why the contact policy was overruled
    override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    facts = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField())
    )  # words only its mail needs
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=InvitationStatus.values), name="invitation_status_known"
            ),
            models.CheckConstraint(
                condition=(Q(status=InvitationStatus.NOT_SENT) & ~Q(not_sent_because=""))
                | (~Q(status=InvitationStatus.NOT_SENT) & Q(not_sent_because="")),
                name="invitation_not_sent_pair",
            ),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="invitation_purpose_known"),
            models.UniqueConstraint(
                fields=["campaign", "contact", "round"],
                condition=Q(campaign__isnull=False, event__isnull=True),
                name="invitation_once_per_round",
            ),
            models.UniqueConstraint(
                fields=["campaign", "event"],
                condition=Q(event__isnull=False),
                name="invitation_once_per_event",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="PLANNED"), name="invitation_due"),
            models.Index(
                fields=["follow_at"], condition=Q(follow_at__isnull=False), name="invitation_followed"
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(status__in=["SENT", "DELIVERED", "OPENED"]),
                name="invitation_expiring",
            ),
            models.Index(fields=["contact", "-id"], name="invitation_of_contact"),
            models.Index(fields=["campaign", "status"], name="invitation_of_campaign"),
            models.Index(fields=["message"], condition=Q(message__isnull=False), name="invitation_message"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def just_answered_at(self) -> datetime | None:
        """When it was answered. Set by `queries.settled.shown` for an answer whose mark is still to come."""
        return self.answered_at

    @just_answered_at.setter
    def just_answered_at(self, moment: datetime | None) -> None:
        if moment is not None and self.answered_at is None:
            self.status, self.answered_at = InvitationStatus.ANSWERED, moment
            self.not_sent_because, self.askable_at = "", None

    @property
    def link(self) -> str:
        """The token of the answer page."""
        return link_token("survey", self.link_nonce)


class InvitationChange(WorkspaceOwned):
    """Append-only ledger of the response funnel: one row per invitation and stage, each counted once."""

    workspace = proven_workspace()
    invitation = TenantKey("surveys.Invitation", on_delete=models.CASCADE, related_name="+")
    survey = TenantKey("surveys.Survey", on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=9, choices=FunnelStage.choices)
    day = (
        models.DateField()
    )  # local day of the workspace on which the invitation was sent: cohorts stay together
    dimensions = models.JSONField(default=dict)
    at = models.DateTimeField()
    is_folded = models.BooleanField(default=False)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["invitation", "stage"], name="invitation_stage_once")]
        indexes = [
            models.Index(
                fields=["workspace"], condition=Q(is_folded=False), name="invitation_change_unfolded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.day}"
