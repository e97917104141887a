"""What the reader asked for, read from the query string, and the addresses of neighbouring questions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from dashboards.queries.counts import LEAVABLE, RESPONDENT, TALLIED, Scope
from dashboards.queries.ledger import ATTRIBUTE
from surveys.enums import Metric
from surveys.models import Survey

PERIODS = {"7d": 7, "30d": 30, "90d": 90, "12m": 365}  # days; a year ends on the day before the same date
PERIOD_LABELS = {
    "7d": _("7 days"),
    "30d": _("30 days"),
    "90d": _("90 days"),
    "12m": _("12 months"),
    "custom": _("Own dates"),
}
USUAL = "90d"
LONGEST = 366 * 10  # days a reader may ask for at once
BY_USUAL = "channel"
EVERYBODY = "ALL"  # `respondent` in the address: whoever the workspace leaves out counts too


@dataclass(frozen=True)
class Selection:
    """A question to the dashboard. Days are local days of the workspace, both included."""

    workspace: Workspace
    period: str
    since: date
    until: date
    survey: Survey | None
    filters: Mapping[str, str]  # dimension -> value
    by: str  # the second breakdown
    problem: str = ""  # why the dates asked for were not taken
    sight: Sight = EVERYTHING  # what the reader may see
    is_everybody: bool = False  # asked for in the address

    @property
    def metric(self) -> str:
        return self.survey.metric if self.survey else Metric.NPS.value

    @property
    def without(self) -> frozenset[str]:
        """Respondent types the workspace leaves out of NPS, unless the address says who is meant."""
        if self.is_everybody or RESPONDENT in self.filters or self.metric != Metric.NPS:
            return frozenset()
        return LEAVABLE & frozenset(self.workspace.left_out_of_nps)

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def before(self) -> date:
        """The first day of the period before, equally long."""
        return self.since - timedelta(days=self.days)

    @property
    def bucket(self) -> str:
        """Days up to a month, weeks up to half a year, then months: 7 to 37 points that can be read."""
        if self.days <= 31:
            return "day"
        return "week" if self.days <= 190 else "month"

    @property
    def scope(self) -> Scope:
        return Scope(
            workspace=self.workspace,
            since=self.since,
            until=self.until,
            survey=self.survey,
            filters=self.filters,
            sight=self.sight,
            metric=self.metric,
            without=self.without,
        )

    def narrowed(self, dimension: str, value: str) -> "Selection":
        """The same question for one value of a dimension."""
        return replace(self, filters={**self.filters, dimension: value})

    def query(self, **changes: Any) -> str:
        """The query string of this question with `changes`; None or "" leaves a part out.

        Dates come along only with own dates, so a link to "the last 90 days" stays one.
        """
        parts: dict[str, Any] = {"period": self.period if self.period != USUAL else ""}
        if self.period == "custom":
            parts.update(since=self.since.isoformat(), until=self.until.isoformat())
        parts["survey"] = self.survey.public_id if self.survey else ""
        for dimension, value in self.filters.items():
            if dimension in TALLIED:
                parts[dimension] = value
            else:
                parts["where"] = f"{dimension.removeprefix(ATTRIBUTE)}:{value}"
        if self.is_everybody:
            parts[RESPONDENT] = EVERYBODY
        parts["by"] = self.by if self.by != BY_USUAL else ""
        parts.update(changes)
        return urlencode({name: value for name, value in parts.items() if value not in (None, "")})

    def fixed(self, **changes: Any) -> str:
        """Like `query`, with the dates written out: what opens the rows of the very days that were counted."""
        return replace(self, period="custom", by=BY_USUAL).query(**changes)


def selection(
    *,
    workspace: Workspace,
    asked: QueryDict,
    surveys: list[Survey],
    today: date,
    sight: Sight = EVERYTHING,
) -> Selection:
    """Read the question; what cannot be read falls back to the usual, with a sentence for dates."""
    period = asked.get("period", USUAL)
    problem = ""
    since, until = _usual_days(period if period in PERIODS else USUAL, today)
    if period == "custom":
        try:
            since, until = _own_days(asked.get("since", ""), asked.get("until", ""))
        except ValueError as error:
            period, problem = USUAL, str(error)
    elif period not in PERIODS:
        period = USUAL
    filters = {name: asked.get(name, "").replace("\0", "") for name in TALLIED if asked.get(name)}
    name, colon, value = asked.get("where", "").replace("\0", "").partition(":")
    if name and colon and value:
        filters[ATTRIBUTE + name] = value
    by = asked.get("by", BY_USUAL).replace("\0", "")
    if by not in TALLIED and not (by.startswith(ATTRIBUTE) and by != ATTRIBUTE):
        by = BY_USUAL
    chosen = next((survey for survey in surveys if survey.public_id == asked.get("survey")), None)
    everybody = filters.get(RESPONDENT) == EVERYBODY or bool(
        asked.get("type")
    )  # a list of employees shows them
    if filters.get(RESPONDENT) == EVERYBODY:
        del filters[RESPONDENT]
    return Selection(workspace, period, since, until, chosen, filters, by, problem, sight, everybody)


def _usual_days(period: str, today: date) -> tuple[date, date]:
    if period == "12m":
        try:
            return today.replace(year=today.year - 1) + timedelta(days=1), today
        except ValueError:  # 29 February
            return today.replace(year=today.year - 1, month=3, day=1), today
    return today - timedelta(days=PERIODS[period] - 1), today


def _own_days(since: str, until: str) -> tuple[date, date]:
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError:
        raise ValueError(_("Please give both dates; the last 90 days are shown.")) from None
    if first > last:
        raise ValueError(_("The first day lies after the last; the last 90 days are shown."))
    if (last - first).days >= LONGEST or first.year < 1990 or last.year > 2200:
        raise ValueError(_("Please ask for at most ten years; the last 90 days are shown."))
    return first, last
