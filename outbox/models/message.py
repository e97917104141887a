"""Everything that leaves: one row, one message, at most one departure."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.tenancy import TenantManager, TenantQuerySet
from core.tokens import new_nonce, new_public_id
from outbox.enums import TO_THE_CUSTOMER, Channel, Kind, State


class OutboundMessage(models.Model):
    """A message as it is sent: the words are frozen when it is queued.

    The body of a staff notice may wait as `facts` instead, from which it is rendered when it leaves or is looked at
    (words.Writer); its subject is frozen like any other.
    `workspace` is null for mails about a person's own account, which belong to no workspace.
    `about` names what it is for as "kind:id" (for example "invitation:12"), for apps above.
    """

    public_id = models.CharField(max_length=22, default=new_public_id, editable=False)
    # No index of its own: UNIQUE (workspace_id, id) begins with it.
    workspace = models.ForeignKey(
        "accounts.Workspace", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.EMAIL)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    mail = models.CharField(max_length=40)  # the folder in templates/emails/
    about = models.CharField(max_length=60, blank=True)
    dedupe_key = models.CharField(max_length=120)

    to = models.EmailField()  # of a text message: the number, as +49...
    to_name = models.CharField(max_length=200, blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    facts = models.JSONField(
        null=True
    )  # what the body is rendered from; null: the words above are all there is
    message_id = models.CharField(max_length=255)  # our own Message-ID, with its angle brackets
    provider_id = models.CharField(max_length=255, blank=True)
    unsubscribe_nonce = models.CharField(max_length=22, default=new_nonce)
    # Of a text message: what it is counted and paid as; see text_rules.size.
    parts = models.PositiveSmallIntegerField(default=0, db_default=0)
    # How many rows of MessageFile go with it: nobody looks for files of a mail that has none.
    file_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Carries a one-time link: blanked once it has left, or where mail is kept once it expires.
    is_secret = models.BooleanField(default=False)

    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    skipped_because = models.CharField(max_length=40, blank=True)
    next_at = models.DateTimeField(null=True)  # when the sweep looks at it; null: nothing left to do
    expires_at = models.DateTimeField(null=True)  # too late is not sent
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    complained_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)  # by a person, as far as the provider tells
    clicked_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)  # the body is blanked, the fact of sending stays

    objects: ClassVar[TenantManager] = TenantManager(TenantQuerySet)
    unscoped: ClassVar[models.Manager] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
        # Three writes per mail: no index that is not read. The mailbox pages by UNIQUE (workspace_id, id), and unique
        # constraints have no second index for LIKE as unique fields have.
        constraints = [
            models.UniqueConstraint(fields=["public_id"], name="message_public_id_once"),
            models.UniqueConstraint(fields=["dedupe_key"], name="message_dedupe_key_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="message_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, lease_until__isnull=False) | ~Q(state=State.SENDING),
                name="message_sending_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENT) | Q(sent_at__isnull=False), name="message_sent_has_moment"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.ACCOUNT) | Q(workspace__isnull=False),
                name="message_workspace_unless_account",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.SKIPPED) & ~Q(skipped_because=""))
                | (~Q(state=State.SKIPPED) & Q(skipped_because="")),
                name="message_skipped_pair",
            ),
            models.CheckConstraint(
                condition=Q(facts__isnull=True)
                | Q(kind=Kind.STAFF, is_secret=False, text="", html="", forgotten_at__isnull=True),
                name="message_facts_instead_of_words",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="message_due"),
            models.Index(  # a campaign of any size never makes a case mail or an alert wait
                fields=["next_at"],
                condition=Q(next_at__isnull=False) & ~Q(kind=Kind.SURVEY),
                name="message_due_first",
            ),
            models.Index(fields=["about"], condition=~Q(about=""), name="message_about"),
            # How many texts left today, and to which number a report or a reply belongs.
            models.Index(
                fields=["workspace", "-created_at"], condition=Q(channel=Channel.SMS), name="message_texts"
            ),
            models.Index(fields=["message_id"], name="message_by_message_id"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="message_by_provider_id"),
            models.Index(
                fields=["unsubscribe_nonce"],
                condition=~Q(unsubscribe_nonce=""),
                name="message_by_unsubscribe",
            ),
            # What a person has to decide; written when a line broke, never by a mail that left.
            models.Index(
                fields=["workspace"],
                condition=Q(kind=Kind.CUSTOMER, state=State.UNKNOWN),
                name="message_doubtful",
            ),
            # Erasing looks for the mails to a person, and for the notices to staff whose words still quote one.
            models.Index(
                "workspace",
                Lower("to"),
                condition=Q(kind__in=TO_THE_CUSTOMER),
                name="message_to_customer",
            ),
            models.Index(
                fields=["workspace"],
                condition=Q(kind=Kind.STAFF, forgotten_at__isnull=True),
                name="message_to_staff_unforgotten",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mail} to {self.to}"


class TrackingEvent(models.Model):
    """One event a mail provider reported; kept even when it fits no message (forged or late)."""

    event_id = models.CharField(max_length=200, unique=True)  # the provider's, or a hash of its content
    kind = models.CharField(max_length=30)
    recipient = models.CharField(max_length=320, blank=True)
    provider_id = models.CharField(max_length=255, blank=True)
    message = models.ForeignKey(OutboundMessage, null=True, on_delete=models.CASCADE, related_name="tracking")
    detail = models.CharField(max_length=500, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(event_id=""), name="tracking_event_id_set")]

    def __str__(self) -> str:
        return f"{self.kind} {self.recipient}"
