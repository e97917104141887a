"""Mails between us and the customer, by case."""

from django.conf import settings
from django.db import models

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from followups.enums import Direction


class Conversation(WorkspaceOwned):
    """The thread of one case: every mail names the first one, so mail programs keep them together."""

    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=300)
    root_message_id = models.CharField(max_length=255)
    last_message_id = models.CharField(max_length=255)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["case"], name="conversation_once_per_case")]

    def __str__(self) -> str:
        return self.subject


class Mail(WorkspaceOwned):
    """One mail of a conversation, as it was written; `message` is its row in the outbox.

    `html` is safe to show and there when the mail is formatted; `body` is its text.
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
    html = models.TextField(blank=True, default="", db_default="")
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
