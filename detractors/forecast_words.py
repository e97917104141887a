"""The words of forecasts, and what the page draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from detractors.enums import TimerKind
from detractors.models import Case, Forecast, ForecastNow
from detractors.queries.forecasting import as_judged
from detractors.rules import forecast
from detractors.services import forecasting

WIDTH, HEIGHT = 320, 96  # of the plot of errors


@dataclass(frozen=True)
class Line:
    """A case as the page lists it."""

    case: Case
    kind: str
    due_at: datetime
    percent: int
    is_likely: bool
    why: str
    to: Any = None  # who could take it
    then: int | None = None


@dataclass(frozen=True)
class Move:
    """What one person could take, in one click."""

    to: Any
    numbers: list[int]
    text: str


def moment(at: datetime) -> str:
    """17:00 today, else with its day."""
    local, today = localtime(at), localtime().date()
    if local.date() == today:
        return formats.date_format(local, "H:i")
    return formats.date_format(local, "D H:i")


def headline(data: Mapping[str, Any]) -> str:
    """“4 promises are likely to be missed by 17:00.”"""
    if data["state"] == forecasting.LITTLE:
        return _("There is too little history to look ahead.")
    if data["state"] == forecasting.QUIET:
        return _("No promise is due until the end of the next working day.")
    likely = [
        (datetime.fromisoformat(hour["at"]), hour["likely"]) for hour in data["hours"] if hour["likely"]
    ]
    if not likely:
        return ngettext(
            "The one promise that is due until the end of the next working day is likely to be kept.",
            "All %(n)s promises that are due until the end of the next working day are likely to be kept.",
            data["due"],
        ) % {"n": data["due"]}
    n = sum(count for _at, count in likely)
    return ngettext(
        "%(n)s promise is likely to be missed by %(moment)s.",
        "%(n)s promises are likely to be missed by %(moment)s.",
        n,
    ) % {"n": n, "moment": moment(likely[-1][0])}


def lines(data: Mapping[str, Any], cases: Mapping[int, Case], people: Mapping[int, Any]) -> list[Line]:
    """The cases that are still open, the likeliest first."""
    found = []
    for one in data["cases"]:
        case = cases.get(one["case"])
        if case is None:
            continue
        is_same = case.owner_id == one["owner"]
        found.append(
            Line(
                case=case,
                kind=str(TimerKind(one["kind"]).label),
                due_at=datetime.fromisoformat(one["due"]),
                percent=round(100 * one["chance"]),
                is_likely=one["chance"] >= forecast.LIKELY,
                why=_why(one, case) if is_same else _("It has gone to somebody else since."),
                to=people.get(one["to"]) if is_same and one["to"] else None,
                then=None if one["then"] is None else round(100 * one["then"]),
            )
        )
    return found


def _why(one: Mapping[str, Any], case: Case) -> str:
    ahead = ngettext("%(n)s case stands before it", "%(n)s cases stand before it", one["ahead"]) % {
        "n": one["ahead"]
    }
    if case.owner is None:
        return _("%(ahead)s and nobody has it; about %(done)s are usually done until then") % {
            "ahead": ahead, "done": figure(one["done"]),
        }  # fmt: skip
    return _("%(ahead)s; %(name)s usually does about %(done)s until then") % {
        "ahead": ahead, "name": case.owner.display_name, "done": figure(one["done"]),
    }  # fmt: skip


def figure(value: float) -> str:
    return formats.number_format(value, 1)


def moves(rows: Sequence[Line]) -> list[Move]:
    """What each could take, most first: “Move #12 and #14 to Ana”."""
    by_person: dict[int, list[Line]] = {}
    for row in rows:
        if row.to is not None:
            by_person.setdefault(row.to.pk, []).append(row)
    found = []
    for some in sorted(by_person.values(), key=lambda some: (-len(some), some[0].to.display_name)):
        numbers = [row.case.number for row in some]
        text = ngettext("Give %(n)s case to %(name)s", "Give %(n)s cases to %(name)s", len(some)) % {
            "n": len(some), "name": some[0].to.display_name,
        }  # fmt: skip
        found.append(Move(some[0].to, numbers, text))
    return found


def verdict(days: Sequence[Forecast]) -> tuple[str, str]:
    """(tone, whether the forecast is worth following, in words) after the last days."""
    found = forecast.pooled(as_judged(day) for day in days)
    code = forecast.verdict(found)
    if code == forecast.UNKNOWN or found is None:
        return "neutral", _(
            "Too few promises have been judged yet to say whether the forecast is worth following."
        )
    facts = {"days": len(days), "error": _brier(found.error), "none": _brier(found.error_none)}
    if code == forecast.WORTH:
        return "good", _(
            "Worth following: over the last %(days)s judged days its error is %(error)s; saying that nothing is missed"
            " would have been wrong by %(none)s."
        ) % facts
    if code == forecast.EVEN:
        return "info", _(
            "No better than saying that nothing is missed: over the last %(days)s judged days both are wrong by about"
            " %(error)s."
        ) % facts
    return "bad", _(
        "Do not follow it: over the last %(days)s judged days its error is %(error)s, more than the %(none)s of saying"
        " that nothing is missed."
    ) % facts


def _brier(value: float) -> str:
    return formats.number_format(value, 3)


def plot(days: Sequence[Forecast]) -> dict[str, Any] | None:
    """Two lines, the forecast's error and that of saying nothing is missed; None with fewer than two days."""
    if len(days) < 2:
        return None
    most = max(max(day.error or 0, day.error_none or 0) for day in days) or 1.0

    def points(values: Sequence[float]) -> str:
        step = (WIDTH - 8) / (len(values) - 1)
        return " ".join(
            f"{4 + step * at:.1f},{HEIGHT - 4 - (HEIGHT - 8) * value / most:.1f}"
            for at, value in enumerate(values)
        )

    return {
        "own": points([day.error or 0.0 for day in days]),
        "none": points([day.error_none or 0.0 for day in days]),
        "width": WIDTH,
        "height": HEIGHT,
        "most": _brier(most),
    }


def card(found: ForecastNow | None) -> str:
    """What the list of cases says of it; empty when there is nothing to do."""
    if found is None or not any(hour["likely"] for hour in found.data.get("hours", ())):
        return ""
    return headline(found.data)
