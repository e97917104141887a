"""How many people can be asked so that the unhappy ones among them can be answered in time.

Everybody who is asked answers with some likelihood, and some of the answers are a detractor's: a case, which takes a person's
time. Rates are learned from what was asked before; while little is known they lean on a cautious start, as if PRIOR people
had been asked with these results already.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

PRIOR = 50  # people
USUAL_ANSWERS = 0.2  # of those asked
USUAL_DETRACTORS = 0.2  # of the answers


@dataclass(frozen=True, kw_only=True)
class Past:
    """What became of those asked before: people asked, answers, and detractors' answers."""

    asked: int = 0
    answered: int = 0
    detractors: int = 0

    @property
    def answer_rate(self) -> float:
        """Answers for each person asked."""
        return (min(self.answered, self.asked) + PRIOR * USUAL_ANSWERS) / (self.asked + PRIOR)

    @property
    def detractor_share(self) -> float:
        """Detractors among those who answer."""
        return (self.detractors + PRIOR * USUAL_DETRACTORS) / (max(self.answered, self.detractors) + PRIOR)

    @property
    def detractor_rate(self) -> float:
        """Detractors for each person asked."""
        return self.answer_rate * self.detractor_share


@dataclass(frozen=True, kw_only=True)
class Team:
    """Working minutes of everybody who takes cases within the promise of a first answer, and the cases they have already."""

    minutes: int = 0
    open_cases: int = 0


@dataclass(frozen=True, kw_only=True)
class Room:
    """The room left for new cases, and how it came about; `people` is how many more may be asked."""

    minutes: int  # that may be planned
    taken: int  # minutes of open cases and of those expected from people asked already
    cases: float  # that still fit
    people: int


def room(*, team: Team, past: Past, waiting: int, minutes_per_case: int, share: int) -> Room:
    """How many more people can be asked; `waiting` were asked lately and have not answered, `share` is in percent."""
    each = max(minutes_per_case, 1)
    planned = team.minutes * share // 100
    expected = waiting * past.detractor_rate
    taken = ceil((team.open_cases + expected) * each)
    cases = max(planned - taken, 0) / each
    return Room(minutes=planned, taken=taken, cases=cases, people=floor(cases / past.detractor_rate))


def expected(*, people: int, past: Past) -> tuple[int, int]:
    """(answers, detractors) to be expected when `people` are asked."""
    return round(people * past.answer_rate), round(people * past.detractor_rate)
