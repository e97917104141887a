"""How long a case spent in which stage: read from its timeline, and made anew from it at any time."""

from django.conf import settings
from django.db import models

from accounts.tenancy import TenantKey, WorkspaceOwned, proven_workspace


class CaseStages(WorkspaceOwned):
    """Minutes of one case in each stage that is over, in working time and around the clock (see rules/stages.py).

    Null is a stage that is not over, or that never was. `version` is the case's as it was read: another one means that
    there is something to read again. What figures are grouped by is copied, so that they need no other table.
    """

    case = models.OneToOneField(
        "detractors.Case",
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="stages",
        db_constraint=False,  # the composite one of the migration proves the workspace, too
    )
    workspace = proven_workspace()
    version = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    team = TenantKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    touchpoint = TenantKey("surveys.Touchpoint", null=True, on_delete=models.SET_NULL, related_name="+")
    untaken = models.PositiveIntegerField(null=True)
    untaken_calendar = models.PositiveIntegerField(null=True)
    unanswered = models.PositiveIntegerField(null=True)
    unanswered_calendar = models.PositiveIntegerField(null=True)
    at_work = models.PositiveIntegerField(null=True)
    at_work_calendar = models.PositiveIntegerField(null=True)
    for_customer = models.PositiveIntegerField(null=True)
    for_customer_calendar = models.PositiveIntegerField(null=True)
    for_others = models.PositiveIntegerField(null=True)
    for_others_calendar = models.PositiveIntegerField(null=True)
    resolved = models.PositiveIntegerField(null=True)
    resolved_calendar = models.PositiveIntegerField(null=True)
    idle = models.PositiveIntegerField(null=True)
    idle_calendar = models.PositiveIntegerField(null=True)
    # From the opening: not stages, but what is asked for beside them.
    handled = models.PositiveIntegerField(null=True)
    handled_calendar = models.PositiveIntegerField(null=True)
    mailed = models.PositiveIntegerField(null=True)
    mailed_calendar = models.PositiveIntegerField(null=True)
    called = models.PositiveIntegerField(null=True)
    called_calendar = models.PositiveIntegerField(null=True)

    class Meta(WorkspaceOwned.Meta):
        indexes = [models.Index(fields=["workspace", "opened_at"], name="stages_by_opening")]

    def __str__(self) -> str:
        return str(self.case_id)
