"""Which promises will be missed by when at the present pace: the latest forecast, and one of each day with how right it was."""

from django.db import models
from django.db.models import Q

from accounts.tenancy import WorkspaceOwned


class ForecastNow(WorkspaceOwned):
    """The latest forecast of a workspace, made anew by a sweep. `data`: see services/forecasting.py."""

    made_at = models.DateTimeField()
    until = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta(WorkspaceOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["workspace"], name="forecast_now_once")]

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.made_at:%Y-%m-%d %H:%M}"


class Forecast(WorkspaceOwned):
    """The first forecast of a working day, kept to be judged: `said` is [[timer, due moment, probability]].

    Once `until` is over the three errors are Brier scores (mean of squared differences, 0 is perfect): of the forecast, of
    saying that none is missed, and of saying the share of the four weeks before for each.
    """

    day = models.DateField()
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    said = models.JSONField(default=list)
    base_rate = models.FloatField(default=0)
    judged_at = models.DateTimeField(null=True)
    promises = models.PositiveIntegerField(default=0)  # that were kept or missed as they were promised then
    missed = models.PositiveIntegerField(default=0)
    error = models.FloatField(null=True)  # null: nothing to judge
    error_none = models.FloatField(null=True)
    error_base = models.FloatField(null=True)

    class Meta(WorkspaceOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "day"], name="forecast_once_a_day"),
            models.CheckConstraint(
                condition=Q(error__isnull=True, error_none__isnull=True, error_base__isnull=True)
                | Q(error__gte=0, error__lte=1, error_none__isnull=False, error_base__isnull=False),
                name="forecast_errors_together",
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(judged_at__isnull=True), name="forecast_to_judge"),
            models.Index(fields=["day"], name="forecast_age"),
        ]

    def __str__(self) -> str:
        return f"{self.workspace_id} {self.day}"
