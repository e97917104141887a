"""What is said of a promise ends where the promise is due."""

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules import business_time
from accounts.rules.business_time import Calendar
from detractors.rules import clock, clock_story
from detractors.rules.clock import Happening, Span, Terms, replay
from detractors.rules.clock_story import story

OCTOBER = datetime(
    2026, 10, 23, 6, 0, tzinfo=UTC
)  # a Friday; Berlin sets its clocks back on Sunday, New York a week later
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")


def calendar(chance: random.Random) -> Calendar:
    days = {
        day: [("09:00", "12:00"), ("13:00", chance.choice(["17:00", "24:00"]))]
        for day in ("mon", "wed", "fri")
    }
    nights = {"sat": [("22:00", "24:00")], "sun": [("00:00", "04:00")]}
    holidays = frozenset(OCTOBER.date() + timedelta(days=chance.randrange(30)) for _one in range(4))
    return Calendar(chance.choice(ZONES), days | nights, holidays)


@pytest.mark.parametrize("seed", range(60))
def test_the_last_step_is_the_due_moment_whatever_happened(seed: int) -> None:
    chance = random.Random(seed)
    hours = {1: calendar(chance), 2: calendar(chance)}
    terms = [
        Terms(7, number, 75, {"RESOLUTION": Span(960, chance.choice(["WORKING", "WORKING", "CALENDAR"]))})
        for number in (1, 2)
    ]
    told, at = [Happening(OCTOBER, clock.OPENED, terms=terms[0])], OCTOBER
    for _step in range(chance.randrange(8)):
        at += timedelta(seconds=chance.randrange(1, 40_000))
        kind = chance.choice([clock.WAITING, clock.RESUMED, clock.TERMS])
        told.append(Happening(at, kind, terms=chance.choice(terms) if kind == clock.TERMS else None))
    [run] = replay(told, hours)
    steps = story(run, hours)
    if run.paused_at is not None:
        stands = [step for step in steps if step.kind in (clock_story.STILL, clock_story.HOURS)]
        assert timedelta(minutes=stands[-1].left) == timedelta(
            seconds=run.left.remaining_seconds if run.left else 0
        )
    else:
        assert (steps[-1].kind, steps[-1].end) == ("DUE", run.due_at)
        assert all(one.end <= other.start for one, other in itertools.pairwise(steps))


def test_an_hour_that_comes_twice_says_which_of_the_two_is_meant() -> None:
    nights = Calendar("Europe/Berlin", {"sun": [("00:00", "06:00")]})
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 for the first time
    words = [step.sentence.say(str) for step in business_time.explain(nights, start, 45)]
    assert words[-1] == "due at Sun 2026-10-25 02:15 CET (Europe/Berlin)"
    assert words[0].startswith("Sun 2026-10-25 02:30 CEST to Sun 2026-10-25 02:15 CET: open")
