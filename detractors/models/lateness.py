"""What a case's promises say of it, beside the case: the sweep marks thousands at once, and a case is a wide row."""

from django.db import models
from django.db.models import Q

from accounts.tenancy import WorkspaceOwned, proven_workspace


class Lateness(WorkspaceOwned):
    """Whether a case is due soon or breached; there is none for a case that was never warned of.

    A row of its own, because a change of the case writes an entry in each index of the case, its words' among them.
    `number` and `rank_at` are the case's, so that the views of the queue are index scans; `rank_at` is null once the
    case is no longer open. `version` counts every change, beside the case's own.
    """

    case = models.OneToOneField(
        "detractors.Case",
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="lateness",
        db_constraint=False,  # the composite one of the migration proves the workspace, too
    )
    workspace = proven_workspace()
    number = models.PositiveIntegerField()
    rank_at = models.DateTimeField(null=True)
    is_due_soon = models.BooleanField()
    is_breached = models.BooleanField()
    version = models.PositiveIntegerField(default=1)

    class Meta(WorkspaceOwned.Meta):
        indexes = [
            models.Index(
                fields=["workspace", "rank_at", "number"],
                condition=Q(is_due_soon=True, rank_at__isnull=False),
                name="lateness_due_soon",
            ),
            models.Index(
                fields=["workspace", "rank_at", "number"],
                condition=Q(is_breached=True, rank_at__isnull=False),
                name="lateness_breached",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"
