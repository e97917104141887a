"""How likely it is that a promise is missed at the present pace.

Work is done in the order of the queue. Somebody who has answered n times in e open hours of the last four weeks has a pace
nobody knows exactly: it is taken as a gamma distribution with shape n + r·W and rate e + W, where r is the pace of everybody
and W = 8 hours is what their pace counts for somebody with little history. How often they answer in h open hours ahead is then
negative binomial (Gelman et al., Bayesian Data Analysis, 2.6 and 3.3: the gamma-Poisson mixture):

    P(N = 0) = p^s,  P(N = j) = P(N = j-1) · (s + j - 1)/j · (1 - p),  with s = n + r·W and p = (e + W)/(e + W + h)

The promise of a case with k others before it is missed when at most k answers are given until it is due. New cases that will
stand before it come as a Poisson number A with mean m, so that

    P(missed) = sum over a of  e^-m · m^a / a! · P(N <= k + a)

m is the hours ahead times the arrivals an hour, for the share of new cases whose promise is so short that they pass by it.
Hours are open hours, each weighted by how much is done at that hour of the week compared with the others. There is no chance in
the calculation: the same facts give the same forecast.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.rules import business_time
from accounts.rules.business_time import Calendar

HOUR = timedelta(hours=1)
PRIOR_HOURS = 8.0  # a working day of everybody's pace
LIKELY = 0.5  # from here on a promise is called likely to be missed
NOTABLE = 0.2  # from here on a case is listed
LITTLE_DONE, LITTLE_DAYS = 20, 5  # with less history nothing is said
MANY = 400  # so many places ahead a normal approximation is as good
JUDGED_DAYS = 14
SMOOTHED = 4.0  # actions a bin of the week is given before it is believed


@dataclass(frozen=True)
class Pace:
    """What somebody did: `done` actions in `hours` open hours."""

    done: float
    hours: float

    @property
    def rate(self) -> float:
        """Actions an open hour."""
        return self.done / self.hours if self.hours else 0.0

    def with_prior(self, everybody: Pace) -> Pace:
        """The pace as it is believed: somebody new works like everybody."""
        return Pace(self.done + everybody.rate * PRIOR_HOURS, self.hours + PRIOR_HOURS)


def together(paces: Iterable[Pace]) -> Pace:
    """Several people who work on one queue: their rates add up, as well known as they are on average."""
    known = list(paces)
    hours = sum(pace.hours for pace in known) / len(known) if known else 0.0
    return Pace(sum(pace.rate for pace in known) * hours, hours)


# --- Hours ahead ---------------------------------------------------------------------------------------------------

Week = Mapping[tuple[int, int], float]  # (weekday from Monday 0, local hour) -> weight, 1 on average


def week_of(done: Mapping[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """The weights of the hours of a week from what was done in each; hours in which nothing was ever done are left out."""
    if not done:
        return {}
    mean = sum(done.values()) / len(done)
    smooth = {key: (n + SMOOTHED) / (mean + SMOOTHED) for key, n in done.items()}
    average = sum(smooth.values()) / len(smooth)
    return {key: weight / average for key, weight in smooth.items()}


@dataclass(frozen=True)
class Hours:
    """Weighted open hours from `start` on, known at each full hour."""

    calendar: Calendar
    week: Week
    marks: Sequence[datetime]
    sums: Sequence[float]

    def until(self, moment: datetime, *, since: datetime | None = None) -> float:
        """Those until `moment`, from `since` on if somebody is only back then."""
        whole = self._to(moment)
        return max(0.0, whole - self._to(since)) if since is not None else whole

    def _to(self, moment: datetime) -> float:
        if moment <= self.marks[0]:
            return 0.0
        at = min(bisect_right(self.marks, moment) - 1, len(self.marks) - 1)
        return self.sums[at] + _weighted(self.calendar, self.week, self.marks[at], moment)


def hours_ahead(calendar: Calendar, week: Week, *, start: datetime, until: datetime) -> Hours:
    """The hours between two moments, to be asked for every moment in between."""
    marks, sums = [start], [0.0]
    step = start.replace(minute=0, second=0, microsecond=0) + HOUR
    while marks[-1] < until:
        end = min(step, until)
        sums.append(sums[-1] + _weighted(calendar, week, marks[-1], end))
        marks.append(end)
        step += HOUR
    return Hours(calendar, week, marks, sums)


def _weighted(calendar: Calendar, week: Week, low: datetime, high: datetime) -> float:
    local = low.astimezone(calendar.zone)
    is_open = business_time.time_between(calendar, low, high)
    return is_open / HOUR * week.get((local.weekday(), local.hour), 1.0)


# --- Chances -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Coming:
    """New cases: how many an hour, and how long before its place in the queue each came (hours, sorted)."""

    an_hour: float = 0.0
    leads: Sequence[float] = ()

    def passing(self, *, hours: float, rank_in: float) -> float:
        """How many of those that come in `hours` will stand before a case whose place is `rank_in` hours from now."""
        if not self.leads or not self.an_hour or hours <= 0:
            return 0.0
        # One that comes in t hours stands before it when t + lead < rank_in: the share of leads, at the middle of the time.
        share = bisect_left(self.leads, rank_in - hours / 2) / len(self.leads)
        return self.an_hour * hours * share


@dataclass(frozen=True)
class Item:
    """A case in somebody's queue, in the order (rank_at, number). `due_at` is None for one that only stands before others."""

    id: int
    rank_at: datetime
    number: int
    due_at: datetime | None

    @property
    def place(self) -> tuple[datetime, int]:
        return (self.rank_at, self.number)


