"""The chance of a missed promise, against counting by hand, a simulation, and days that were lived."""

import math
import random
from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.business_time import Calendar
from bench import forecast as proof
from detractors.rules import forecast
from detractors.rules.forecast import Coming, Hours, Item, Judged, Line, Pace

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "17:00"),))
OFFICE = Calendar("UTC", WEEK)


def ahead(until: datetime = MONDAY + 40 * HOUR, start: datetime = MONDAY, week: object = None) -> Hours:
    return forecast.hours_ahead(OFFICE, week or {}, start=start, until=until)  # type: ignore[arg-type]


def test_hours_ahead_are_open_ones_weighted_by_the_hour_of_the_week() -> None:
    hours = ahead(week={(0, 9): 2.0, (0, 10): 0.5})
    assert hours.until(MONDAY) == 0
    assert hours.until(MONDAY + HOUR / 2) == 1.0
    assert hours.until(MONDAY + 2 * HOUR) == 2.5
    assert hours.until(MONDAY + 20 * HOUR) == 2.5 + 6  # the evening is closed
    assert hours.until(MONDAY + 25 * HOUR, since=MONDAY + 24 * HOUR) == 1.0  # away until Tuesday


def test_a_week_weighs_one_on_average_and_believes_few_actions_little() -> None:
    week = forecast.week_of({(0, 9): 0, (0, 10): 12})
    assert sum(week.values()) / 2 == pytest.approx(1)
    assert week == {(0, 9): pytest.approx(0.4), (0, 10): pytest.approx(1.6)}
    assert forecast.week_of({}) == {}


def test_with_a_known_pace_it_is_the_poisson_of_the_books() -> None:
    known = Pace(2_000_000, 1_000_000)  # two an hour, no doubt left
    found = forecast.missed(ahead=2, passing=0, pace=known, hours=1.5)
    assert found == pytest.approx(math.exp(-3) * (1 + 3 + 4.5), abs=1e-4)


def test_the_sum_equals_a_simulation_of_a_pace_nobody_knows() -> None:
    rng = random.Random(5)
    pace, trials, hits = Pace(6, 8), 20_000, 0

    def poisson(mean: float) -> int:
        count, left = 0, rng.expovariate(1)
        while left < mean:
            count, left = count + 1, left + rng.expovariate(1)
        return count

    for _trial in range(trials):
        rate = rng.gammavariate(pace.done, 1 / pace.hours)
        hits += poisson(rate * 5) <= 3 + poisson(1.2)
    assert forecast.missed(ahead=3, passing=1.2, pace=pace, hours=5) == pytest.approx(
        hits / trials, abs=0.012
    )


def test_far_down_the_queue_the_normal_is_close_to_the_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"ahead": 420, "passing": 3.0, "pace": Pace(900, 100), "hours": 48}
    near = forecast.missed(**asked)  # type: ignore[arg-type]
    monkeypatch.setattr(forecast, "MANY", 1_000)
    assert near == pytest.approx(forecast.missed(**asked), abs=0.01)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"ahead": 4}, {"ahead": 3}),
        ({"passing": 2.0}, {"passing": 0.5}),
        ({"hours": 3.0}, {"hours": 4.0}),
        ({"pace": Pace(8, 16)}, {"pace": Pace(12, 16)}),
    ],
)
def test_more_work_or_less_time_is_never_safer(worse: dict[str, object], better: dict[str, object]) -> None:
    usual: dict[str, object] = {"ahead": 3, "passing": 1.0, "pace": Pace(10, 16), "hours": 4.0}
    bad, good = (forecast.missed(**{**usual, **change}) for change in (worse, better))  # type: ignore[arg-type]
    assert 0 < good < bad < 1


def test_no_time_and_no_pace_are_certain() -> None:
    assert forecast.missed(ahead=0, passing=0, pace=Pace(5, 5), hours=0) == 1.0
    assert forecast.missed(ahead=0, passing=0, pace=Pace(0, 5), hours=9) == 1.0


