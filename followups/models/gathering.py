"""An event the customers of chosen cases are invited to, and what each of them answers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.constraints import both_or_neither
from core.tokens import link_token, new_nonce, new_public_id
from followups.enums import AnnouncementState, Coming, FollowUpStatus, skip_reasons


class Gathering(WorkspaceOwned):
    """What is held when and where, and the mail that invites to it. A DRAFT is changed; SENDING goes out by the sweep;
    STOPPED keeps back what has not left. Places are people, companions counted; without `capacity` there are enough.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=300)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    reply_by = models.DateTimeField()
    capacity = models.PositiveIntegerField(null=True)
    most_companions = models.PositiveSmallIntegerField(default=0)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=7, choices=AnnouncementState.choices, default=AnnouncementState.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    updated_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="gathering_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(reply_by__lte=F("starts_at")), name="gathering_answers_before_start"
            ),
            models.CheckConstraint(condition=Q(most_companions__lte=20), name="gathering_companions_bounds"),
            models.CheckConstraint(
                condition=Q(state="DRAFT", started_at__isnull=True)
                | (~Q(state="DRAFT") & Q(started_at__isnull=False)),
                name="gathering_started_when_sent",
            ),
            models.CheckConstraint(
                condition=both_or_neither("started_at", "started_by"), name="gathering_started_pair"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-starts_at"], name="gathering_of_workspace"),
            models.Index(fields=["id"], condition=Q(state="SENDING"), name="gathering_sending"),
        ]

    def __str__(self) -> str:
        return self.title


class Guest(WorkspaceOwned):
    """One customer who is invited, by one of their cases; at most once each. `answer` is empty until they said something."""

    gathering = TenantKey("followups.Gathering", on_delete=models.CASCADE, related_name="guests")
    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    contact = TenantKey("surveys.Contact", on_delete=models.CASCADE, related_name="+")
    link_nonce = models.CharField(max_length=22, default=new_nonce, editable=False)
    status = models.CharField(max_length=7, choices=FollowUpStatus.choices, default=FollowUpStatus.PLANNED)
    skipped_because = models.CharField(max_length=16, choices=skip_reasons, blank=True)
    retry_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    message = models.ForeignKey(
        "outbox.OutboundMessage", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answer = models.CharField(max_length=5, choices=Coming.choices, blank=True)
    companions = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["gathering", "contact"], name="guest_once"),
            models.UniqueConstraint(fields=["link_nonce"], name="guest_link_nonce_once"),
            models.CheckConstraint(
                condition=Q(status="SENT", sent_at__isnull=False, skipped_because="")
                | Q(status="PLANNED", sent_at__isnull=True, skipped_because="")
                | (Q(status="SKIPPED", sent_at__isnull=True) & ~Q(skipped_because="")),
                name="guest_status_agrees",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="guest_answer_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(answer="NO") | Q(companions=0), name="guest_who_stays_away_brings_nobody"
            ),
        ]
        indexes = [
            models.Index(fields=["gathering", "id"], condition=Q(status="PLANNED"), name="guest_planned"),
            models.Index(fields=["contact"], name="guest_of_contact"),
            models.Index(fields=["case"], name="guest_of_case"),
        ]

    def __str__(self) -> str:
        return f"{self.answer or self.status} of {self.contact_id}"

    @property
    def link(self) -> str:
        """The token of the page on which they answer."""
        return link_token("guest", self.link_nonce)