@dataclass(frozen=True)
class Chance:
    """How likely a promise is missed, with how many stand before it and how many are expected to be done by then."""

    missed: float
    ahead: int
    expected: float


@dataclass
class Line:
    """The queue of one person (or pool), their believed pace and what is coming."""

    pace: Pace
    hours: Hours
    now: datetime
    coming: Coming = field(default_factory=Coming)
    back_at: datetime | None = None  # away until then
    places: list[tuple[datetime, int]] = field(default_factory=list)  # sorted

    def put(self, item: Item) -> None:
        """One more stands in the queue."""
        self.places.insert(bisect_left(self.places, item.place), item.place)

    def take(self, item: Item) -> None:
        """It is taken out again."""
        at = bisect_left(self.places, item.place)
        if at < len(self.places) and self.places[at] == item.place:
            del self.places[at]

    def chance(self, item: Item, *, more: int = 0) -> Chance:
        """Of an item with a due moment, in this queue or as if it were; `more` stand before it besides."""
        if item.due_at is None or item.due_at <= self.now:
            return Chance(1.0, 0, 0.0)
        ahead = bisect_left(self.places, item.place) + more
        hours = self.hours.until(item.due_at, since=self.back_at)
        whole = (item.due_at - self.now) / HOUR
        rank_in = (item.rank_at - self.now) / HOUR
        passing = self.coming.passing(hours=min(whole, hours), rank_in=rank_in)
        return Chance(
            missed(ahead=ahead, passing=passing, pace=self.pace, hours=hours), ahead, self.pace.rate * hours
        )


def missed(*, ahead: int, passing: float, pace: Pace, hours: float) -> float:
    """The probability of the docstring above: at most `ahead` and those who pass by are done in `hours`."""
    if hours <= 0 or pace.done <= 0:
        return 1.0
    shape, p = pace.done, pace.hours / (pace.hours + hours)
    if ahead + passing > MANY:
        mean, variance = shape * (1 - p) / p, shape * (1 - p) / p**2
        return _normal((ahead + passing + 0.5 - mean) / math.sqrt(variance + passing))
    most = math.ceil(passing + 6 * math.sqrt(passing)) + 3 if passing else 0
    weight, total, said = math.exp(-passing), 0.0, 0.0
    mass, cdf, done = _first(shape, p), 0.0, 0
    for more in range(most + 1):
        while done <= ahead + more:
            cdf += mass
            done += 1
            mass *= (shape + done - 1) / done * (1 - p)
        total += weight * min(cdf, 1.0)
        said += weight
        weight *= passing / (more + 1)
    return min(1.0, total + max(0.0, 1.0 - said))


def _first(shape: float, p: float) -> float:
    return math.exp(shape * math.log(p))


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


# --- How right it was ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """Brier scores (mean squared difference from what came; 0 is perfect, less is better)."""

    promises: int
    missed: int
    error: float
    error_none: float  # of saying that none is missed
    error_base: float  # of saying the usual share for each


def judge(said: Sequence[tuple[float, bool]], *, base_rate: float) -> Judged | None:
    """(probability, came true) of each promise; None without any."""
    if not said:
        return None
    n = len(said)
    return Judged(
        promises=n,
        missed=sum(came for _chance, came in said),
        error=sum((chance - came) ** 2 for chance, came in said) / n,
        error_none=sum(came for _chance, came in said) / n,
        error_base=sum((base_rate - came) ** 2 for _chance, came in said) / n,
    )


def pooled(days: Iterable[Judged]) -> Judged | None:
    """Several days as one, each promise counting the same."""
    known = list(days)
    n = sum(day.promises for day in known)
    if not n:
        return None
    return Judged(
        promises=n,
        missed=sum(day.missed for day in known),
        error=sum(day.error * day.promises for day in known) / n,
        error_none=sum(day.error_none * day.promises for day in known) / n,
        error_base=sum(day.error_base * day.promises for day in known) / n,
    )


UNKNOWN, WORTH, EVEN, WORSE = "UNKNOWN", "WORTH", "EVEN", "WORSE"
FEWEST_JUDGED = 20
CLOSE = 0.005  # of a Brier score: nobody would notice


def verdict(found: Judged | None) -> str:
    """Whether the forecast is worth following, against saying that none is missed."""
    if found is None or found.promises < FEWEST_JUDGED:
        return UNKNOWN
    if found.error <= found.error_none - CLOSE:
        return WORTH
    return EVEN if found.error <= found.error_none + CLOSE else WORSE
