"""Where the work arises: volume, backlog, missed promises and recovery by touchpoint, cell and team.

Four statements whatever the page shows: each groups once by the three together and is added up here. Cases of the time come
from the index by opening, the backlog from the index of open cases, missed promises from the index of timers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.enums import Outcome
from detractors.models import Case, SlaTimer
from detractors.queries.sight import cases as visible

RECOVERED = (Outcome.RECOVERED, Outcome.CONVERTED)
ASKED = (*RECOVERED, Outcome.NOT_RECOVERED)
_KEYS = ("touchpoint", "cell", "team")
Key = tuple[int | None, int | None, int | None]  # touchpoint, cell, team


@dataclass(frozen=True)
class Figures:
    """Of one place: cases opened in the time, how many of them missed a promise and were asked again; open ones now."""

    volume: int = 0
    breached: int = 0
    recovered: int = 0
    asked: int = 0
    backlog: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.volume + other.volume,
            self.breached + other.breached,
            self.recovered + other.recovered,
            self.asked + other.asked,
            self.backlog + other.backlog,
        )

    @property
    def breach_rate(self) -> float | None:
        """Of the cases opened in the time; None without any."""
        return self.breached / self.volume if self.volume else None

    @property
    def recovery_rate(self) -> float | None:
        """Of those who answered the second question; None while nobody has."""
        return self.recovered / self.asked if self.asked else None


def figures(*, workspace: Workspace, since: datetime, sight: Sight = EVERYTHING) -> dict[Key, Figures]:
    """Figures of the cases that may be seen, by touchpoint, cell and team together."""
    cases: Any = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight)).order_by()
    opened = cases.filter(opened_at__gte=since)
    missed = Exists(SlaTimer.objects.of(workspace).filter(case=OuterRef("pk"), breached_at__isnull=False))
    found: dict[Key, Figures] = {}
    volume = opened.values_list(*_KEYS).annotate(
        n=Count("pk"),
        recovered=Count("pk", filter=Q(outcome__in=RECOVERED)),
        asked=Count("pk", filter=Q(outcome__in=ASKED)),
    )
    for *key, n, recovered, asked in volume:
        _add(found, key, Figures(volume=n, recovered=recovered, asked=asked))
    for *key, n in opened.filter(missed).values_list(*_KEYS).annotate(Count("pk")):
        _add(found, key, Figures(breached=n))
    for *key, n in cases.open().values_list(*_KEYS).annotate(Count("pk")):
        _add(found, key, Figures(backlog=n))
    return found


def _add(found: dict[Key, Figures], key: Iterable[int | None], more: Figures) -> None:
    place: Any = tuple(key)
    found[place] = found.get(place, Figures()) + more


def summed(found: dict[Key, Figures], by: Callable[[Key], int | None]) -> dict[int | None, Figures]:
    """The figures added up by one part of the key, the largest volume first."""
    sums: dict[int | None, Figures] = {}
    for key, figure in found.items():
        sums[by(key)] = sums.get(by(key), Figures()) + figure
    return dict(sorted(sums.items(), key=lambda pair: (-pair[1].volume, -pair[1].backlog, pair[0] or 0)))
