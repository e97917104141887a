"""Playbooks: what follows an event, step by step; a run of one, and its steps as they are planned."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id
from detractors.enums import Clock
from followups.playbook_enums import (
    DelayFrom,
    DelayUnit,
    RunState,
    StepState,
    not_done,
    playbook_events,
    run_ends,
    step_kinds,
)

BUILT_IN = {"acknowledge": "ACKNOWLEDGE", "posted": "WAITING"}  # key of a playbook -> step of its FollowUp


@remembered(
    kind="playbook",
    label=_("playbook"),
    exclude=["public_id", "key", "active_since", "looked_to", "updated_at"],
    words={
        "name": _("name"),
        "event": _("begins when"),
        "silent_days": _("days of silence"),
        "conditions": _("conditions"),
        "stops": _("ends when"),
        "is_active": _("switched on"),
        "position": _("place"),
        "version": _("version"),
        "stopped_before": _("running ones called off"),
        "archived_at": _("removed"),
    },
)
class Playbook(WorkspaceOwned):
    """The steps after an event. They change by a new `version`; what runs goes on by the version it began with.

    `conditions`: see detractors/rules/conditions.py; `stops`: codes of Stop. `key` names a ready-made one. Only what happens
    after `active_since` begins one, events up to `looked_to` have been considered; runs begun before `stopped_before` are
    called off.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    key = models.CharField(max_length=40, blank=True, default="")
    name = models.CharField(max_length=80)
    event = models.CharField(max_length=16, choices=playbook_events)
    silent_days = models.PositiveSmallIntegerField(null=True)
    conditions = models.JSONField(default=dict)
    stops = models.JSONField(default=list)
    is_active = models.BooleanField(default=False)
    active_since = models.DateTimeField(null=True)
    looked_to = models.DateTimeField(null=True)
    stopped_before = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                "workspace", Lower("name"), condition=Q(archived_at__isnull=True), name="playbook_name_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "key"], condition=~Q(key=""), name="playbook_key_once"
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(active_since__isnull=False, archived_at__isnull=True),
                name="playbook_active_since",
            ),
            models.CheckConstraint(
                condition=Q(event="SILENCE", silent_days__gte=1, silent_days__lte=365)
                | (~Q(event="SILENCE") & Q(silent_days__isnull=True)),
                name="playbook_silence_has_days",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "event"], condition=Q(is_active=True), name="playbook_active")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_built_in(self) -> bool:
        """Whether its mail is the product's own (services/plans.py): it can be switched on and off, and no more."""
        return self.key in BUILT_IN


