"""Everything about one person as a file, made in the background and kept for a few days."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from surveys.enums import ArchiveStatus


class PersonArchive(WorkspaceOwned):
    """One archive on its way, ready, or gone by age. The file lies in storage under the row's own id.

    `parts_done` of `parts_total` tables are written: what the page shows. A run that was killed begins again.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    contact = TenantKey("surveys.Contact", on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=7, choices=ArchiveStatus.choices, default=ArchiveStatus.RUNNING)
    parts_done = models.PositiveSmallIntegerField(default=0)
    parts_total = models.PositiveSmallIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(status="RUNNING"), name="person_archive_one_on_its_way"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ArchiveStatus.values), name="person_archive_status_known"
            ),
        ]
        indexes = [
            models.Index(fields=["contact", "-id"], name="person_archive_of_contact"),
            models.Index(fields=["id"], condition=Q(status="RUNNING"), name="person_archive_running"),
            models.Index(fields=["finished_at"], condition=Q(status="READY"), name="person_archive_kept"),
        ]

    def __str__(self) -> str:
        return self.public_id
