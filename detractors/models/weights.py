"""What moves a case forward in the queue, in minutes; and the recount of open cases after a change."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.history import remembered
from accounts.tenancy import WorkspaceOwned
from detractors.rules import priority

MOST_MINUTES = 100_000  # of one part: ten weeks; more is a typing mistake


def usual_steps() -> list[list[int]]:
    """The steps of account value a workspace begins with: [value from, minutes]."""
    return [[int(least), minutes] for least, minutes in priority.VALUE_STEPS]


@remembered(
    kind="rank_weights",
    label=_("ranking"),
    exclude=["updated_at"],
    shows=[],
    words={
        "score_minutes": _("minutes for the worst score"),
        "chronic_minutes": _("minutes for each unhappy answer before"),
        "long_standing_minutes": _("minutes for a long-standing issue"),
        "one_off_minutes": _("minutes for a one-off"),
        "exposure_minutes": _("minutes for a public complaint"),
        "value_steps": _("minutes by account value"),
    },
)
class RankWeights(WorkspaceOwned):
    """The weights of one workspace; without a row the usual ones hold (rules/priority.py)."""

    score_minutes = models.PositiveIntegerField(default=priority.SCORE_MINUTES)
    chronic_minutes = models.PositiveIntegerField(default=priority.CHRONIC_MINUTES)
    long_standing_minutes = models.PositiveIntegerField(default=priority.LONG_STANDING_MINUTES)
    one_off_minutes = models.PositiveIntegerField(default=priority.ONE_OFF_MINUTES)
    exposure_minutes = models.PositiveIntegerField(default=priority.EXPOSURE_MINUTES)
    value_steps = models.JSONField(default=list)  # [[value from, minutes], ...], the largest first
    updated_at = models.DateTimeField()

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="rank_weights_once"),
            models.CheckConstraint(
                condition=Q(
                    score_minutes__lte=MOST_MINUTES,
                    chronic_minutes__lte=MOST_MINUTES,
                    long_standing_minutes__lte=MOST_MINUTES,
                    one_off_minutes__lte=MOST_MINUTES,
                    exposure_minutes__lte=MOST_MINUTES,
                ),
                name="rank_weights_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"ranking of {self.workspace_id}"


class RankRecount(WorkspaceOwned):
    """Open cases are being counted anew: how far that is. One row a workspace, begun again by the next change."""

    asked_at = models.DateTimeField()
    after_number = models.PositiveIntegerField(default=0)  # the last case that is done
    done = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)  # of these, the cases whose place is another now
    total = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="rank_recount_once")]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(finished_at__isnull=True), name="rank_recount_open")
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.total}"
