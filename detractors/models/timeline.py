"""Everything that happened to a case; append-only."""

from django.conf import settings
from django.db import models

from accounts.tenancy import TenantKey, WorkspaceOwned, proven_workspace
from detractors.enums import event_kinds


class CaseEvent(WorkspaceOwned):
    """One line of the timeline. `by` is null when the product itself acted. `facts` holds plain values."""

    workspace = proven_workspace()
    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=14, choices=event_kinds)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta(WorkspaceOwned.Meta):
        indexes = [models.Index(fields=["case", "at", "id"], name="event_timeline")]

    def __str__(self) -> str:
        return self.kind
