"""Statistics behind the figures, as pure functions over plain numbers.

Nothing here knows a database. Every figure comes with what is needed to judge it: how many answers it stands on, and how
far chance alone could have moved it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.sentences import Sentence, gettext_noop
from surveys.rules import nps
from surveys.rules.statistics import wilson

TOO_FEW, NOISE, REAL = "TOO_FEW", "NOISE", "REAL"

VERDICTS: dict[str, str] = {
    TOO_FEW: gettext_noop(
        "Too few answers to say: %(before)s before, %(after)s now; each needs at least %(enough)s."
    ),
    NOISE: gettext_noop("Probably noise: chance alone moves the figure by up to %(margin)s points."),
    REAL: gettext_noop(
        "Real: the change of %(change)s points is more than the %(margin)s points chance would explain."
    ),
}


@dataclass(frozen=True)
class Estimate:
    """An NPS with what it stands on. `nps`, `standard_error` and `margin` are points; None where they do not exist."""

    n: int
    promoters: int
    passives: int
    detractors: int
    nps: float | None
    standard_error: float | None  # None without answers
    margin: float | None  # half width of the 95 % interval; None for n < 2

    @property
    def has_enough(self) -> bool:
        """Whether the figure may be shown without the words "too few"."""
        return nps.has_enough(self.n)


@dataclass(frozen=True)
class Difference:
    """The change from one estimate to another, in points, and whether chance explains it.

    `change`, `standard_error` and `margin` are None when either side has no answers; `z` is also None when neither side
    varies at all.
    """

    change: float | None
    standard_error: float | None
    margin: float | None
    z: float | None
    verdict: str
    sentence: Sentence


@dataclass(frozen=True)
class Share:
    """A share of `n` with its 95 % interval; `value`, `low` and `high` are 0 to 1, None when `n` is 0."""

    hits: int
    n: int
    value: float | None
    low: float | None
    high: float | None


def estimate(promoters: int, passives: int, detractors: int) -> Estimate:
    """The NPS of so many answers, with its standard error 100 x sqrt((p + d - (p - d)^2) / n)."""
    n = promoters + passives + detractors
    error = 100 * math.sqrt(nps.variance(promoters, passives, detractors) / n) if n else None
    return Estimate(
        n=n,
        promoters=promoters,
        passives=passives,
        detractors=detractors,
        nps=nps.net_promoter_score(promoters, passives, detractors),
        standard_error=error,
        margin=nps.margin_of_error(promoters, passives, detractors),
    )


def estimate_by_score(counts: Sequence[int]) -> Estimate:
    """The NPS from eleven counts, one for each score 0-10."""
    return estimate(*nps.segment_counts(list(counts)))


def difference(before: Estimate, after: Estimate) -> Difference:
    """Whether the NPS really moved from `before` to `after`.

    Two independent samples: the variances add, z = change / sqrt(se1^2 + se2^2), REAL from |z| >= 1.96 (two-sided, 5 %).
    With fewer than 30 answers on either side the normal approximation is not to be trusted: TOO_FEW.
    """
    if (
        before.nps is None
        or after.nps is None
        or before.standard_error is None
        or after.standard_error is None
    ):
        return Difference(None, None, None, None, TOO_FEW, _too_few(before, after))
    change = after.nps - before.nps
    error = math.hypot(before.standard_error, after.standard_error)
    z = change / error if error else None
    margin = nps.Z_95 * error
    if not (before.has_enough and after.has_enough):
        return Difference(change, error, margin, z, TOO_FEW, _too_few(before, after))
    # Without any variation on either side every change is beyond chance, and no change is none.
    is_real = abs(z) >= nps.Z_95 if z is not None else change != 0
    verdict = REAL if is_real else NOISE
    facts = {"change": signed(change), "margin": f"{margin:.1f}"}
    return Difference(change, error, margin, z, verdict, Sentence(verdict, VERDICTS[verdict], facts))


def share(hits: int, n: int) -> Share:
    """`hits` of `n` with the Wilson score interval (Wilson 1927), which stays inside 0-1 and holds for few answers."""
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share")
    if n == 0:
        return Share(hits, n, None, None, None)
    return Share(hits, n, hits / n, *wilson(hits, n))


def attainment(met: int, breached: int) -> Share:
    """SLA attainment: met / (met + breached)."""
    return share(met, met + breached)


def recovery_rate(recovered: int, answered: int) -> Share:
    """Recovered / re-surveys answered."""
    return share(recovered, answered)


def closed_loop_rate(told_back: int, opened: int) -> Share:
    """Cases told back / cases opened."""
    return share(told_back, opened)


def percentile(values: Iterable[float], percent: float) -> float | None:
    """The `percent`-th percentile (0-100) by linear interpolation between neighbours; None without values.

    The same definition as PostgreSQL's `percentile_cont` (Hyndman and Fan 1996, type 7), so both give the same figure.
    """
    if not 0 <= percent <= 100:
        raise ValueError("a percentile is between 0 and 100")
    ordered = sorted(values)
    if not ordered:
        return None
    place = (len(ordered) - 1) * percent / 100
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def median(values: Iterable[float]) -> float | None:
    """The middle value, or the mean of the middle two; None without values."""
    return percentile(values, 50)


def p90(values: Iterable[float]) -> float | None:
    """The value nine in ten stay at or below, interpolated; None without values."""
    return percentile(values, 90)


def percent(value: float | None, digits: int = 0) -> str | None:
    """A share 0-1 as "73 %"; None stays None, for no data is not 0 %."""
    return None if value is None else f"{_rounded(100 * value, digits)} %"


def signed(value: float | None, digits: int = 1) -> str | None:
    """Points with their sign, a true minus, and no sign on zero: "+12.0", "−26.1", "0.0"; None stays None."""
    if value is None:
        return None
    text = _rounded(abs(value), digits)
    if float(text) == 0:
        return text
    return ("+" if value > 0 else "−") + text


def _rounded(value: float, digits: int) -> str:
    return f"{value:.{digits}f}"


def _too_few(before: Estimate, after: Estimate) -> Sentence:
    facts = {"before": before.n, "after": after.n, "enough": nps.ENOUGH}
    return Sentence(TOO_FEW, VERDICTS[TOO_FEW], facts)
