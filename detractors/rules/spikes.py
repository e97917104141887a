"""Whether something comes up more often than usual, and since when.

Days are counted backwards from now: `days[0]` is the last 24 hours, `days[1]` the 24 hours before. Two windows are looked at:
the last 24 hours, beside the same 24 hours of the weeks before (so a busy Monday is measured by Mondays), and the last
7 days, beside the whole weeks before.

The test. Cases of one thing come as a Poisson stream. Of x in a window of t days and y in T days before it, x is, given x + y,
binomial with the share t / (t + T) if nothing has changed; the chance of so many or more is the sum of that binomial from x
upwards (J. Przyborowski, H. Wilenski: Homogeneity of results in testing samples from Poisson series, Biometrika 31, 1940,
313-323). It is exact, for small numbers too.

The correction. FALSE_ALARMS a week are allowed for a whole workspace, whatever it watches. They are shared out evenly over the
looks of a week, the two windows, the kinds of things, and the things of a kind (C. E. Bonferroni's inequality, so the looks may
overlap and the things depend on each other). A thing counts only if its x + y could show anything at all, which the chance
takes as given (R. E. Tarone: A modified Bonferroni method for discrete data, Biometrics 46, 1990, 515-522).

Streams that come in clumps are not Poisson: beside the chance there must be at least FEWEST cases and TIMES the usual.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

FALSE_ALARMS = 0.05  # a week: at most one in twenty weeks where nothing changes
LOOKS = 7 * 24  # a week: once an hour
WINDOWS = (1, 7)  # days
WEEKS = 8  # before the window, as far as there are as many
FEWEST_WEEKS = 2
DAYS = 7 * (WEEKS + 1)
FEWEST = 5  # cases in a window
TIMES = 2.0  # the usual
NORMAL = 0.05  # a chance above this is nothing to speak of
COMMON = 0.10  # a word in this share of what was usual says nothing
SAME = 0.7  # of its cases belong to another spike already: the same thing under another name


@dataclass(frozen=True)
class Measured:
    """One window of one thing: `n` cases where `usual_n` came in `usual_days` before; `chance` of so many or more."""

    window: int
    n: int
    usual_n: int
    usual_days: int
    chance: float

    @property
    def usual(self) -> float:
        """Cases usually seen in such a window."""
        return self.usual_n * self.window / self.usual_days

    @property
    def is_much(self) -> bool:
        """Enough to speak of, whatever the chance."""
        return self.n >= FEWEST and self.n >= TIMES * self.usual


@dataclass(frozen=True)
class Found:
    """A thing that came up more often than usual."""

    kind: str
    key: str
    measured: Measured


def chance_of(n: int, usual_n: int, *, window: float, usual_days: float) -> float:
    """How likely `n` or more are if nothing has changed: P(X >= n), X binomial (n + usual_n, window / (window + usual_days))."""
    total, share = n + usual_n, window / (window + usual_days)
    if n <= 0:
        return 1.0
    step = log(share) - log1p(-share)
    term = (
        lgamma(total + 1)
        - lgamma(n + 1)
        - lgamma(total - n + 1)
        + n * log(share)
        + (total - n) * log1p(-share)
    )
    found = 0.0
    for k in range(n, total + 1):
        part = exp(term)
        found += part
        if part < found * 1e-17:
            break  # what follows is smaller still
        if k < total:
            term += log(total - k) - log(k + 1) + step
    return min(found, 1.0)


def weeks_of(days_known: float) -> int:
    """How many whole weeks lie before the window where the first case is `days_known` days old; 0 for too few."""
    weeks = min(WEEKS, int(days_known // 7) - 1)
    return weeks if weeks >= FEWEST_WEEKS else 0


def counted(days: Sequence[int], *, window: int, weeks: int) -> tuple[int, int, int]:
    """(cases in the window, cases that were usual, days those are of)."""
    if window == 1:
        return days[0], sum(days[7 * week] for week in range(1, weeks + 1)), weeks
    return sum(days[:window]), sum(days[window : window + 7 * weeks]), 7 * weeks


def measure(days: Sequence[int], *, window: int, weeks: int) -> Measured:
    """One window of a thing."""
    n, usual_n, usual_days = counted(days, window=window, weeks=weeks)
    return Measured(
        window, n, usual_n, usual_days, chance_of(n, usual_n, window=window, usual_days=usual_days)
    )


def find(watched: Mapping[str, Mapping[str, Sequence[int]]], *, weeks: int) -> list[Found]:
    """What comes up more often than usual among `watched` (kind -> key -> days), the least likely first; a thing once."""
    if not weeks:
        return []
    best: dict[tuple[str, str], Found] = {}
    kinds = sum(1 for things in watched.values() if things)
    for kind, things in watched.items():
        for window in WINDOWS:
            totals = {key: counted(days, window=window, weeks=weeks) for key, days in things.items()}
            able = [key for key, (n, usual_n, _days) in totals.items() if n + usual_n >= FEWEST]
            if not able:
                continue
            limit = FALSE_ALARMS / (LOOKS * len(WINDOWS) * kinds * len(able))
            for key in able:
                n, usual_n, usual_days = totals[key]
                if n < FEWEST or n < TIMES * usual_n * window / usual_days:
                    continue
                measured = measure(things[key], window=window, weeks=weeks)
                known = best.get((kind, key))
                if measured.chance <= limit and (known is None or measured.chance < known.measured.chance):
                    best[kind, key] = Found(kind, key, measured)
    return sorted(best.values(), key=lambda one: (one.measured.chance, one.kind, one.key))


def began(days: Sequence[int], *, measured: Measured) -> int:
    """How many days back it began, 1 to the window: where the likelihood of a step is largest."""
    usual = (
        max(measured.usual_n, 0.5) / measured.usual_days
    )  # half a case stands for none: there is no log of 0

    def gain(back: int) -> float:
        n, expected = sum(days[:back]), back * usual
        return n * log(n / expected) - (n - expected) if n > expected else 0.0

    return max(range(1, measured.window + 1), key=lambda back: (gain(back), -back))


def is_normal(n: int, *, usual_n: int, window: int, usual_days: int) -> bool:
    """Whether `n` cases in the window are nothing to speak of any more, beside what was usual before the spike."""
    return chance_of(n, usual_n, window=window, usual_days=usual_days) > NORMAL


def is_same(cases: Iterable[int], others: Iterable[int]) -> bool:
    """Whether these cases are mostly those of another spike."""
    mine = set(cases)
    return bool(mine) and len(mine & set(others)) >= SAME * len(mine)


def telling_words(
    words: Mapping[str, Sequence[int]], *, cases: Sequence[int], weeks: int
) -> dict[str, Sequence[int]]:
    """Words that can say something: those most complaints did not hold in the weeks before (`cases`: all of them, by day)."""
    usual = sum(cases[7 : 7 + 7 * weeks])
    return {word: days for word, days in words.items() if sum(days[7 : 7 + 7 * weeks]) <= COMMON * usual}
