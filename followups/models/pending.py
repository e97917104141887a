"""A reply that has been sent by its writer and has not left yet: for some seconds it can be taken back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from followups.enums import ThenMove


class PendingReply(WorkspaceOwned):
    """Leaves at `leaves_at`, unless undone before; only then it is a contact and meets a promise.

    `body` and `subject` are as typed, with their merge fields. `then` is what is done with the case in the same act:
    {"move": "WAIT", "waiting_for": words} or {"move": "RESOLVE", "root_cause": public id, "resolution": words}, or empty.
    `files` are public ids of the case's files that go with it, `promises` what becomes a task once it leaves:
    [{"title": words, "due_at": moment}].
    Exactly one of `sent_at`, `undone_at` and `failed_because` ends it.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    submission = models.CharField(
        max_length=36, blank=True
    )  # the form's own word: a double click is one reply
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    is_meant = models.BooleanField(default=False)  # sent in spite of findings that do not block
    then_move = models.CharField(max_length=7, choices=ThenMove.choices, blank=True)
    then = models.JSONField(default=dict)
    files = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    promises = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    leaves_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    mail = TenantKey("followups.Mail", null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)
    failed_because = models.CharField(max_length=300, blank=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["case", "submission"],
                condition=~Q(submission=""),
                name="pending_reply_once_per_submission",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, undone_at__isnull=True)
                | Q(sent_at__isnull=False, undone_at__isnull=True, failed_because="")
                | Q(sent_at__isnull=True, undone_at__isnull=False, failed_because=""),
                name="pending_reply_one_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["leaves_at"],
                condition=Q(sent_at__isnull=True, undone_at__isnull=True, failed_because=""),
                name="pending_reply_due",
            ),
            models.Index(fields=["case", "id"], name="pending_reply_of_case"),
        ]

    def __str__(self) -> str:
        return f"reply to #{self.case_id}"

    @property
    def is_waiting(self) -> bool:
        return self.sent_at is None and self.undone_at is None and not self.failed_because
