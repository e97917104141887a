"""One change of many contacts at once, and what each of them was before, so that it can be taken back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from surveys.enums import BulkEditStatus


class BulkEdit(WorkspaceOwned):
    """`selection` says who: {"contacts": [ids]} or the filters of the list; `field` and `value` say what.

    People up to `newest_contact` are meant: who comes later is not. `done_to` and `undone_to` make both ways resumable
    after any kill: contacts up to the one, remembered rows up to the other are dealt with.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    selection = models.JSONField(default=dict)
    field = models.CharField(max_length=80)  # see surveys.rules.bulk_edits
    value = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=8, choices=BulkEditStatus.choices, default=BulkEditStatus.RUNNING)
    newest_contact = models.BigIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True)  # counted by the first run
    rows_done = models.PositiveIntegerField(default=0)
    rows_changed = models.PositiveIntegerField(default=0)
    rows_same = models.PositiveIntegerField(default=0)
    rows_unfit = models.PositiveIntegerField(default=0)  # no address to suppress
    done_to = models.BigIntegerField(default=0)
    rows_seen_again = models.PositiveIntegerField(default=0)  # by the undo
    rows_restored = models.PositiveIntegerField(default=0)
    undone_to = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undoer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)  # what was before is gone: no way back

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=BulkEditStatus.values), name="bulk_edit_status_known"
            )
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(status__in=["RUNNING", "UNDOING"]), name="bulk_edit_running"
            ),
            models.Index(
                fields=["finished_at"], condition=Q(forgotten_at__isnull=True), name="bulk_edit_kept"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def rows_kept(self) -> int:
        """How many changed contacts an undo that is over could not restore."""
        return self.rows_changed - self.rows_restored


class BulkEditRow(WorkspaceOwned):
    """What one contact was before a bulk edit changed it."""

    bulk_edit = TenantKey("surveys.BulkEdit", on_delete=models.CASCADE, related_name="rows")
    contact = TenantKey("surveys.Contact", on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(null=True)  # as surveys.services.bulk_edit_batches needs it to put it back

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["bulk_edit", "contact"], name="bulk_edit_row_once"),
        ]
        indexes = [
            models.Index(fields=["bulk_edit", "id"], name="bulk_edit_row_order"),
            models.Index(fields=["contact"], name="bulk_edit_row_of_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_edit_id}:{self.contact_id}"
