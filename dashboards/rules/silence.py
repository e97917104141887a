"""What the silence of those who did not answer leaves open: NPS reweighted to everybody, and how far off it can be.

REWEIGHTED is the post-stratified mean: each group counts by its share of all people instead of its share of the answers
(Holt and Smith, "Post Stratification", Journal of the Royal Statistical Society A 142, 1979, whose variance, given how many
of each group answered, is used: the sum of W_h^2 s_h^2 / n_h). It is right where, within a group, those who answer feel like
those who do not. Groups of too few answers are taken together, as Cochran ("Sampling Techniques", 3rd edition, 1977, 5A.8)
advises; people of groups without any answer cannot be spoken for and are left out, which is said by `covered`.

BOUNDS assume nothing at all: everybody who did not answer is taken for a detractor, then for a promoter (Manski,
"Nonparametric Bounds on Treatment Effects", American Economic Review 80, 1990; "Partial Identification of Probability
Distributions", 2003, chapter 1). What all people would say lies between them for certain.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surveys.rules import nps

FEWEST = 10  # answers of a group that stands for itself; smaller ones are taken together


@dataclass(frozen=True)
class Group:
    """People who share a value: whom nobody asked, who was asked and never answered, who answered.

    `promoters`, `passives` and `detractors` are people by their latest answer to an NPS question; `answered` are those who
    answered anything, so they may be more. `value` is None where none is set.
    """

    value: str | None
    never_asked: int
    silent: int
    answered: int
    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @property
    def people(self) -> int:
        return self.never_asked + self.silent + self.answered

    @property
    def n(self) -> int:
        """People whose NPS answer is known."""
        return self.promoters + self.passives + self.detractors

    @property
    def asked(self) -> int:
        """Who could answer: everybody who was asked, or answered unasked."""
        return self.silent + self.answered

    @property
    def nps(self) -> float | None:
        return nps.net_promoter_score(self.promoters, self.passives, self.detractors)


@dataclass(frozen=True)
class Bounds:
    """The lowest and highest NPS that `people` can have, when `n` of them are known."""

    low: float
    high: float
    n: int
    people: int


@dataclass(frozen=True)
class Reweighted:
    """NPS with each group counted by its people; `low` and `high` are None where chance cannot be told.

    `covered` is the share (0 to 1) of all people whose group has answers, `groups` how many groups were told apart.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    covered: float
    groups: int


def together(groups: Iterable[Group], *, value: str | None = None) -> Group:
    """Several groups as one."""
    found = list(groups)
    return Group(
        value,
        never_asked=sum(one.never_asked for one in found),
        silent=sum(one.silent for one in found),
        answered=sum(one.answered for one in found),
        promoters=sum(one.promoters for one in found),
        passives=sum(one.passives for one in found),
        detractors=sum(one.detractors for one in found),
    )


def bounds(group: Group) -> Bounds | None:
    """What the people of the group can have at worst and at best; None where there are none."""
    if not group.people:
        return None
    known, unknown = group.promoters - group.detractors, group.people - group.n
    low, high = (100 * (known + sign * unknown) / group.people for sign in (-1, 1))
    return Bounds(low, high, group.n, group.people)


def reweighted(groups: Sequence[Group]) -> Reweighted:
    """The NPS of everybody, if within each group those who answer feel like those who do not."""
    everybody = sum(one.people for one in groups)
    strata = [one for one in _strata(groups) if one.n]
    covered = sum(one.people for one in strata)
    n = sum(one.n for one in strata)
    if not covered or not everybody:
        return Reweighted(None, None, None, 0, 0.0, 0)
    weights = [one.people / covered for one in strata]
    value = sum(weight * (one.nps or 0.0) for weight, one in zip(weights, strata, strict=True))
    low = high = None
    if all(one.n >= 2 for one in strata):
        error = 100 * math.sqrt(
            sum(weight**2 * _variance(one) / one.n for weight, one in zip(weights, strata, strict=True))
        )
        low, high = max(-100.0, value - nps.Z_95 * error), min(100.0, value + nps.Z_95 * error)
    return Reweighted(value, low, high, n, covered / everybody, len(strata))


def _strata(groups: Sequence[Group]) -> list[Group]:
    """The groups that can stand for themselves, and the others with answers as one."""
    large = [one for one in groups if one.n >= FEWEST]
    small = [one for one in groups if 0 < one.n < FEWEST]
    return [*large, together(small)] if small else large


def _variance(group: Group) -> float:
    """Of one answer counted +1, 0, -1, estimated from the sample (n - 1)."""
    spread = nps.variance(group.promoters, group.passives, group.detractors)
    return spread * group.n / (group.n - 1)
