"""The test of rates is exact, silent where nothing changes, and finds a step."""

import random
from fractions import Fraction
from math import comb

import pytest

from detractors.rules import spikes


def exact(n: int, usual_n: int, window: int, usual_days: int) -> float:
    """The same chance in fractions: slow, and beyond doubt."""
    total, share = n + usual_n, Fraction(window, window + usual_days)
    parts = (comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(n, total + 1))
    return float(sum(parts, Fraction(0)))


@pytest.mark.parametrize(
    ("n", "usual_n", "window", "usual_days"),
    [(0, 0, 1, 8), (1, 0, 1, 8), (5, 0, 1, 8), (12, 8, 1, 8), (40, 40, 7, 56), (90, 200, 7, 56), (7, 300, 7, 56), (3, 2, 1, 2)],
)  # fmt: skip
def test_the_chance_is_the_tail_of_the_binomial(n: int, usual_n: int, window: int, usual_days: int) -> None:
    found = spikes.chance_of(n, usual_n, window=window, usual_days=usual_days)
    assert found == pytest.approx(exact(n, usual_n, window, usual_days), rel=1e-9)


def test_windows_are_measured_by_the_same_hours_of_the_weeks_before() -> None:
    days = [0] * spikes.DAYS
    days[0], days[7], days[14], days[6] = 9, 2, 1, 4
    assert spikes.counted(days, window=1, weeks=8) == (
        9,
        3,
        8,
    )  # the 4 of six days ago are no measure of today
    assert spikes.counted(days, window=7, weeks=8) == (13, 3, 56)
    assert [spikes.weeks_of(known) for known in (20.9, 21.0, 62.9, 63.0, 900.0)] == [0, 2, 7, 8, 8]


def stream(chance: random.Random, rate: float) -> int:
    """Cases of one hour, Poisson."""
    left, n = 2.718281828459045**-rate, 0
    product = chance.random()
    while product > left:
        product, n = product * chance.random(), n + 1
    return n


def hourly(chance: random.Random, *, rates: list[float], hours: int) -> list[list[int]]:
    return [[stream(chance, rate / 24) for _hour in range(hours)] for rate in rates]


def days_at(hours: list[int], end: int) -> list[int]:
    """Counts by day backwards from the hour `end`."""
    return [sum(hours[end - 24 * (day + 1) : end - 24 * day]) for day in range(spikes.DAYS)]


def found_at(things: list[list[int]], end: int) -> list[spikes.Found]:
    watched = {"TOUCHPOINT": {str(place): days_at(hours, end) for place, hours in enumerate(things)}}
    return spikes.find(watched, weeks=spikes.WEEKS)


def test_where_nothing_changes_it_is_silent_at_the_stated_rate() -> None:
    """30 weeks of hourly looks at eight things, from rare to frequent: at most 1.5 false alarms are allowed, none may persist."""
    chance, past, weeks = random.Random(20260302), 24 * spikes.DAYS, 30
    things = hourly(chance, rates=[0.05, 0.2, 0.5, 1, 2, 4, 8, 16], hours=past + weeks * spikes.LOOKS)
    alarms = set()
    for end in range(
        past, past + weeks * spikes.LOOKS, 3
    ):  # every third look: they overlap by 21 of 24 hours
        alarms |= {one.key for one in found_at(things, end)}
    assert len(alarms) <= weeks * spikes.FALSE_ALARMS


@pytest.mark.parametrize(
    ("usual", "then", "within"), [(0.3, 13.0, 24), (1.0, 14.0, 24), (6.0, 32.0, 24), (2.0, 8.0, 96)]
)
def test_a_real_step_is_found_and_its_beginning_too(usual: float, then: float, within: int) -> None:
    chance, past, found = random.Random(7), 24 * spikes.DAYS, []
    for _turn in range(20):
        calm = hourly(chance, rates=[1, 2, 3], hours=past + within)
        [before], [after] = (
            hourly(chance, rates=[usual], hours=past),
            hourly(chance, rates=[then], hours=within),
        )
        for one in found_at([*calm, before + after], past + within):
            assert one.key == "3"
            back = spikes.began(days_at(before + after, past + within), measured=one.measured)
            found.append(abs(back - within / 24))
    assert len(found) >= 19
    assert sum(found) <= 0.4 * len(found)  # days off


def test_few_cases_and_small_rises_are_nothing_to_speak_of() -> None:
    few = [4] + [0] * (spikes.DAYS - 1)
    small = [150] + [100] * (spikes.DAYS - 1)  # most unlikely, yet no more than half as much again
    assert spikes.chance_of(150, 800, window=1, usual_days=8) < 1e-5
    assert spikes.find({"TAG": {"few": few, "small": small}}, weeks=8) == []


def test_the_more_is_watched_the_rarer_it_must_be() -> None:
    days = [11] + [0] * 6 + [1] + [0] * (spikes.DAYS - 8)
    days[14] = days[21] = days[28] = days[35] = days[42] = days[49] = days[56] = 1
    alone = spikes.find({"TAG": {"rise": days}}, weeks=8)
    calm = {f"other {n}": [1] * spikes.DAYS for n in range(400)}
    assert [one.key for one in alone] == ["rise"]
    assert spikes.find({"TAG": {"rise": days, **calm}}, weeks=8) == []


def test_it_is_over_once_the_window_holds_what_is_usual() -> None:
    usual = {"usual_n": 8, "window": 1, "usual_days": 8}
    assert [spikes.is_normal(n, **usual) for n in (1, 2, 12)] == [True, True, False]


def test_the_same_cases_under_another_name_are_the_same_spike() -> None:
    assert spikes.is_same([1, 2, 3, 4], [2, 3, 4, 5, 6])
    assert not spikes.is_same([1, 2, 3, 4], [3, 4, 5])
    assert not spikes.is_same([], [1])


def test_words_most_complaints_hold_say_nothing() -> None:
    cases = [10] * spikes.DAYS
    words = {"parcel": [9] + [5] * 62, "strike": [9] + [0] * 62}
    assert set(spikes.telling_words(words, cases=cases, weeks=8)) == {"strike"}
