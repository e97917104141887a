"""The promise, and its running instance on a case."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned, proven_workspace
from detractors.enums import EscalationLevel, TimerKind


@remembered(
    kind="sla_policy",
    label=_("promise"),
    words={
        "name": _("name"),
        "calendar": _("working hours"),
        "first_response_minutes": _("working minutes to the first response"),
        "resolution_minutes": _("working minutes to the resolution"),
        "warn_percent": _("percent of the time after which it warns"),
        "is_default": _("the usual one"),
    },
)
class SlaPolicy(WorkspaceOwned):
    """What we promise. Minutes are working minutes of the calendar."""

    name = models.CharField(max_length=80)
    calendar = TenantKey("accounts.BusinessCalendar", on_delete=models.PROTECT, related_name="+")
    first_response_minutes = models.PositiveIntegerField(default=60)
    resolution_minutes = models.PositiveIntegerField(default=960)  # two working days of eight hours
    warn_percent = models.PositiveSmallIntegerField(default=75)  # of the promised time has passed
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="policy_name_once"),
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(is_default=True), name="policy_one_default"
            ),
            models.CheckConstraint(
                condition=Q(warn_percent__gte=1, warn_percent__lte=99), name="policy_warn_percent"
            ),
            models.CheckConstraint(
                condition=Q(first_response_minutes__gte=1, resolution_minutes__gte=1),
                name="policy_minutes_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@remembered(
    kind="escalation_step",
    label=_("escalation step"),
    shows=["kind", "level"],
    words={
        "policy": _("promise"),
        "kind": _("of"),
        "level": _("who hears"),
        "after_minutes": _("working minutes after the breach"),
    },
)
class EscalationStep(WorkspaceOwned):
    """Who is told how many working minutes after a missed promise."""

    policy = TenantKey("detractors.SlaPolicy", on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=14, choices=TimerKind.choices)
    level = models.CharField(max_length=9, choices=EscalationLevel.choices)
    after_minutes = models.PositiveIntegerField(default=0)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["policy", "kind", "level"], name="escalation_step_once")
        ]
        indexes = [models.Index(fields=["policy", "kind", "after_minutes"], name="escalation_step_order")]

    def __str__(self) -> str:
        return f"{self.level} after {self.after_minutes} min"


class SlaTimer(WorkspaceOwned):
    """One promise on one case.

    Running: `met_at`, `cancelled_at` and `paused_at` are null. `next_at` is the next moment the sweep must act
    (warning, breach, escalation step) and null when it has nothing left to do; the sweep's partial index is on it.
    While paused, `remaining_seconds` and `warn_remaining_seconds` keep what was left, in working seconds.
    A breach stays even if the promise is met later.
    """

    workspace = proven_workspace()
    case = TenantKey("detractors.Case", on_delete=models.CASCADE, related_name="timers")
    policy = TenantKey("detractors.SlaPolicy", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=TimerKind.choices)
    promised_minutes = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    remaining_seconds = models.IntegerField(null=True)
    warn_remaining_seconds = models.IntegerField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(met_at__isnull=True, cancelled_at__isnull=True),
                name="timer_one_running_per_kind",
            ),
            models.CheckConstraint(condition=Q(warn_at__lte=F("due_at")), name="timer_warns_before_due"),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True, remaining_seconds__isnull=True)
                | Q(paused_at__isnull=False, remaining_seconds__isnull=False, next_at__isnull=True),
                name="timer_paused_pair",
            ),
            models.CheckConstraint(
                condition=Q(next_at__isnull=True) | Q(met_at__isnull=True, cancelled_at__isnull=True),
                name="timer_done_is_silent",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="timer_due"),
            models.Index(fields=["case", "kind"], name="timer_of_case"),
            models.Index(
                fields=["workspace", "kind", "started_at"],
                include=["met_at", "breached_at"],
                name="timer_figures",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"

    @property
    def is_running(self) -> bool:
        return self.met_at is None and self.cancelled_at is None

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


class Escalation(WorkspaceOwned):
    """A step that was taken for a timer: the row makes it happen once."""

    workspace = proven_workspace()
    timer = TenantKey("detractors.SlaTimer", on_delete=models.CASCADE, related_name="escalations")
    level = models.CharField(max_length=9, choices=EscalationLevel.choices)
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["timer", "level"], name="escalation_once_per_level")]

    def __str__(self) -> str:
        return self.level