@remembered(
    kind="playbook_step",
    label=_("step of a playbook"),
    exclude=["public_id"],
    shows=["playbook", "position"],
    words={
        "playbook": _("playbook"),
        "since_version": _("from version"),
        "until_version": _("until version"),
        "position": _("place"),
        "kind": _("does"),
        "is_required": _("required"),
        "delay_amount": _("delay"),
        "delay_unit": _("unit of the delay"),
        "delay_clock": _("counts"),
        "delay_from": _("counted from"),
        "conditions": _("condition"),
        "does": _("what it does"),
    },
)
class PlaybookStep(WorkspaceOwned):
    """One step, of the versions from `since_version` to before `until_version`; it never changes, another takes its place.

    `does` says what, by kind: see rules/playbook_steps.py.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    playbook = TenantKey("followups.Playbook", on_delete=models.CASCADE, related_name="+")
    since_version = models.PositiveIntegerField(default=1)
    until_version = models.PositiveIntegerField(null=True)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=step_kinds)
    is_required = models.BooleanField(default=False)
    delay_amount = models.PositiveIntegerField(default=0)
    delay_unit = models.CharField(max_length=7, choices=DelayUnit.choices, default=DelayUnit.HOURS)
    delay_clock = models.CharField(max_length=8, choices=Clock.choices, default=Clock.CALENDAR)
    delay_from = models.CharField(max_length=5, choices=DelayFrom.choices, default=DelayFrom.STEP)
    conditions = models.JSONField(default=dict)
    does = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["playbook", "position"],
                condition=Q(until_version__isnull=True),
                name="playbook_step_one_a_place",
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1)
                & (Q(until_version__isnull=True) | Q(until_version__gt=F("since_version"))),
                name="playbook_step_versions",
            ),
        ]
        indexes = [models.Index(fields=["playbook", "position"], name="playbook_step_order")]

    def __str__(self) -> str:
        return str(self.position)


class PlaybookRun(WorkspaceOwned):
    """A playbook at work for one case, or for one answer where there is none; at most one an `occasion`.

    `due_at` is when it is looked at next, for the step at `position`: a quiet hour moves it, never the step's own time.
    `because` says why it began: the facts of a sentence (rules/playbook_words.py). `owner` was the case's when it began.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    playbook = TenantKey("followups.Playbook", on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    case = TenantKey("detractors.Case", null=True, on_delete=models.CASCADE, related_name="+")
    response = TenantKey("surveys.Response", null=True, on_delete=models.CASCADE, related_name="+")
    contact = TenantKey("surveys.Contact", null=True, on_delete=models.CASCADE, related_name="+")
    occasion = models.CharField(max_length=60)
    because = models.JSONField(default=dict)
    event_at = models.DateTimeField()
    started_at = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    position = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=7, choices=RunState.choices, default=RunState.RUNNING)
    stopped_because = models.CharField(max_length=16, choices=run_ends, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["playbook", "occasion"], name="playbook_run_once"),
            models.CheckConstraint(
                condition=Q(state="RUNNING", due_at__isnull=False, ended_at__isnull=True, stopped_because="")
                | Q(state="DONE", due_at__isnull=True, ended_at__isnull=False, stopped_because="")
                | (Q(state="STOPPED", due_at__isnull=True, ended_at__isnull=False) & ~Q(stopped_because="")),
                name="playbook_run_state_agrees",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(contact__isnull=False), name="playbook_run_of_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="playbook_run_due"),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="playbook_run_of_case"),
            models.Index(
                fields=["contact"], condition=Q(contact__isnull=False), name="playbook_run_of_contact"
            ),
            models.Index(
                fields=["response"], condition=Q(response__isnull=False), name="playbook_run_of_response"
            ),
            models.Index(
                fields=["playbook", "started_at"],
                condition=Q(due_at__isnull=False),
                name="playbook_run_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.playbook_id}: {self.occasion}"

    @property
    def is_running(self) -> bool:
        return self.state == RunState.RUNNING


class PlannedStep(WorkspaceOwned):
    """One step of a run, with its due time; that of one counted from the step before is a guess until that one is done."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    run = TenantKey("followups.PlaybookRun", on_delete=models.CASCADE, related_name="steps")
    step = TenantKey("followups.PlaybookStep", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=StepState.choices, default=StepState.PLANNED)
    settled_at = models.DateTimeField(null=True)
    skipped_because = models.CharField(max_length=16, choices=not_done, blank=True, default="")
    skipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    message = models.ForeignKey(
        "outbox.OutboundMessage", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    task = TenantKey("detractors.Task", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="planned_step_once"),
            models.CheckConstraint(
                condition=Q(state="PLANNED", settled_at__isnull=True, skipped_because="")
                | Q(state="DONE", settled_at__isnull=False, skipped_because="")
                | (Q(state="SKIPPED", settled_at__isnull=False) & ~Q(skipped_because="")),
                name="planned_step_state_agrees",
            ),
            models.CheckConstraint(
                condition=Q(skipped_by__isnull=True) | Q(state="SKIPPED"), name="planned_step_skipped_by"
            ),
        ]
        indexes = [
            models.Index(fields=["message"], condition=Q(message__isnull=False), name="planned_step_message"),
            models.Index(fields=["task"], condition=Q(task__isnull=False), name="planned_step_task"),
        ]

    def __str__(self) -> str:
        return f"step {self.position} of {self.run_id}"
