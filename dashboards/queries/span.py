"""From the first day with an answer to the last: what "all of it" means."""

from datetime import date

from django.db.models import Max, Min

from accounts.models import Workspace
from surveys.models import Response


def answered_days(*, workspace: Workspace) -> tuple[date, date] | None:
    """First and last local day with an answer (two looks at an index); None without any."""
    found = Response.objects.of(workspace).aggregate(first=Min("day"), last=Max("day"))
    return None if found["first"] is None else (found["first"], found["last"])
