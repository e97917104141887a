"""The list of erased people: enough to erase them again after a back-up was restored, and no more."""

from django.db import models

from accounts.tenancy import TenantKey, WorkspaceOwned


class Erasure(WorkspaceOwned):
    """One erased person. `address_hashes` are core.privacy.address_hash of every address they had.

    `settled_at` is null until the erasing was run a second time, after everything that was going on beside it had ended;
    `listed_at` until the entry is also in storage, outside the database.
    """

    contact = TenantKey("surveys.Contact", on_delete=models.CASCADE, related_name="+")
    address_hashes = models.JSONField(default=list)
    erased_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    listed_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["contact"], name="erasure_once")]
        indexes = [
            models.Index(
                fields=["erased_at"],
                condition=models.Q(settled_at__isnull=True) | models.Q(listed_at__isnull=True),
                name="erasure_open",
            )
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"
