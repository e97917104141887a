"""100,000 random due times, each found twice: by the product, and by walking minute by minute and looking at a wall clock.

The walk shares nothing with accounts.rules.business_time but the calendar's JSON: it asks the time zone database at every
minute what the wall clock shows, and counts the minutes at which that is open. It is exact because every zone's offset is
a whole number of minutes after 1972, and starts are whole minutes.

    python -m bench.clock --cases 100000 --report docs/evidence/clock.md
"""

from __future__ import annotations

import argparse
import multiprocessing
import platform
import random
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from accounts.rules.business_time import Calendar, NotReachable, add_minutes, add_time, minutes_between

MINUTE = timedelta(minutes=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LIMIT = 60 * 1440  # minutes the walk goes before it gives up
LONGEST = 1_500  # minutes promised
# Where offsets change in unusual ways: half hours, whole days, at midnight, in the middle of the year, twice in spring.
AWKWARD = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns", "America/Sao_Paulo",
    "Africa/Casablanca", "Africa/Cairo", "Asia/Kathmandu", "Asia/Pyongyang", "Pacific/Kiritimati", "Asia/Gaza",
    "America/Caracas", "Asia/Tehran", "Antarctica/Troll", "Europe/Dublin", "America/Havana", "UTC",
)  # fmt: skip

Case = tuple[dict[str, Any], datetime, int]


class Difference(NamedTuple):
    calendar: dict[str, Any]
    start: str
    minutes: int
    product: str
    walk: str


# The walk -------------------------------------------------------------------------------------------------------------


def walk(data: dict[str, Any], start: datetime, minutes: int, limit: int = LIMIT) -> datetime | None:
    """The end of the last of `minutes` open minutes from `start` on (the first open moment for 0); None beyond `limit`."""
    zone, holidays = ZoneInfo(data["time_zone"]), set(data["holidays"])
    moment, left = start, minutes
    for _step in range(limit):
        wall = moment.astimezone(zone)
        clock = f"{wall.hour:02}:{wall.minute:02}"
        is_open = wall.date().isoformat() not in holidays and any(
            opens <= clock < closes for opens, closes in data["week"].get(DAYS[wall.weekday()], ())
        )
        if is_open:
            if left <= 1:
                return moment + left * MINUTE
            left -= 1
        moment += MINUTE
    return None


# What is tried --------------------------------------------------------------------------------------------------------


def a_case(chance: random.Random, zones: list[str]) -> Case:
    """A calendar, a start and a length: every second near a change of the clocks."""
    zone = chance.choice(AWKWARD) if chance.random() < 0.5 else chance.choice(zones)
    start = datetime(2000, 1, 1, tzinfo=UTC) + chance.randrange(51 * 365 * 1440) * MINUTE
    if chance.random() < 0.5:
        start = _near_a_change(zone, start.year, chance) or start
    if chance.random() < 0.05:  # 29 February
        start = datetime(chance.choice((2000, 2004, 2024, 2028)), 2, 28, tzinfo=UTC) + (
            chance.randrange(3 * 1440) * MINUTE
        )
    week = {day: _intervals(chance) for day in DAYS}
    if not any(week.values()):
        week["wed"] = [["09:00", "24:00"]]
    first = start.date()
    holidays = {
        (first + timedelta(days=chance.randrange(-1, 8))).isoformat() for _ in range(chance.randrange(4))
    }
    if chance.random() < 0.05:  # closed for weeks
        holidays |= {(first + timedelta(days=day)).isoformat() for day in range(chance.randrange(10, 35))}
    data = {"time_zone": zone, "week": week, "holidays": sorted(holidays)}
    return data, start, chance.choice((0, 1, 15, 60, 240, 480, chance.randrange(LONGEST)))


def _intervals(chance: random.Random) -> list[list[str]]:
    """Up to three, at any minute; the last may end at 24:00."""
    if chance.random() < 0.2:
        return []
    cuts = sorted(chance.sample(range(1441), chance.choice((2, 2, 4, 6))))
    return [[_clock(a), _clock(b)] for a, b in zip(cuts[::2], cuts[1::2], strict=True)]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _near_a_change(zone: str, year: int, chance: random.Random) -> datetime | None:
    """A moment within two days of a change of the zone's offset in that year."""
    place = ZoneInfo(zone)
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(366)]
    turns = [
        day for day in days if day.astimezone(place).utcoffset() != (day + timedelta(days=1)).astimezone(place).utcoffset()
    ]  # fmt: skip
    return chance.choice(turns) + chance.randrange(-2 * 1440, 1440) * MINUTE if turns else None


def compare(case: Case) -> Difference | None:
    """None when both agree on the due moment, and measuring gives the minutes back."""
    data, start, minutes = case
    calendar = Calendar.from_json(data)
    expected = walk(data, start, minutes)
    try:
        found: datetime | None = add_minutes(calendar, start, minutes)
    except NotReachable:
        found = None
    if expected is None:
        return None  # beyond what the walk can see; counted apart
    if found == expected and minutes_between(calendar, start, expected) == minutes:
        return None
    return Difference(data, start.isoformat(), minutes, str(found), str(expected))


