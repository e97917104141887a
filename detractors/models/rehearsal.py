"""A promise, a cell, a failure or a rule tried on the cases of the last days, and every case it would have treated otherwise."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from detractors.enums import RehearsalKind, RehearsalState


class Rehearsal(WorkspaceOwned):
    """`draft` is what is tried, `before` what it was when it was switched on (see services/drafts.py).

    Decisions are walked by their id up to `last_decision`, each batch in a transaction under the lock of this row, so that
    a rehearsal that was killed goes on where it stood.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=7, choices=RehearsalKind.choices)
    what = models.CharField(max_length=170)  # the name of what is tried
    target = models.BigIntegerField(null=True)  # the row it would change; null for a new one
    draft = models.JSONField(default=dict)
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=7, choices=RehearsalState.choices, default=RehearsalState.RUNNING)
    last_decision = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)  # in a row, without a batch
    figures = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    before = models.JSONField(null=True)
    switched_on_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RehearsalKind.values), name="rehearsal_kind_known"),
            models.CheckConstraint(
                condition=Q(state="RUNNING", finished_at__isnull=True)
                | (~Q(state="RUNNING") & Q(finished_at__isnull=False)),
                name="rehearsal_end_pair",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="RUNNING"), name="rehearsal_running"),
            models.Index(fields=["workspace", "-asked_at"], name="rehearsal_latest"),
            models.Index(fields=["asked_at"], name="rehearsal_age"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 if self.finished_at or not self.total else min(99, self.done * 100 // self.total)

    @property
    def is_running(self) -> bool:
        return self.state == RehearsalState.RUNNING

    @property
    def is_done(self) -> bool:
        return self.state == RehearsalState.DONE

    @property
    def is_failed(self) -> bool:
        return self.state == RehearsalState.FAILED

    @property
    def is_on(self) -> bool:
        """Switched on, and not undone since."""
        return self.switched_on_at is not None and self.undone_at is None

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None


class RehearsedCase(WorkspaceOwned):
    """One case (or answer without a case) that would have been treated otherwise: what was, what would be, which parts.

    Rows of cases that would be the same are counted, not kept.
    """

    rehearsal = TenantKey("detractors.Rehearsal", on_delete=models.CASCADE, related_name="rows")
    decision = TenantKey("detractors.CaseDecision", on_delete=models.CASCADE, related_name="+")
    case = TenantKey("detractors.Case", null=True, on_delete=models.CASCADE, related_name="+")
    was = models.JSONField(default=dict)
    would = models.JSONField(default=dict)
    parts = models.JSONField(default=list)  # which differ: see rules/rehearsing.py

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["rehearsal", "decision"], name="rehearsed_once"),
        ]
        indexes = [
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="rehearsed_of_case"),
            models.Index(fields=["decision"], name="rehearsed_of_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.rehearsal_id}: {self.case_id}"
