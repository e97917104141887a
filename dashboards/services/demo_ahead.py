"""Looking ahead in the demo workspace: a forecast of today, how right those of the last days were, and a rehearsal."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User, Workspace
from detractors.models import Forecast, SlaPolicy
from detractors.rules.clock import Span
from detractors.services import drafts, forecasting, policies, rehearsing

# Promises, missed ones, and the errors of the forecast and of the two it is measured by, of the last working days.
JUDGED = (
    (14, 2, 0.081, 0.143, 0.124), (11, 1, 0.074, 0.091, 0.089), (17, 4, 0.118, 0.235, 0.187), (9, 1, 0.069, 0.111, 0.102),
    (15, 3, 0.104, 0.200, 0.163), (12, 0, 0.021, 0.000, 0.019), (18, 5, 0.121, 0.278, 0.214), (13, 2, 0.090, 0.154, 0.133),
)  # fmt: skip


def furnish(*, workspace: Workspace, by: User, now: datetime) -> None:
    """What a manager finds on the pages of forecast and rehearsals."""
    forecasting.make(workspace=workspace, now=now)
    day = now.astimezone(ZoneInfo(workspace.time_zone)).date() - timedelta(days=2)
    rows = []
    for promises, missed, error, error_none, error_base in reversed(JUDGED):
        while day.weekday() > 4:
            day -= timedelta(days=1)
        made_at = now - timedelta(days=(now.date() - day).days)
        rows.append(
            Forecast(
                workspace=workspace, day=day, made_at=made_at, until=made_at + timedelta(days=1), judged_at=now,
                base_rate=missed / promises, promises=promises, missed=missed, error=error, error_none=error_none,
                error_base=error_base,
            )
        )  # fmt: skip
        day -= timedelta(days=1)
    Forecast.objects.of(workspace).bulk_create(rows, ignore_conflicts=True)
    usual = SlaPolicy.objects.of(workspace).select_related("calendar").get(is_default=True)
    wanted = policies.Wanted(
        name=usual.name,
        first_response=Span(max(usual.first_response_minutes // 2, 1), usual.first_response_clock),
        next_response=Span(usual.next_response_minutes, usual.next_response_clock)
        if usual.next_response_minutes
        else None,
        resolution=Span(usual.resolution_minutes, usual.resolution_clock),
        calendar=usual.calendar,
    )
    draft = drafts.of_policy(workspace=workspace, policy=usual, wanted=wanted)
    rehearsing.ask(workspace=workspace, draft=draft, by=by, now=now)
    rehearsing.work(now=now)