def item(number: int, rank: float, due: float | None) -> Item:
    return Item(number, MONDAY + rank * HOUR, number, None if due is None else MONDAY + due * HOUR)


def test_in_a_queue_those_before_it_count_and_those_that_come_pass_by() -> None:
    line = Line(Pace(80, 40), ahead(), MONDAY)
    for one in (item(1, 1, 2), item(2, 2, 3), item(3, 3, None)):
        line.put(one)
    assert [line.chance(one).ahead for one in (item(1, 1, 2), item(2, 2, 3), item(9, 4, 5))] == [0, 1, 3]
    before = line.chance(item(9, 4, 5)).missed
    line.take(item(3, 3, None))
    assert line.chance(item(9, 4, 5)).missed < before
    line.coming = Coming(an_hour=2, leads=[0.25, 0.5, 9.0, 9.5])  # half of them are urgent
    assert line.coming.passing(hours=4, rank_in=4) == 4.0
    assert line.chance(item(9, 4, 5)).missed > before


def test_who_is_away_answers_nothing_before_they_are_back() -> None:
    line = Line(Pace(80, 40), ahead(), MONDAY, back_at=MONDAY + 24 * HOUR)
    assert line.chance(item(1, 1, 6)).missed == 1.0
    assert line.chance(item(1, 1, 30)).missed < 0.1


def test_somebody_new_works_like_everybody_until_more_is_known() -> None:
    everybody = Pace(200, 100)
    assert Pace(0, 0).with_prior(everybody).rate == 2
    assert Pace(4, 8).with_prior(everybody).rate == 1.25
    assert forecast.together([Pace(10, 10), Pace(30, 10)]) == Pace(40, 10)
    assert forecast.together([]) == Pace(0, 0)


def test_errors_are_brier_scores_and_days_are_pooled_by_promises() -> None:
    found = forecast.judge([(0.8, True), (0.1, False), (0.5, False)], base_rate=1 / 3)
    assert found is not None
    assert (found.promises, found.missed) == (3, 1)
    assert found.error == pytest.approx((0.04 + 0.01 + 0.25) / 3)
    assert found.error_none == pytest.approx(1 / 3)
    assert found.error_base == pytest.approx((4 / 9 + 1 / 9 + 1 / 9) / 3)
    assert forecast.judge([], base_rate=0.5) is None
    assert forecast.pooled([]) is None
    days = [Judged(10, 5, 0.1, 0.5, 0.25), Judged(30, 3, 0.3, 0.1, 0.09)]
    assert forecast.pooled(days) == Judged(
        40, 8, pytest.approx(0.25), pytest.approx(0.2), pytest.approx(0.13)
    )


@pytest.mark.parametrize(
    ("error", "none", "n", "expected"),
    [
        (0.1, 0.2, 100, forecast.WORTH),
        (0.1, 0.2, 5, forecast.UNKNOWN),
        (0.1, 0.102, 100, forecast.EVEN),
        (0.2, 0.1, 100, forecast.WORSE),
    ],
)
def test_the_verdict_says_whether_to_follow_it(error: float, none: float, n: int, expected: str) -> None:
    assert forecast.verdict(Judged(n, n // 2, error, none, 0.2)) == expected
    assert forecast.verdict(None) == forecast.UNKNOWN


def test_overloaded_days_are_foreseen_and_quiet_ones_not_spoiled() -> None:
    """Days are lived by chance and forecast from what was seen before them; `make prove-forecast` lives more of them."""
    overloaded = proof.lived(proof.SCENES["overloaded"], days=12, seed=3)
    assert overloaded.missed / overloaded.promises > 0.2
    assert overloaded.error < 0.75 * overloaded.error_none
    assert overloaded.error < overloaded.error_base
    quiet = proof.lived(proof.SCENES["quiet"], days=12, seed=3)
    assert quiet.error <= quiet.error_none + forecast.CLOSE
