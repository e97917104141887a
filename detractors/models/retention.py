"""Whether the customer of a case stayed: said by a person, with its day, and why when they left."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from detractors.enums import Retained


@remembered(
    kind="loss_reason",
    label=_("reason for loss"),
    exclude=["public_id", "created_at"],
    words={"name": _("name"), "retired_at": _("retired")},
)
class LossReason(WorkspaceOwned):
    """Why customers leave, in the workspace's own names."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="loss_reason_name_once")]

    def __str__(self) -> str:
        return self.name


class Retention(WorkspaceOwned):
    """What somebody said of the customer of a case: KEPT or LOST, since `on_date`. What was said before is in the timeline.

    `value` is what the customer was worth when it was said: it stays what it was when the contact changes.
    """

    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="retained")
    state = models.CharField(max_length=4, choices=Retained.choices)
    on_date = models.DateField()
    reason = TenantKey("detractors.LossReason", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["case"], name="retention_once_per_case"),
            models.CheckConstraint(
                condition=Q(state="LOST") | Q(state="KEPT", reason__isnull=True),
                name="retention_reason_of_loss",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "on_date"], include=["state", "case"], name="retention_by_day"),
        ]

    def __str__(self) -> str:
        return self.state
