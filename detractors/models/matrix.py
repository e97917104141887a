"""The unpleasant-journey matrix: what customers do, what can go wrong there, and what is planned for each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import TenantKey, WorkspaceOwned
from core.tokens import new_public_id


@remembered(
    kind="scenario",
    label=_("scenario"),
    exclude=["public_id"],
    words={
        "name": _("name"),
        "position": _("place"),
        "team": _("owning team"),
        "archived_at": _("archived"),
    },
)
class Scenario(WorkspaceOwned):
    """What the customer wants to do: a row of the matrix."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    team = TenantKey("accounts.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="scenario_name_once")]

    def __str__(self) -> str:
        return self.name


@remembered(
    kind="failure",
    label=_("failure"),
    exclude=["public_id"],
    words={
        "name": _("name"),
        "position": _("place"),
        "words": _("words that point to it"),
        "options": _("answers that point to it"),
        "archived_at": _("archived"),
    },
)
class Failure(WorkspaceOwned):
    """What can go wrong: a column of the matrix. `words` and `options` say how it is told from an answer.

    An option is "<id of the further question>:<id of its option>".
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    words = models.JSONField(default=list)
    options = models.JSONField(default=list)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="failure_name_once")]

    def __str__(self) -> str:
        return self.name


@remembered(
    kind="matrix_cell",
    label=_("cell of the matrix"),
    exclude=["public_id"],
    shows=["scenario", "failure"],
    words={
        "scenario": _("scenario"),
        "failure": _("failure"),
        "is_planned": _("planned"),
        "priority_minutes": _("minutes earlier"),
        "policy": _("promise"),
        "playbook": _("playbook"),
        "team": _("owning team"),
    },
)
class MatrixCell(WorkspaceOwned):
    """One failure in one scenario. A cell nobody planned for exists too once a case landed in it."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    scenario = TenantKey("detractors.Scenario", on_delete=models.CASCADE, related_name="cells")
    failure = TenantKey("detractors.Failure", on_delete=models.CASCADE, related_name="cells")
    is_planned = models.BooleanField(default=False)
    priority_minutes = models.PositiveIntegerField(default=0)
    policy = TenantKey("detractors.SlaPolicy", null=True, on_delete=models.SET_NULL, related_name="+")
    playbook = models.CharField(max_length=80, blank=True, default="")
    team = TenantKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["scenario", "failure"], name="matrix_cell_once"),
            models.CheckConstraint(condition=Q(priority_minutes__lte=100_000), name="matrix_cell_bounded"),
        ]

    def __str__(self) -> str:
        return f"{self.scenario}: {self.failure}"


@remembered(
    kind="journey_step",
    label=_("touchpoint on the journey map"),
    shows=["touchpoint"],
    words={"touchpoint": _("touchpoint"), "scenario": _("scenario"), "team": _("owning team")},
)
class JourneyStep(WorkspaceOwned):
    """The journey map: which scenario a touchpoint belongs to, and whose work it is."""

    touchpoint = TenantKey("surveys.Touchpoint", on_delete=models.CASCADE, related_name="+")
    scenario = TenantKey("detractors.Scenario", null=True, on_delete=models.CASCADE, related_name="steps")
    team = TenantKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["touchpoint"], name="journey_step_once")]

    def __str__(self) -> str:
        return str(self.touchpoint)
