"""From the first day with an answer to the last: what "all of it" means."""

from datetime import date

from django.db.models import Max, Min

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from surveys.models import Response
from surveys.queries.sight import answers


def answered_days(*, workspace: Workspace, sight: Sight = EVERYTHING) -> tuple[date, date] | None:
    """First and last local day with an answer that may be seen (two looks at an index); None without any."""
    rows = Response.objects.of(workspace).filter(answers(workspace=workspace, sight=sight))
    found = rows.aggregate(first=Min("day"), last=Max("day"))
    return None if found["first"] is None else (found["first"], found["last"])
