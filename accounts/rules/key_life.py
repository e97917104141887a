"""How long a key opens something, when its end is told, and how long two keys overlap."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

LIFETIMES = (30, 90, 365)  # days; 0 stands for no end
USUAL_LIFETIME = 365
SHOWN_BEFORE = timedelta(days=14)  # the page warns
TOLD_BEFORE = timedelta(days=7)  # a mail is sent
USUAL_OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=30)


class KeyState(StrEnum):
    """What a key on the page is doing."""

    OPEN = "OPEN"
    ENDS_SOON = "ENDS_SOON"
    REPLACED = "REPLACED"  # another key took its place; it still works until its end
    ENDED = "ENDED"


def has_ended(expires_at: datetime | None, now: datetime) -> bool:
    """Whether the key opens nothing any more: at the very moment of its end it does not."""
    return expires_at is not None and expires_at <= now


def state(*, expires_at: datetime | None, is_replaced: bool, now: datetime) -> KeyState:
    """The state of a key that is not revoked; `is_replaced`: a key that took its place is at work."""
    if has_ended(expires_at, now):
        return KeyState.ENDED
    if is_replaced:
        return KeyState.REPLACED
    if expires_at is not None and expires_at - now <= SHOWN_BEFORE:
        return KeyState.ENDS_SOON
    return KeyState.OPEN


def end_after(days: int, now: datetime) -> datetime | None:
    """The end of a key made now for so many days; None for 0, which is no end."""
    return now + timedelta(days=days) if days else None


def lifetime_of(made_at: datetime, expires_at: datetime | None) -> int:
    """The choice of LIFETIMES (or 0) that comes nearest to what a key had."""
    if expires_at is None:
        return 0
    days = (expires_at - made_at) / timedelta(days=1)
    return min(LIFETIMES, key=lambda choice: abs(choice - days))


def overlap_end(*, until: datetime, expires_at: datetime | None, now: datetime) -> datetime:
    """When the old key of a rotation ends: as chosen, but never after its own end. Raises ValueError out of bounds."""
    if not now <= until <= now + LONGEST_OVERLAP:
        raise ValueError(until)
    return until if expires_at is None else min(until, expires_at)
