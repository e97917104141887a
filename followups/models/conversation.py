"""Mails between us and the customer, by case."""

from django.conf import settings
from django.db import models

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from followups.enums import Direction, MailKind


class Conversation(WorkspaceOwned):
    """The thread of one case: every mail names the first one, so mail programs keep them together."""

    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=300)
    root_message_id = models.CharField(max_length=255)
    last_message_id = models.CharField(max_length=255)
    # In the address customers answer to; null until the first mail that carries it (see services/addresses.py).
    reply_nonce = models.CharField(max_length=16, null=True)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["case"], name="conversation_once_per_case"),
            models.UniqueConstraint(fields=["reply_nonce"], name="conversation_reply_nonce_once"),
        ]

    def __str__(self) -> str:
        return self.subject


class Mail(WorkspaceOwned):
    """One mail of a conversation, as it was written; `message` is its row in the outbox.

    `html` is safe to show and there when the mail is formatted; `body` is its text.

    Of one that came in, `body` are the new words and `quoted` what stood under them; `html` is cleaned of all that acts.
    `parts` says what was attached: [{"name", "size", "attachment" or "why", "cid"}].
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    conversation = TenantKey("followups.Conversation", on_delete=models.CASCADE, related_name="mails")
    direction = models.CharField(max_length=3, choices=Direction.choices, default=Direction.OUT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(
        "outbox.OutboundMessage", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    submission = models.CharField(max_length=36, blank=True)  # the form's own id: a double click sends once
    subject = models.CharField(max_length=300)
    body = models.TextField()
    kind = models.CharField(max_length=9, choices=MailKind.choices, default="", db_default="", blank=True)
    sender = models.CharField(max_length=320, default="", db_default="", blank=True)
    sender_name = models.CharField(max_length=200, default="", db_default="", blank=True)
    wire_id = models.CharField(
        max_length=255, default="", db_default="", blank=True
    )  # the Message-ID of one that came in
    quoted = models.TextField(default="", db_default="", blank=True)
    html = models.TextField(default="", db_default="", blank=True)
    parts = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "submission"],
                condition=~models.Q(submission=""),
                name="mail_once_per_submission",
            )
        ]
        indexes = [
            models.Index(fields=["conversation", "at"], name="mail_of_conversation"),
            models.Index(fields=["at"], condition=models.Q(direction="OUT"), name="mail_sent_lately"),
            models.Index(
                fields=["workspace", "wire_id"], condition=~models.Q(wire_id=""), name="mail_by_wire_id"
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class MailFile(WorkspaceOwned):
    """A file of the case that a mail carried."""

    mail = TenantKey("followups.Mail", on_delete=models.CASCADE, related_name="files")
    attachment = TenantKey("detractors.Attachment", on_delete=models.CASCADE, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["mail", "attachment"], name="mail_file_once")]

    def __str__(self) -> str:
        return f"{self.attachment_id} in {self.mail_id}"
