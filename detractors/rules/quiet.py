"""When somebody wants to be left in peace, in their own time zone: hours of each day, and whole days of the week."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MIDNIGHT = time(0)


@dataclass(frozen=True)
class Quiet:
    """From `start` to `end` of each day (over midnight where `end` is the earlier), and all of `days` (0 is Monday)."""

    start: time | None = None
    end: time | None = None
    days: frozenset[int] = frozenset()

    @property
    def is_any(self) -> bool:
        """Whether there is quiet time at all."""
        return bool(self.days) or (self.start is not None and self.start != self.end)

    def holds(self, local: datetime) -> bool:
        """Whether it is quiet at this moment of the clock on the wall."""
        if local.weekday() in self.days:
            return True
        if self.start is None or self.end is None or self.start == self.end:
            return False
        clock = local.time()
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


def ends_at(quiet: Quiet, *, zone: str, now: datetime) -> datetime | None:
    """When the quiet time that holds at `now` is over, in UTC; None while it is not quiet (or would never end)."""
    there = ZoneInfo(zone)
    local = now.astimezone(there)
    if not quiet.is_any or not quiet.holds(local):
        return None
    for ahead in range(9):
        day = local.date() + timedelta(days=ahead)
        ends = [
            datetime.combine(day, clock, there).replace(fold=fold)
            for clock in {_MIDNIGHT, quiet.end or _MIDNIGHT}
            for fold in (0, 1)  # an hour the clocks repeat is quiet twice
        ]
        for moment in sorted(end.astimezone(UTC) for end in ends):
            if moment > now and not quiet.holds(moment.astimezone(there)):
                return moment
    return None


def days_of(values: Collection[object]) -> frozenset[int]:
    """Stored days as the rule takes them; what is no weekday is left out."""
    return frozenset(value for value in values if isinstance(value, int) and 0 <= value <= 6)
