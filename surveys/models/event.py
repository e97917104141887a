"""What happened to a customer elsewhere: a purchase, a closed support ticket. Campaigns wait for such events."""

from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id


class ContactEvent(WorkspaceOwned):
    """One event, reported once (`external_id`); `handle_at` is set until every campaign that waits for it was looked at."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    contact = TenantKey("surveys.Contact", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    external_id = models.CharField(max_length=120, blank=True)
    touchpoint = TenantKey("surveys.Touchpoint", null=True, on_delete=models.SET_NULL, related_name="+")
    data = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField()
    handle_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name", "external_id"],
                condition=~Q(external_id=""),
                name="contact_event_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["handle_at"], condition=Q(handle_at__isnull=False), name="contact_event_open"
            ),
            models.Index(fields=["contact", "-id"], name="contact_event_of_contact"),
        ]

    def __str__(self) -> str:
        return self.name
