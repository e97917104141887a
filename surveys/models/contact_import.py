"""A CSV file on its way in: every row is imported or given back with a reason, and nothing in between."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from surveys.enums import ImportStatus


class ContactImport(WorkspaceOwned):
    """The file is kept in storage until the import is over; `done_to` makes it resumable after any kill."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    file_name = models.CharField(max_length=200)
    file = models.FileField(upload_to="imports/")
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    columns = models.JSONField(default=list)  # header texts, in order
    sample = models.JSONField(default=list)  # the first rows, as lists of text
    mapping = models.JSONField(default=dict)  # {column index: field or "attribute:name" or ""}
    status = models.CharField(max_length=9, choices=ImportStatus.choices, default=ImportStatus.MAPPING)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_new = models.PositiveIntegerField(default=0)
    rows_changed = models.PositiveIntegerField(default=0)
    rows_same = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    done_to = models.PositiveIntegerField(default=0)  # lines of the file up to here are in, or are bad rows
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ImportStatus.values), name="import_status_known")
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(status__in=["CHECKING", "RUNNING"]), name="import_running"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class BadRow(WorkspaceOwned):
    """One row that was not imported, as it was, with the reasons."""

    contact_import = TenantKey("surveys.ContactImport", on_delete=models.CASCADE, related_name="bad_rows")
    line = models.PositiveIntegerField()
    cells = models.JSONField()
    reasons = models.JSONField()  # [{"column": header, "code": ..., "message": ...}]

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["contact_import", "line"], name="bad_row_once")]

    def __str__(self) -> str:
        return f"line {self.line}"
