"""Who watches a case, and what members are told inside the product."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned, proven_workspace
from detractors.enums import Digest, notification_kinds


class Watcher(WorkspaceOwned):
    """Somebody who is told of what happens in a case that need not be theirs."""

    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="watchers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="watcher_once_per_case")]

    def __str__(self) -> str:
        return str(self.user_id)


class Notification(WorkspaceOwned):
    """One thing one member is told. The words are made when it is shown, from the event, task or call it is about."""

    workspace = proven_workspace()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=13, choices=notification_kinds)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    event = TenantKey("detractors.CaseEvent", null=True, on_delete=models.CASCADE, related_name="+")
    task = TenantKey("detractors.Task", null=True, on_delete=models.CASCADE, related_name="+")
    appointment = TenantKey(
        "detractors.CallAppointment", null=True, on_delete=models.CASCADE, related_name="+"
    )
    spike = TenantKey("detractors.Spike", null=True, on_delete=models.CASCADE, related_name="+")
    dedupe_key = models.CharField(max_length=60)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["user", "dedupe_key"], name="notification_once")]
        indexes = [
            models.Index(fields=["workspace", "user", "-id"], name="notification_of_user"),
            models.Index(
                fields=["workspace", "user"], condition=Q(seen_at__isnull=True), name="notification_unseen"
            ),
            models.Index(fields=["case"], name="notification_of_case"),
        ]

    def __str__(self) -> str:
        return self.kind


class NotificationChoice(WorkspaceOwned):
    """How often one member wants unseen notifications as one mail; without a row: never."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    digest = models.CharField(max_length=6, choices=Digest.choices, default=Digest.NEVER)
    next_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="notification_choice_once"),
            models.CheckConstraint(
                condition=(Q(digest="NEVER") & Q(next_at__isnull=True))
                | (~Q(digest="NEVER") & Q(next_at__isnull=False)),
                name="notification_choice_pair",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="digest_due")]

    def __str__(self) -> str:
        return self.digest
