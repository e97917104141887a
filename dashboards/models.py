"""Summaries that can be rebuilt from the ledgers at any time."""

from django.db import models

from accounts.tenancy import TenantKey, WorkspaceOwned


class DailyTally(WorkspaceOwned):
    """How many, per local day of the workspace.

    `series` is HEADLINE, RESURVEY or DOUBTFUL with `measure` "0".."10" (answers with that score), or FUNNEL with
    `measure` SENT, DELIVERED, OPENED, CLICKED, ANSWERED, COMMENTED (invitations sent that day that got so far).
    `dimension` is "" (all), "touchpoint", "channel", "language", "campaign", "respondent" or "attribute:<name>";
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


class MonthTally(WorkspaceOwned):
    """The daily tallies of a month, added up: what a figure reads of the whole months in its period.

    Written with the daily tallies in one statement, so at every moment it is exactly their sum; a year of one dimension is
    thirty times fewer rows. `month` is the month's first day; everything else as in DailyTally.
    """

    survey = TenantKey("surveys.Survey", on_delete=models.CASCADE, related_name="+")
    series = models.CharField(max_length=8)
    month = models.DateField()
    dimension = models.CharField(max_length=72, blank=True)
    value = models.CharField(max_length=200, blank=True)
    measure = models.CharField(max_length=9)
    n = models.IntegerField(default=0)

    class Meta(WorkspaceOwned.Meta):
        # Without n, so that adding to a row of the running month leaves the index alone.
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "series", "dimension", "month", "survey", "value", "measure"],
                name="month_tally_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.dimension}={self.value} {self.measure}: {self.n}"
