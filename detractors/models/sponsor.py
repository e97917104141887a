"""The executive who stands behind a case, beside its owner."""

from django.conf import settings
from django.db import models

from accounts.tenancy import WorkspaceOwned, proven_workspace


class Sponsor(WorkspaceOwned):
    """One executive for one case: they answer for it inside the company, the owner goes on working on it."""

    case = models.OneToOneField(
        "detractors.Case",
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="sponsor",
        db_constraint=False,  # the composite one of the migration proves the workspace, too
    )
    workspace = proven_workspace()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    since = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta(WorkspaceOwned.Meta):
        indexes = [models.Index(fields=["workspace", "user"], name="sponsored_by")]

    def __str__(self) -> str:
        return str(self.user_id)
