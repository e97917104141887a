"""The cases behind a figure of the loop: the same conditions as `loop` counts by, as rows."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from dashboards.queries.loop import BEST_PRACTICE_MINUTES, moments
from detractors.enums import Category, TimerKind
from detractors.models import Case, SlaTimer
from detractors.queries.sight import cases as visible
from followups.enums import ResurveyStatus
from followups.models import Resurvey
from surveys.models import Survey
from surveys.rules.metrics import UNHAPPY

# Figures of cases by the moment they were opened: figure -> condition.
_OPENED: dict[str, Q] = {
    "opened": Q(),
    "answered": Q(first_response_minutes__isnull=False),
    "within-hour": Q(first_response_minutes__lte=BEST_PRACTICE_MINUTES),
    "beyond-hour": Q(first_response_minutes__gt=BEST_PRACTICE_MINUTES)
    | Q(first_response_minutes__isnull=True, lateness__is_breached=True),
    "told-back": Q(told_back_at__isnull=False),
    "not-told-back": Q(told_back_at__isnull=True),
}
FIGURES = (*_OPENED, "met", "breached", "resurveyed", "recovered", "open-now", "breached-now")


def cases_behind(
    *,
    workspace: Workspace,
    figure: str,
    since: date,
    until: date,
    survey: Survey | None = None,
    cause: str = "",
    sight: Sight = EVERYTHING,
) -> QuerySet[Case]:
    """The cases a figure of the period stands on, highest number first. Raises KeyError for an unknown figure.

    "met" and "breached" list a case once though both of its promises may count; `cause` is a root cause's public id.
    """
    if figure not in FIGURES:
        raise KeyError(figure)
    start, end = moments(workspace=workspace, since=since, until=until)
    rows = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
    if figure in _OPENED:
        rows = rows.filter(_OPENED[figure], opened_at__gte=start, opened_at__lt=end)
    elif figure in ("met", "breached"):
        timers = SlaTimer.objects.of(workspace).filter(
            case=OuterRef("pk"), started_at__gte=start, started_at__lt=end,
            kind__in=[TimerKind.FIRST_RESPONSE, TimerKind.RESOLUTION], breached_at__isnull=figure == "met",
        )  # fmt: skip
        rows = rows.filter(Exists(timers.filter(met_at__isnull=False) if figure == "met" else timers))
    elif figure in ("resurveyed", "recovered"):
        asked = Resurvey.objects.of(workspace).filter(
            case=OuterRef("pk"), status=ResurveyStatus.ANSWERED, settled_at__gte=start, settled_at__lt=end
        )
        rows = rows.filter(
            Exists(asked.exclude(response__segment__in=UNHAPPY) if figure == "recovered" else asked)
        )
    else:
        rows = rows.filter(category__in=[Category.OPEN, Category.WAITING])
        if figure == "breached-now":
            rows = rows.filter(lateness__is_breached=True)
    if survey:
        rows = rows.filter(survey=survey)
    if cause:
        rows = rows.filter(root_cause__public_id=cause)
    return rows.select_related("contact", "owner", "root_cause", "lateness").order_by("-number")
