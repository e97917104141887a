"""The promise, and its running instance on a case."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned, proven_workspace
from detractors.enums import Clock, EscalationLevel, HandTo, Priority, RecountReason, TimerKind


def _clock() -> "models.CharField[str, str]":
    return models.CharField(
        max_length=8, choices=Clock.choices, default=Clock.WORKING, db_default=Clock.WORKING
    )


@remembered(
    kind="sla_policy",
    label=_("promise"),
    words={
        "name": _("name"),
        "calendar": _("working hours"),
        "first_response_minutes": _("minutes to the first response"),
        "first_response_clock": _("clock of the first response"),
        "next_response_minutes": _("minutes to the next response"),
        "next_response_clock": _("clock of the next response"),
        "resolution_minutes": _("minutes to the resolution"),
        "resolution_clock": _("clock of the resolution"),
        "priority": _("for cases of priority"),
        "touchpoint": _("for cases of touchpoint"),
        "audience": _("for customers of audience"),
        "place": _("place in the order"),
        "retired_at": _("retired"),
        "warn_percent": _("percent of the time after which it warns"),
        "is_default": _("the usual one"),
        "has_own_chain": _("has an escalation of its own"),
        "looks_ahead": _("escalates before the due moment"),
    },
)
class SlaPolicy(WorkspaceOwned):
    """What we promise, and to whom (see rules.promises for the precedence).

    Minutes are exact: of the working hours or, with the clock CALENDAR, of the customer's time. A team with a calendar of
    its own works by that; `calendar` is for all others. Without `next_response_minutes` only the first answer is promised.
    """

    name = models.CharField(max_length=80)
    calendar = TenantKey("accounts.BusinessCalendar", on_delete=models.PROTECT, related_name="+")
    first_response_minutes = models.PositiveIntegerField(default=60)
    first_response_clock = _clock()
    next_response_minutes = models.PositiveIntegerField(null=True)
    next_response_clock = _clock()
    resolution_minutes = models.PositiveIntegerField(default=960)  # two working days of eight hours
    resolution_clock = _clock()
    # What it is made for: one of the three, or nothing (only cells of the matrix choose it).
    priority = models.CharField(max_length=6, choices=Priority.choices, blank=True, default="", db_default="")
    touchpoint = TenantKey("surveys.Touchpoint", null=True, on_delete=models.PROTECT, related_name="+")
    audience = TenantKey("surveys.Audience", null=True, on_delete=models.SET_NULL, related_name="+")
    place = models.PositiveSmallIntegerField(
        default=0, db_default=0
    )  # of two that fit alike, the lower counts
    retired_at = models.DateTimeField(null=True)
    warn_percent = models.PositiveSmallIntegerField(default=75)  # of the promised time has passed
    is_default = models.BooleanField(default=False)
    # Without one it escalates as the usual promise does; `looks_ahead`: a step of the chain comes before the due moment.
    has_own_chain = models.BooleanField(default=False)
    looks_ahead = models.BooleanField(default=False, db_default=False)
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
            models.CheckConstraint(
                condition=Q(next_response_minutes__isnull=True) | Q(next_response_minutes__gte=1),
                name="policy_next_positive",
            ),
            models.CheckConstraint(
                condition=Q(priority="", touchpoint__isnull=True)
                | Q(priority="", audience__isnull=True)
                | Q(touchpoint__isnull=True, audience__isnull=True),
                name="policy_for_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(is_default=False)
                | Q(priority="", touchpoint__isnull=True, audience__isnull=True, retired_at__isnull=True),
                name="policy_default_for_all",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@remembered(
    kind="escalation_step",
    label=_("escalation step"),
    exclude=["since"],
    shows=["kind", "level"],
    words={
        "policy": _("promise"),
        "kind": _("of"),
        "level": _("who hears"),
        "after_minutes": _("minutes after the due moment"),
        "clock": _("clock"),
        "place": _("place in the order"),
        "person": _("person"),
        "by_bell": _("told in the product"),
        "by_mail": _("told by mail"),
        "target": _("told in chat"),
        "hand_to": _("the case"),
        "raises_priority": _("raises the priority"),
        "breaks_quiet": _("also in quiet hours"),
    },
)
class EscalationStep(WorkspaceOwned):
    """What happens how long after a promise was due (before it, with minutes below 0): who is told how, and what is done.

    A step concerns moments from `since` on, so that adding one says nothing of promises that were missed long ago.
    """

    policy = TenantKey("detractors.SlaPolicy", on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=14, choices=TimerKind.choices)
    level = models.CharField(max_length=9, choices=EscalationLevel.choices)
    after_minutes = models.IntegerField(default=0)
    clock = _clock()
    place = models.PositiveSmallIntegerField(default=0, db_default=0)  # of two at the same moment
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )  # instead of those of the level
    by_bell = models.BooleanField(default=True, db_default=True)
    by_mail = models.BooleanField(default=True, db_default=True)
    target = TenantKey("outbox.ChatTarget", null=True, on_delete=models.SET_NULL, related_name="+")
    hand_to = models.CharField(max_length=9, choices=HandTo.choices, blank=True, default="", db_default="")
    raises_priority = models.BooleanField(default=False, db_default=False)
    breaks_quiet = models.BooleanField(default=False, db_default=False)
    since = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(breaks_quiet=False) | Q(level=EscalationLevel.EXECUTIVE),
                name="escalation_step_wakes_executives",
            )
        ]
        indexes = [models.Index(fields=["policy", "kind", "after_minutes"], name="escalation_step_order")]

    def __str__(self) -> str:
        return f"{self.level} after {self.after_minutes} min"


class SlaTimer(WorkspaceOwned):
    """One promise on one case; `calendar` is whose hours it runs by now (null: those of its policy).

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
    clock = _clock()
    calendar = TenantKey("accounts.BusinessCalendar", null=True, on_delete=models.PROTECT, related_name="+")
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

    def is_past_due(self, now: datetime) -> bool:
        """Whether its moment is over and it does not stand still; for a promise that runs: it is missed, marked or not."""
        return self.paused_at is None and self.due_at < now


class Escalation(WorkspaceOwned):
    """A step that was taken for a timer: the row makes it happen once.

    `step` is the id of its row then (0: known by its level alone). `due_at` is the step's own moment. What is still to be
    done to the case waits in `act_at` until it is done, or found needless.
    """

    workspace = proven_workspace()
    timer = TenantKey("detractors.SlaTimer", on_delete=models.CASCADE, related_name="escalations")
    level = models.CharField(max_length=9, choices=EscalationLevel.choices)
    step = models.BigIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    act_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["timer", "step", "level"], name="escalation_once_per_step")
        ]
        indexes = [
            models.Index(fields=["act_at"], condition=Q(act_at__isnull=False), name="escalation_to_act"),
        ]

    def __str__(self) -> str:
        return self.level


class Recount(WorkspaceOwned):
    """All open cases of a workspace are counted anew, because hours or promises were edited.

    Walked in batches by case id up to `last_case`; a further edit starts it again. At most one is not finished.
    """

    why = models.CharField(max_length=7, choices=RecountReason.choices)
    what = models.CharField(max_length=120, blank=True)  # the name of what was edited
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    last_case = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)  # open cases when it was asked for
    done = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)  # of the moved, those with a promise that is past due now

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(finished_at__isnull=True), name="recount_one_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(finished_at__isnull=True), name="recount_due")
        ]

    def __str__(self) -> str:
        return f"{self.why} {self.what}"

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 if self.finished_at or not self.total else min(99, self.done * 100 // self.total)