def a_share(seed: int, cases: int) -> tuple[int, int, int, list[Difference]]:
    """(compared, beyond the walk, near a change of the clocks, differences) of so many random cases."""
    chance, zones = random.Random(seed), sorted(available_timezones() - {"localtime"})
    compared = beyond = near = 0
    differences = []
    for _case in range(cases):
        case = a_case(chance, zones)
        while walk_is_hopeless(case):
            beyond += 1
            case = a_case(chance, zones)
        compared += 1
        near += _crosses_a_change(case)
        if difference := compare(case):
            differences.append(difference)
    return compared, beyond, near, differences


def walk_is_hopeless(case: Case) -> bool:
    """Due further away than the walk goes, by the product's own word; such a case is replaced by another."""
    data, start, minutes = case
    try:
        return add_minutes(Calendar.from_json(data), start, minutes) - start > (LIMIT - 2) * MINUTE
    except NotReachable:
        return True


def _crosses_a_change(case: Case) -> bool:
    data, start, _minutes = case
    place = ZoneInfo(data["time_zone"])
    return start.astimezone(place).utcoffset() != (start + timedelta(days=2)).astimezone(place).utcoffset()


# How fast -------------------------------------------------------------------------------------------------------------


def additions_a_second(seconds: float = 2.0) -> tuple[int, int]:
    """(with the calendar's days known, with every calendar new) how often a due moment is found in a second."""
    chance = random.Random(1)
    week = dict.fromkeys(DAYS[:5], (("09:00", "12:00"), ("13:00", "17:00")))
    calendar = Calendar("Europe/Berlin", week, frozenset({date(2026, 12, 25)}))
    starts = [datetime(2026, 1, 1, tzinfo=UTC) + chance.randrange(365 * 1440) * MINUTE for _ in range(5_000)]
    hour = timedelta(minutes=60)
    for start in starts:
        add_time(calendar, start, hour)
    count, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        for start in starts:
            add_time(calendar, start, hour)
        count += len(starts)
    fresh, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        for number in range(100):
            new = Calendar(
                "Europe/Berlin", week, frozenset({date(2026, 1, 1) + timedelta(days=fresh % 10_000 + number)})
            )
            add_time(new, starts[number], hour)
        fresh += 100
    return int(count / seconds), int(fresh / seconds)


# The proof ------------------------------------------------------------------------------------------------------------


def main() -> int:
    """Run it, print it, write the report; 1 if one case differs."""
    parser = argparse.ArgumentParser(description="Prove the clock against a walk minute by minute.")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=20261127)
    parser.add_argument("--report", default="")
    given = parser.parse_args()
    warm, fresh = additions_a_second()
    shares = given.processes * 8
    sizes = [given.cases // shares + (number < given.cases % shares) for number in range(shares)]
    began = time.perf_counter()
    with multiprocessing.Pool(given.processes) as pool:
        found = pool.starmap(a_share, [(given.seed + number, size) for number, size in enumerate(sizes)])
    seconds = time.perf_counter() - began
    compared, beyond, near = (sum(part[index] for part in found) for index in range(3))  # type: ignore[misc]
    differences = [one for part in found for one in part[3]]
    rows = [
        ("due times compared", f"{compared:,}"),
        ("of them within two days before a change of the clocks", f"{near:,}"),
        ("drawn again, because due further away than the walk goes (60 days)", f"{beyond:,}"),
        ("differences", f"{len(differences):,}"),
        ("seconds, the walk and the product together", f"{seconds:,.0f}"),
        ("additions a second, days of the calendar known", f"{warm:,}"),
        ("additions a second, every calendar seen for the first time", f"{fresh:,}"),
    ]
    for label, value in rows:
        print(f"{label:72} {value}")
    for one in differences[:20]:
        print("DIFFERS", *one, sep="\n   ")
    if given.report:
        Path(given.report).write_text(_report(rows, given.seed), encoding="utf-8")
    return 1 if differences else 0


def _report(rows: list[tuple[str, str]], seed: int) -> str:
    table = "\n".join(f"| {label} | {value} |" for label, value in rows)
    return f"""# Due times against a wall clock, minute by minute

`make prove-clock` draws random calendars (any zone of the tz database, up to three intervals a day at any minute, 24:00,
single holidays and weeks of closure), random starts from 2000 to 2050, every second of them near a change of the clocks,
some around 29 February, and random lengths. Each due time is found by `accounts/rules/business_time.py` and by a walk
(`bench/clock.py`) that shares no code with it: it asks the tz database at every minute what the wall clock shows and counts
the minutes that are open. Measuring the found span must give the minutes back. One difference ends it with exit code 1. A
short run belongs to `make test`.

Seed {seed}, Python {platform.python_version()}, 2 cores that were busy with other work:

| what | figure |
|---|---|
{table}
"""


if __name__ == "__main__":
    sys.exit(main())
