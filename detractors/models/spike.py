"""More unhappy customers than usual about one thing, and what was done about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.tenancy import TenantKey, WorkspaceOwned
from core.constraints import both_or_neither
from core.tokens import new_public_id
from detractors.enums import SpikeKind


class Spike(WorkspaceOwned):
    """One thing that came up far more often than in the weeks before; one row for as long as that lasts.

    `key` says which thing (see queries/spikes.py), `name` how it is called. `usual_n` in `usual_days` is what was usual when
    it was raised; it stays, so that a long spike does not become its own measure. A dismissed one stays open silently until
    the rate is normal again.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=10, choices=SpikeKind.choices)
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    window_days = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField()  # cases in the window, as last looked
    most = models.PositiveIntegerField()  # the largest n so far
    usual_n = models.PositiveIntegerField()
    usual_days = models.PositiveSmallIntegerField()
    chance = models.FloatField()  # how likely so many are by chance, before correcting for what is watched
    since = models.DateTimeField()  # its first case
    raised_at = models.DateTimeField()
    looked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    also = models.JSONField(default=list)  # names of other things that rose in the very same cases
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    dismissed_note = models.CharField(max_length=300, blank=True)
    # The queue that was opened for it.
    queue_at = models.DateTimeField(null=True)
    queue_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = TenantKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    view = TenantKey("detractors.SavedView", null=True, on_delete=models.SET_NULL, related_name="+")
    rule = TenantKey("detractors.CaseRule", null=True, on_delete=models.SET_NULL, related_name="+")
    moves = TenantKey("detractors.BulkAction", null=True, on_delete=models.SET_NULL, related_name="+")
    routed_until = models.DateTimeField(null=True)  # then the rule is switched off

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SpikeKind.values), name="spike_kind_known"),
            models.CheckConstraint(
                condition=both_or_neither("dismissed_at", "dismissed_by"), name="spike_dismissed_pair"
            ),
            models.CheckConstraint(condition=both_or_neither("queue_at", "queue_by"), name="spike_queue_pair"),
            models.UniqueConstraint(
                fields=["workspace", "kind", "key"], condition=Q(ended_at__isnull=True), name="spike_once_at_a_time"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["workspace", "-raised_at"], name="spike_latest"),
            models.Index(
                fields=["routed_until"], condition=Q(routed_until__isnull=False), name="spike_routing_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def is_dismissed(self) -> bool:
        return self.dismissed_at is not None

    @property
    def has_queue(self) -> bool:
        return self.queue_at is not None

    @property
    def usual(self) -> float:
        """Cases usually seen in such a window."""
        return self.usual_n * self.window_days / self.usual_days if self.usual_days else 0.0

    @property
    def times(self) -> float | None:
        """How many times the usual; None where there was nothing before."""
        return self.n / self.usual if self.usual else None


class SpikeCase(WorkspaceOwned):
    """One of the very cases of a spike."""

    spike = TenantKey("detractors.Spike", on_delete=models.CASCADE, related_name="cases")
    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["spike", "case"], name="spike_case_once")]
        indexes = [models.Index(fields=["case"], name="spikes_of_case")]

    def __str__(self) -> str:
        return str(self.case_id)


class CaseWatch(WorkspaceOwned):
    """How far the cases of a workspace were looked at: for spikes, and for the stages they went through.

    Lines of timelines up to `safe_event` are in the stages; those up to `seen_event` were there at the turn before, and are
    read once more, for a transaction may commit after one that began later.
    """

    spikes_at = models.DateTimeField(null=True)  # the next look
    safe_event = models.BigIntegerField(default=0)
    seen_event = models.BigIntegerField(default=0)
    compared_at = models.DateTimeField(null=True)  # every case was compared with its stages

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="case_watch_once")]

    def __str__(self) -> str:
        return str(self.workspace_id)
