"""Summaries that can be rebuilt from the ledgers at any time."""

from django.db import models

from accounts.tenancy import TenantKey, WorkspaceOwned


class DailyTally(WorkspaceOwned):
    """How many, per local day of the workspace.

    `series` is HEADLINE, RESURVEY or DOUBTFUL with `measure` "0".."10" (answers with that score), or FUNNEL with
    `measure` SENT, DELIVERED, OPENED, ANSWERED, COMMENTED (invitations sent that day that got so far).
    `dimension` is "" (all), "touchpoint", "channel", "language", "campaign" or "attribute:<name>";
    `value` its value. Figures are these rows plus the ledger rows not yet folded.
    """

    survey = TenantKey("surveys.Survey", on_delete=models.CASCADE, related_name="+")
    series = models.CharField(max_length=8)
    day = models.DateField()
    dimension = models.CharField(max_length=72, blank=True)
    value = models.CharField(max_length=200, blank=True)
    measure = models.CharField(max_length=9)
    n = models.IntegerField(default=0)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "series", "dimension", "day", "survey", "value", "measure"],
                include=["n"],
                name="tally_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.dimension}={self.value} {self.measure}: {self.n}"
