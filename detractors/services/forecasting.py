"""Forecasts: made by a sweep, one of each working day kept and judged when its time is over.

`ForecastNow.data`:
{"state": "OK" | "LITTLE" | "QUIET", "done": actions of four weeks, "days": on how many days, "due": promises until the end of
 the next working day, "solved": cases of four weeks by the id of their owner, "expected": how many of them are missed by the sum
 of chances, "hours": [{"at", "due", "expected", "likely"}],
 "cases": [{"case", "number", "kind", "due", "chance", "owner", "ahead", "done", "to", "then"}]}; `to` is the id of who could
take it, `then` the chance with them.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction

from accounts.models import Membership, Workspace
from accounts.queries import away_days, case_workers
from accounts.rules import business_time
from accounts.rules.business_time import Calendar
from detractors.models import Forecast, ForecastNow, SlaTimer
from detractors.queries import clock as clock_queries
from detractors.queries import forecasting as queries
from detractors.queries.forecasting import ANSWER, SOLVE, History, Running
from detractors.rules import assigning, forecast
from detractors.rules.assigning import Wish, Worker
from detractors.rules.forecast import Coming, Item, Line, Pace
from detractors.rules.routing import Member

log = structlog.get_logger(__name__)

LOOKS_BACK = timedelta(days=28)
KEPT_FOR = timedelta(days=120)
MOST_SAID = 5_000  # chances kept of a day
MOST_LISTED = 200
MOST_MOVED = 20  # cases a remedy is looked for, the likeliest first
GAINS = 0.25  # so much less must a move let be missed, all in all
OK, LITTLE, QUIET = "OK", "LITTLE", "QUIET"
HOUR = timedelta(hours=1)


def sweep(*, now: datetime) -> int:
    """Make the forecast of every workspace anew, keep the day's, judge what is over; returns how many were made.

    Safe to run twice, in parallel and late: a day has one kept forecast, and one that is judged is not judged again.
    """
    made = 0
    for workspace in Workspace.objects.order_by("pk").iterator():
        try:
            made += make(workspace=workspace, now=now)
        except Exception:  # one workspace must not stop the others
            log.exception("forecast_failed", workspace=workspace.slug)
    judge(now=now)
    Forecast.objects.across_workspaces().filter(day__lt=(now - KEPT_FOR).date()).delete()
    return made


@transaction.atomic
def make(*, workspace: Workspace, now: datetime) -> bool:
    """The forecast as things are now; whether there is anything to say."""
    desk = Desk(workspace, now=now)
    found = desk.data()
    ForecastNow.objects.of(workspace).update_or_create(
        workspace=workspace,
        defaults={"made_at": now, "until": desk.until, "data": found},
        create_defaults={"workspace": workspace, "made_at": now, "until": desk.until, "data": found},
    )
    if found["state"] == OK and desk.has_begun():
        row = Forecast(
            workspace=workspace,
            day=desk.day,
            made_at=now,
            until=desk.until,
            said=[[timer, due.isoformat(), round(chance, 4)] for timer, due, chance in desk.said[:MOST_SAID]],
            base_rate=desk.history.base_rate,
        )
        Forecast.objects.of(workspace).bulk_create([row], ignore_conflicts=True)
    return found["state"] == OK


@transaction.atomic
def judge(*, now: datetime) -> int:
    """Compare the kept forecasts whose time is over with what came; returns how many."""
    due = Forecast.objects.across_workspaces().filter(judged_at__isnull=True, until__lt=now)
    rows = list(due.select_for_update(skip_locked=True).order_by("until", "pk")[:100])
    for row in rows:
        found = forecast.judge(_came(row), base_rate=row.base_rate)
        row.judged_at = now
        if found is not None:
            row.promises, row.missed = found.promises, found.missed
            row.error, row.error_none, row.error_base = found.error, found.error_none, found.error_base
        row.save()
    return len(rows)


def _came(row: Forecast) -> list[tuple[float, bool]]:
    """(chance, was missed) of the promises that ended as they were promised then; one that was moved or given up says
    nothing."""
    said = {timer: (datetime.fromisoformat(due), chance) for timer, due, chance in row.said}
    found = []
    timers = SlaTimer.objects.of(row.workspace_id).filter(pk__in=list(said), cancelled_at__isnull=True)
    for pk, due_at, met_at, breached_at in timers.values_list("pk", "due_at", "met_at", "breached_at"):
        due, chance = said[pk]
        if due_at != due and breached_at is None:
            continue  # it was moved: by other hours, another promise, or a wait
        is_missed = breached_at is not None or met_at is None or met_at > due_at
        found.append((chance, is_missed))
    return found


# --- Making it ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Owner:
    """Whose queue it is: somebody's, or everybody's who could take what nobody has."""

    user: int | None
    group: str


class Desk:
    """The queues of a workspace at `now`, with the pace of each."""

    def __init__(self, workspace: Workspace, *, now: datetime) -> None:
        self.workspace, self.now = workspace, now
        zone = ZoneInfo(workspace.time_zone)
        self.day: date = now.astimezone(zone).date()
        self.calendars = clock_queries.calendars_of(workspace=workspace)
        self.until = self._end_of_next_day(zone)
        self.history = History()
        self.said: list[tuple[int, datetime, float]] = []
        self.lines: dict[_Owner, Line] = {}

    def _end_of_next_day(self, zone: ZoneInfo) -> datetime:
        """The end of the next day after today on which anybody works by the usual hours; of tomorrow if there is none."""
        ends = [datetime.combine(self.day + timedelta(days=n), time(0), tzinfo=zone) for n in range(1, 12)]
        for start, end in itertools.pairwise(ends):
            if business_time.time_between(self.calendars.usual, start, end):
                return end
        return ends[1]

    def has_begun(self) -> bool:
        """Whether the working day has begun by the usual hours."""
        morning = datetime.combine(self.day, time(0), tzinfo=self.until.tzinfo)
        return business_time.time_between(self.calendars.usual, morning, self.now) > timedelta(0)

    def data(self) -> dict[str, Any]:
        """The data of a forecast; see the top of this module."""
        self.running = queries.running(workspace=self.workspace)
        coming = [one for one in self.running if not one.is_missed and self.now < one.due_at <= self.until]
        empty: dict[str, Any] = {
            "state": QUIET,
            "done": 0,
            "days": 0,
            "due": 0,
            "expected": 0.0,
            "hours": [],
            "cases": [],
        }
        if not coming:
            return empty
        self.history = queries.history(workspace=self.workspace, since=self.now - LOOKS_BACK, now=self.now)
        facts = {
            "done": self.history.total,
            "days": self.history.days,
            "due": len(coming),
            "solved": self.history.solved,
        }
        if self.history.total < forecast.LITTLE_DONE or self.history.days < forecast.LITTLE_DAYS:
            return {**empty, **facts, "state": LITTLE}
        self._open_lines()
        chances = [(one, self.lines[_owner(one)].chance(_item(one))) for one in coming]
        self.said = [(one.pk, one.due_at, chance.missed) for one, chance in chances]
        first: dict[int, tuple[Running, forecast.Chance]] = {}
        for (
            one,
            chance,
        ) in chances:  # the next promise of each case: they come in the order of their due moments
            first.setdefault(one.case, (one, chance))
        worst = sorted(first.values(), key=lambda pair: (-pair[1].missed, pair[0].due_at, pair[0].number))
        notable = [pair for pair in worst if pair[1].missed >= forecast.NOTABLE][:MOST_LISTED]
        moves = self._moves([one for one, chance in notable if chance.missed >= forecast.LIKELY][:MOST_MOVED])
        return {
            **facts,
            "state": OK,
            "expected": round(sum(chance.missed for _one, chance in chances), 2),
            "hours": _by_hour(chances),
            "cases": [
                {
                    "case": one.case,
                    "number": one.number,
                    "kind": one.kind,
                    "due": one.due_at.isoformat(),
                    "chance": round(chance.missed, 3),
                    "owner": one.owner,
                    "ahead": chance.ahead,
                    "done": round(chance.expected, 1),
                    **moves.get(one.case, {"to": None, "then": None}),
                }
                for one, chance in notable
            ],
        }

    # --- Queues ---------------------------------------------------------------------------------------------------

    def _open_lines(self) -> None:
        """A queue for each owner and kind of work, and one for what nobody has."""
        self.people = queries.calendars_of_people(workspace=self.workspace)
        self.workers = case_workers(workspace=self.workspace, now=self.now)
        self.back = self._back()
        self.week = {group: self._week(group) for group in (ANSWER, SOLVE)}
        self.hours: dict[tuple[int | None, str], forecast.Hours] = {}
        self.paces = {group: self._paces(group) for group in (ANSWER, SOLVE)}
        self.everybody = {
            group: Pace(sum(one.done for one in paces.values()), sum(one.hours for one in paces.values()))
            for group, paces in self.paces.items()
        }
        for one in self.running:
            owner = _owner(one)
            self.line(owner).put(_item(one))
        for group in (ANSWER, SOLVE):  # who takes what nobody has, has their own work before it
            pool = self.lines.get(_Owner(None, group))
            if pool is not None:
                for one in self.running:
                    if one.group == group and one.owner is not None and one.owner in self._takers:
                        pool.put(_item(one))

    @property
    def _takers(self) -> set[int]:
        return {one.user_id for one in self.workers if one.takes_cases}

    def line(self, owner: _Owner) -> Line:
        """The queue, made when it is first asked for."""
        if owner not in self.lines:
            everybody = self.everybody[owner.group]
            paces = self.paces[owner.group]
            if owner.user is None:
                pace = forecast.together(
                    paces.get(user, Pace(0, 0)).with_prior(everybody) for user in sorted(self._takers)
                )
                came = self.history.came.get(None, 0)
            else:
                pace = paces.get(owner.user, Pace(0, 0)).with_prior(everybody)
                came = self.history.came.get(owner.user, 0)
            calendar = self._calendar_of(owner.user)
            open_hours = self._open_hours(calendar, self.now - LOOKS_BACK)
            self.lines[owner] = Line(
                pace=pace,
                hours=self._hours(calendar, owner.group),
                now=self.now,
                coming=Coming(came / open_hours if open_hours else 0.0, self.history.leads),
                back_at=self.back.get(owner.user or 0),
            )
        return self.lines[owner]

    def _calendar_of(self, user: int | None) -> int | None:
        return self.people[user][0] if user in self.people else None

    def _rules(self, calendar: int | None) -> Calendar:
        return self.calendars[calendar] if calendar is not None else self.calendars.usual

    def _open_hours(self, calendar: int | None, since: datetime) -> float:
        return business_time.time_between(self._rules(calendar), since, self.now) / HOUR

    def _hours(self, calendar: int | None, group: str) -> forecast.Hours:
        key = (calendar, group)
        if key not in self.hours:
            self.hours[key] = forecast.hours_ahead(
                self._rules(calendar), self.week[group], start=self.now, until=self.until
            )
        return self.hours[key]

    def _paces(self, group: str) -> dict[int, Pace]:
        """What each did in their open hours since they are here."""
        done: dict[int, int] = defaultdict(int)
        for (owner, of), hours in self.history.done.items():
            if owner is not None and of == group:
                done[owner] += sum(n for _hour, n in hours)
        found = {}
        for user, n in done.items():
            calendar, since = self.people.get(user, (None, self.now - LOOKS_BACK))
            found[user] = Pace(n, self._open_hours(calendar, max(since, self.now - LOOKS_BACK)))
        return found

    def _week(self, group: str) -> dict[tuple[int, int], float]:
        """How much is done at each hour of the week, of the hours that are open by the usual calendar."""
        calendar = self.calendars.usual
        done: dict[tuple[int, int], float] = {
            (day, hour): 0.0 for day in range(7) for hour in range(24) if _is_open(calendar, day, hour)
        }
        for (_user, of), hours in self.history.done.items():
            for at, n in hours:
                local = at.astimezone(calendar.zone)
                if of == group and (local.weekday(), local.hour) in done:
                    done[local.weekday(), local.hour] += n
        return forecast.week_of(done)

    def _back(self) -> dict[int, datetime]:
        """When who is away is back: the morning after their last day, in the workspace's zone."""
        away = away_days(workspace=self.workspace, now=self.now)
        zone = self.until.tzinfo
        return {
            user: datetime.combine(last + timedelta(days=1), time(0), tzinfo=zone)
            for user, last in away.items()
        }

    # --- The remedy -----------------------------------------------------------------------------------------------

    def _moves(self, cases: Sequence[Running]) -> dict[int, dict[str, Any]]:
        """By case: who could take it, and its chance with them; each move is made before the next is looked for."""
        if not cases:
            return {}
        ids = [one.case for one in cases]
        asked = queries.asked_of(workspace=self.workspace, cases=ids)
        seen = queries.may_see(workspace=self.workspace, cases=ids, people=self.workers)
        found: dict[int, dict[str, Any]] = {}
        for one in sorted(cases, key=lambda case: (case.due_at, case.number)):
            able = [
                worker
                for worker in self._able(asked.get(one.case, {}), seen.get(one.case, set()))
                if worker.user_id != one.owner
            ]
            best = self._best(one, able)
            if best is not None:
                to, then = best
                self.line(_owner(one)).take(_item(one))
                self.line(_Owner(to, one.group)).put(_item(one))
                found[one.case] = {"to": to, "then": round(then, 3)}
        return found

    def _able(self, asked: Mapping[str, Any], seen: set[int]) -> list[Membership]:
        """Who is there, may see the case, and has what is asked for: by the rules that route new cases."""
        by_id = {one.pk: one for one in self.workers if one.pk in seen}
        workers = [
            Worker(
                member=Member(
                    id=one.pk, last_assigned_at=None, skills=frozenset(word.casefold() for word in one.skills)
                ),
                team_id=one.team_id,
                languages=frozenset(one.languages),
                takes_cases=one.takes_cases,
            )
            for one in by_id.values()
        ]
        wish = Wish(
            team_id=asked.get("team"),
            skill=str(asked.get("skill") or ""),
            language=str(asked.get("language") or ""),
        )
        return [by_id[worker.member.id] for worker in assigning.able(workers, wish)]

    def _best(self, one: Running, able: Iterable[Membership]) -> tuple[int, float] | None:
        """Who would let the fewest promises be missed, all in all; None when nobody gains enough."""
        item = _item(one)
        before = self.line(_owner(one)).chance(item).missed
        offers = []
        for worker in able:
            line = self.line(_Owner(worker.user_id, one.group))
            offers.append((line.chance(item).missed, worker.user_id))
        for then, user in sorted(offers)[:3]:
            if before - then - self._cost(item, _Owner(user, one.group)) >= GAINS and then < forecast.LIKELY:
                return user, then
        return None

    def _cost(self, item: Item, owner: _Owner) -> float:
        """By how much more the others in that queue are missed when this one stands before them."""
        line, total = self.line(owner), 0.0
        for other in self.running:
            behind = _item(other)
            if (other.owner, other.group) != (owner.user, owner.group) or behind.place < item.place:
                continue
            if other.is_missed or not self.now < other.due_at <= self.until:
                continue
            total += line.chance(behind, more=1).missed - line.chance(behind).missed
        return total


def _owner(one: Running) -> _Owner:
    return _Owner(one.owner, one.group)


def _item(one: Running) -> Item:
    return Item(one.case, one.rank_at, one.number, None if one.is_missed else one.due_at)


def _is_open(calendar: Calendar, weekday: int, hour: int) -> bool:
    """Whether any minute of this hour of the week is open in a usual week."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    low, high = f"{hour:02}:00", f"{hour + 1:02}:00"
    return any(opens < high and closes > low for opens, closes in calendar.week.get(days[weekday], ()))


def _by_hour(chances: Iterable[tuple[Running, forecast.Chance]]) -> list[dict[str, Any]]:
    """Promises by the hour in which they are due: how many, how many are missed by the sum of chances, and likely."""
    found: dict[datetime, list[float]] = defaultdict(list)
    for one, chance in chances:
        hour = one.due_at.replace(minute=0, second=0, microsecond=0)
        at = hour if one.due_at == hour else hour + HOUR  # a promise due at 17:00 is due by 17:00
        found[at].append(chance.missed)
    return [
        {
            "at": at.isoformat(),
            "due": len(some),
            "expected": round(sum(some), 2),
            "likely": sum(one >= forecast.LIKELY for one in some),
        }
        for at, some in sorted(found.items())
    ]
