"""Forecasts against days that were lived: people answer by chance, cases come by chance, the pace is only known from before.

Nothing of the world but its history is told to the forecast: four weeks of how often each person answered, how many cases came
and how soon each was due. Each morning every open promise that is due until the end of the next day gets its chance; once the
day is lived, the chance is compared with what came.

    python -m bench.forecast --days 120 --report docs/evidence/forecast.md
"""

from __future__ import annotations

import argparse
import heapq
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from accounts.rules.business_time import ALWAYS
from detractors.rules import forecast
from detractors.rules.forecast import Coming, Item, Judged, Line, Pace

HOUR = timedelta(hours=1)
START = datetime(2026, 3, 2, tzinfo=UTC)
HISTORY_DAYS = 28


@dataclass(frozen=True)
class Scene:
    """A world: people with their true paces (answers an hour), cases an hour for each of them, hours promised (a share each)."""

    says: str
    paces: tuple[float, ...]
    coming: float
    promised: tuple[tuple[float, float], ...]
    swing: float = 0.0  # by how much a day's pace differs from the usual, as a share
    absent: float = 0.0  # the share of days on which somebody does nothing, which nobody knows of before


SCENES = {
    "overloaded": Scene("on many days more comes than is done", (0.95, 1.0, 1.1), 0.82, ((8, 0.3), (24, 0.7)), swing=0.4),
    "uneven": Scene("one is behind, the others are not", (0.7, 1.5, 1.6), 0.6, ((8, 0.5), (16, 0.5)), swing=0.3),
    "quiet": Scene("everybody is far ahead of their work", (2.5, 3.0, 2.2), 0.5, ((8, 0.4), (24, 0.6)), swing=0.2),
    "surprises": Scene("people are missing without notice", (1.0, 1.1, 1.2), 0.55, ((8, 0.5), (20, 0.5)), 0.3, 0.1),
}  # fmt: skip


@dataclass
class _Person:
    true: float
    queue: list[tuple[datetime, int, datetime]] = field(default_factory=list)  # rank, number, due
    done: list[datetime] = field(default_factory=list)


def lived(scene: Scene, *, days: int, seed: int) -> Judged:
    """Live the history and `days` more; how right the forecasts of those mornings were."""
    rng = random.Random(seed)
    people = [_Person(pace) for pace in scene.paces]
    came: list[tuple[datetime, float]] = []
    kept: dict[int, tuple[datetime, datetime]] = {}  # number -> when it was answered, when it was due
    open_due: dict[int, datetime] = {}
    said: list[tuple[dict[int, float], float]] = []
    for day in range(HISTORY_DAYS + days + 3):
        morning = START + day * timedelta(days=1)
        if HISTORY_DAYS <= day < HISTORY_DAYS + days:
            said.append(_forecast(people, came, morning, kept, open_due))
        _live(scene, people, came, kept, open_due, morning, rng)
    found = []
    for chances, base in said:
        outcomes = [
            (chance, number not in kept or kept[number][0] > kept[number][1])
            for number, chance in chances.items()
        ]
        judged = forecast.judge(outcomes, base_rate=base)
        if judged is not None:
            found.append(judged)
    whole = forecast.pooled(found)
    if whole is None:
        raise ValueError("nothing was ever due")
    return whole


def _live(
    scene: Scene,
    people: list[_Person],
    came: list[tuple[datetime, float]],
    kept: dict[int, tuple[datetime, datetime]],
    open_due: dict[int, datetime],
    morning: datetime,
    rng: random.Random,
) -> None:
    """One day, around the clock: cases come to each person, who answers the first of their queue now and then."""
    end = morning + timedelta(days=1)
    for person in people:
        pace = person.true * max(0.05, 1 + rng.gauss(0, scene.swing))
        if rng.random() < scene.absent:
            pace = 0.0
        moment = morning
        while True:
            moment += HOUR * rng.expovariate(pace + scene.coming)
            if moment >= end:
                break
            if rng.random() < scene.coming / (pace + scene.coming):
                hours = rng.choices(
                    [one for one, _share in scene.promised], [share for _one, share in scene.promised]
                )[0]
                due = moment + hours * HOUR
                rank = due - rng.choice([0, 1, 3]) * HOUR
                number = len(came) + 1
                came.append((moment, (rank - moment) / HOUR))
                heapq.heappush(person.queue, (rank, number, due))
                open_due[number] = due
            elif person.queue:
                _rank, number, due = heapq.heappop(person.queue)
                person.done.append(moment)
                kept[number] = (moment, due)
                del open_due[number]
            else:
                person.done.append(moment)  # idle hands find other work; their pace is what it is


def _forecast(
    people: list[_Person],
    came: list[tuple[datetime, float]],
    now: datetime,
    kept: dict[int, tuple[datetime, datetime]],
    open_due: dict[int, datetime],
) -> tuple[dict[int, float], float]:
    since, until = now - timedelta(days=HISTORY_DAYS), now + timedelta(days=2)
    whole = HISTORY_DAYS * 24.0
    paces = [Pace(sum(one >= since for one in person.done), whole) for person in people]
    everybody = Pace(sum(pace.done for pace in paces), whole * len(paces))
    recent = sorted(lead for at, lead in came if at >= since)
    coming = Coming(len(recent) / whole / len(people), recent)
    hours = forecast.hours_ahead(ALWAYS, {}, start=now, until=until)
    chances: dict[int, float] = {}
    for person, pace in zip(people, paces, strict=True):
        line = Line(pace.with_prior(everybody), hours, now, coming)
        items = [Item(number, rank, number, due) for rank, number, due in person.queue]
        for item in items:
            line.put(item)
        for item in items:
            if item.due_at is not None and now < item.due_at <= until:
                chances[item.id] = line.chance(item).missed
    over = [at > due for at, due in kept.values() if since <= due < now] + [
        True for due in open_due.values() if due < now
    ]
    return chances, sum(over) / len(over) if over else 0.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--report", type=Path)
    given = parser.parse_args()
    rows = []
    began = time.perf_counter()
    for name, scene in SCENES.items():
        found = forecast.pooled(lived(scene, days=given.days, seed=seed) for seed in range(5))
        if found is None:
            raise SystemExit("nothing was ever due")
        rows.append(
            f"| {name}: {scene.says} | {found.promises:,} | {found.missed / found.promises:.1%} | **{found.error:.4f}** |"
            f" {found.error_none:.4f} | {found.error_base:.4f} | {forecast.verdict(found)} |"
        )
        print(rows[-1])
    if given.report:
        given.report.write_text(
            f"""# Forecast

`make prove-forecast` lives {given.days} days, five times with other chances, in worlds whose paces the forecast is not told (`bench/forecast.py`).
Each morning it says for every promise due until the end of the next day how likely it is missed; its error is the Brier score
(mean squared difference from what came, less is better), beside saying that none is missed, and saying the share of the four
weeks before for each.

| world | promises | missed | forecast | none is missed | usual share | verdict |
|---|--:|--:|--:|--:|--:|---|
{chr(10).join(rows)}

The verdict is what the page would say after such days. The product keeps the same three figures of each of its own working
days and shows them; {time.perf_counter() - began:.0f} s for all of the above.
""",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
