"""The replay against a walk minute by minute, which knows nothing of working time but what a clock on the wall shows."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.rules.business_time import WEEKDAYS, Calendar
from detractors.rules import clock
from detractors.rules.clock import Happening, Span, Terms, replay, running

MINUTE = timedelta(minutes=1)
# Clocks go back in Berlin on 25 October and in New York on 1 November, forward on Lord Howe (half an hour) on 4 October.
STARTS = (
    datetime(2026, 10, 23, 6, 0, tzinfo=UTC),
    datetime(2026, 10, 2, 5, 0, tzinfo=UTC),
    datetime(2028, 2, 28, 8, 0, tzinfo=UTC),
)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


@dataclass(frozen=True)
class Wall:
    """Opening hours as the walk reads them: for each weekday the minutes of the day that are open."""

    zone: ZoneInfo
    open: tuple[frozenset[int], ...]
    closed_on: frozenset[date]

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return local.date() not in self.closed_on and minute in self.open[local.weekday()]


def hours(chance: random.Random, start: datetime) -> tuple[Calendar, Wall]:
    """The same hours twice: as the rules read them, and as the walk does."""
    zone = chance.choice(ZONES)
    choices = (
        [("09:00", "12:00"), ("13:00", "17:00")],
        [("00:00", "04:00"), ("22:00", "24:00")],
        [("00:00", "24:00")],
        [],
    )
    week = {day: chance.choice(choices) for day in WEEKDAYS}
    week["tue"] = [("08:00", "18:00")]
    off = frozenset(start.date() + timedelta(days=chance.randrange(20)) for _one in range(3))

    def minutes(day: str) -> frozenset[int]:
        found: set[int] = set()
        for opens, closes in week[day]:
            low, high = (int(text[:2]) * 60 + int(text[3:]) for text in (opens, closes))
            found |= set(range(low, high))
        return frozenset(found)

    return Calendar(zone, week, off), Wall(ZoneInfo(zone), tuple(minutes(day) for day in WEEKDAYS), off)


def walked(
    *,
    start: datetime,
    promised: int,
    stands: Sequence[tuple[datetime, datetime]],
    turns: Sequence[tuple[datetime, Wall]],
) -> datetime:
    """When so many open minutes have passed since `start`, outside `stands`, by the hours of the last of `turns`."""
    at, left = start, promised
    while left:
        wall = [wall for since, wall in turns if since <= at][-1]
        if not any(since <= at < until for since, until in stands) and wall.is_open(at):
            left -= 1
        at += MINUTE
    return at


@pytest.mark.parametrize("seed", range(40))
def test_pauses_hand_overs_and_opening_again_end_where_a_walk_ends(seed: int) -> None:
    chance = random.Random(seed)
    start = chance.choice(STARTS)
    (first, first_wall), (second, second_wall) = hours(chance, start), hours(chance, start)
    calendars, walls = {1: first, 2: second}, {1: first_wall, 2: second_wall}
    terms = Terms(7, 1, 75, {"RESOLUTION": Span(chance.randrange(600, 2_400))})
    told, at = [Happening(start, clock.OPENED, terms=terms)], start
    stands: list[tuple[datetime, datetime]] = []
    turns = [(start, walls[1])]
    for _step in range(chance.randrange(1, 5)):
        at += chance.randrange(1, 300) * MINUTE
        what = chance.choice(["wait", "end", "hours"])
        if what == "hours":
            calendar = chance.choice([1, 2])
            told.append(Happening(at, clock.TERMS, terms=replace(terms, calendar=calendar)))
            turns.append((at, walls[calendar]))
            continue
        until = at + chance.randrange(1, 1_000) * MINUTE
        kinds = (clock.WAITING, clock.RESUMED) if what == "wait" else (clock.RESOLVED, clock.REOPENED)
        told += [Happening(at, kinds[0]), Happening(until, kinds[1], goes_on=what == "end")]
        stands.append((at, until))
        at = until
    run = running(replay(told, calendars), "RESOLUTION")
    due = walked(start=start, promised=terms.spans["RESOLUTION"].minutes, stands=stands, turns=turns)
    assert run is not None
    if due > at:  # later happenings did not come after it was due
        assert run.due_at == due
    # A duplicate that began earlier: whichever of the two walks ends first.
    earlier = start - chance.randrange(1, 2_000) * MINUTE
    taken = [("RESOLUTION", [("START", earlier, 1)])]
    merged = replay([told[0], Happening(start, clock.MERGED, merge=1, taken=taken), *told[1:]], calendars)
    both = walked(
        start=earlier,
        promised=terms.spans["RESOLUTION"].minutes,
        stands=stands,
        turns=[(earlier, walls[1]), *turns],
    )
    if min(both, due) > at:
        assert running(merged, "RESOLUTION").due_at == min(both, due)  # type: ignore[union-attr]
    parted = replay(
        [*told, Happening(at, clock.MERGED, merge=1, taken=taken), Happening(at, clock.UNMERGED, merge=1)],
        calendars,
    )
    assert running(parted, "RESOLUTION").due_at == run.due_at  # type: ignore[union-attr]
