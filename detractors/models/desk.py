"""What people lay out for themselves at the desk: saved views, how the list looks, what they did to many cases at once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.constraints import both_or_neither
from core.tokens import new_public_id
from detractors.enums import BulkAct, BulkStatus, ViewScope


class SavedView(WorkspaceOwned):
    """A list somebody comes back to. `query` is the cleaned address (see detractors/filters.py).

    MINE is seen by its maker only, TEAM by the members of `team`, ALL by the workspace. A removed view can be had back
    for a day; then it goes with the next one that is written.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(_("Name"), max_length=80)
    scope = models.CharField(max_length=4, choices=ViewScope.choices, default=ViewScope.MINE)
    team = TenantKey("accounts.Team", null=True, on_delete=models.CASCADE, related_name="+")
    query = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=ViewScope.values), name="saved_view_scope_known"),
            models.CheckConstraint(
                condition=Q(scope="TEAM", team__isnull=False) | (~Q(scope="TEAM") & Q(team__isnull=True)),
                name="saved_view_team_pair",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "position", "id"], name="saved_view_order")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_mine(self) -> bool:
        return self.scope == ViewScope.MINE


class QueuePreference(WorkspaceOwned):
    """How the list looks to one member; without a row it looks as it comes."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    columns = models.JSONField(default=list)  # codes of rules.queue_layout.COLUMNS
    density = models.CharField(max_length=7, default="cosy")

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="queue_preference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.density}"


class BulkAction(WorkspaceOwned):
    """One act on many cases: on chosen ones at once, or in the background on all that fit a filter.

    `wanted` and `given` hold filter and words while they are needed; a finished act has neither. Cases up to `newest_case`
    are meant: what opens later is not. `done_to` and `undone_to` make both ways resumable after any kill.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    act = models.CharField(max_length=8, choices=BulkAct.choices)
    changes = models.JSONField(default=list)  # of acts that are older than BulkPart, as there
    done_at = models.DateTimeField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    status = models.CharField(
        max_length=7, choices=BulkStatus.choices, default=BulkStatus.DONE, db_default=BulkStatus.DONE
    )
    wanted = models.JSONField(null=True)  # see services.bulk_runs; null for chosen cases
    given = models.JSONField(null=True)
    newest_case = models.BigIntegerField(default=0, db_default=0)
    rows_total = models.PositiveIntegerField(null=True)  # counted by the first run
    rows_done = models.PositiveIntegerField(default=0, db_default=0)
    rows_changed = models.PositiveIntegerField(default=0, db_default=0)
    rows_left = models.PositiveIntegerField(default=0, db_default=0)
    rows_restored = models.PositiveIntegerField(default=0, db_default=0)
    done_to = models.BigIntegerField(default=0, db_default=0)  # a case
    undone_to = models.BigIntegerField(default=0, db_default=0)  # a part
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    last_error = models.CharField(max_length=100, blank=True, default="", db_default="")
    finished_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(act__in=BulkAct.values), name="bulk_action_act_known"),
            models.CheckConstraint(
                condition=Q(status__in=BulkStatus.values), name="bulk_action_status_known"
            ),
            models.CheckConstraint(
                condition=both_or_neither("undone_at", "undone_by"), name="bulk_action_undone_pair"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(status__in=["RUNNING", "UNDOING"]), name="bulk_action_running"
            ),
            models.Index(fields=["done_at"], name="bulk_action_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.act}: {self.rows_changed}"


class BulkPart(WorkspaceOwned):
    """Some cases of an act: what each was before, in ids and codes, and why others were left. No words of a customer.

    `changes` [{"case": id, "number": n, "event": id of the line it left, ...}], as services.bulk_moves needs it to put the
    case back; `left` and, after undoing, `kept` [{"number", "why"}].
    """

    action = TenantKey("detractors.BulkAction", on_delete=models.CASCADE, related_name="parts")
    changes = models.JSONField(default=list)
    left = models.JSONField(default=list)
    kept = models.JSONField(default=list)

    class Meta(WorkspaceOwned.Meta):
        indexes = [models.Index(fields=["action", "id"], name="bulk_part_of_action")]

    def __str__(self) -> str:
        return f"{self.action_id}:{len(self.changes)}"
