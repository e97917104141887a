"""How long what is kept, and what the daily sweep did about it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import WorkspaceOwned


@remembered(
    kind="retention_rule",
    label=_("retention period"),
    exclude=["changed_at"],
    shows=["kind"],
    words={"kind": _("kind"), "days": _("days")},
)
class RetentionRule(WorkspaceOwned):
    """`days` after which things of `kind` go; without a row the default of the kind holds (core/retention.py)."""

    kind = models.CharField(max_length=30)
    days = models.PositiveIntegerField(null=True)  # null: kept until somebody deletes it
    changed_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "kind"], name="retention_kind_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.days}"


class RetentionRun(WorkspaceOwned):
    """One kind, one day, one workspace: how many went."""

    kind = models.CharField(max_length=30)
    removed = models.PositiveIntegerField()
    ran_on = models.DateField()
    ran_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "kind", "ran_on"], name="retention_run_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ran_on}: {self.removed}"
