"""Why it happened: a short tree, chosen when a case is resolved."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id


@remembered(
    kind="root_cause",
    label=_("root cause"),
    exclude=["public_id"],
    words={"name": _("name"), "parent": _("under"), "retired_at": _("retired")},
)
class RootCause(WorkspaceOwned):
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=100)
    parent = TenantKey(
        "detractors.RootCause", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="root_cause_name_once")]

    def __str__(self) -> str:
        return self.name
