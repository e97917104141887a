"""Two cases turned out to be one; for a while that can be undone."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned


class CaseMerge(WorkspaceOwned):
    """`other` went into `keep`; `moved` says what it took along and how it stood, so that it can be put back."""

    keep = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    other = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    moved = models.JSONField(default=dict)  # ids and codes only: nothing a person wrote

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["other"], condition=Q(undone_at__isnull=True), name="case_merged_once"
            )
        ]
        indexes = [models.Index(fields=["keep", "-at"], name="merge_of_case")]

    def __str__(self) -> str:
        return f"{self.other_id} → {self.keep_id}"
