"""In which order the queue shows cases, and how a page finds its place in it.

A list is ordered by a few keys, the last of which is the case's number: no two cases tie. No key is ever null (what is
missing has a stand-in), so a place is a plain comparison of keys, and the index of a sort can be entered right there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import F, Q

from core.numbers import wholes
from detractors.models import orders
from detractors.rules import queue_layout as layout

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LARGEST_NUMBER = 2**31 - 1  # of an integer column
LARGEST_ID = orders.LARGEST_ID
LARGEST_MOMENT = 4_102_444_800_000_000  # the year 2100 in microseconds: no promise lies behind it
LARGEST_CENTS = 10**16


def numbers_in(texts: Iterable[str]) -> list[int]:
    """The numbers among `texts` that a case can have, in their order."""
    return [number for number in wholes(texts, digits=10) if number <= LARGEST_NUMBER]


def moment_from(microseconds: int) -> datetime:
    """The UTC moment of so many microseconds since 1970: the form a place has in an address. Raises OverflowError."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds_of(moment: datetime) -> int:
    """The inverse of `moment_from`."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Key:
    """One thing a list is ordered by; in an address it is a whole number of at most `most`."""

    expression: Any
    most: int = LARGEST_ID
    is_descending: bool = False
    is_small: bool = False  # of a column that holds no larger numbers than 32,767
    may_be_negative: ClassVar[bool] = False

    def value(self, number: int) -> Any:
        """What the database compares with."""
        return number

    def number(self, value: Any) -> int:
        """What an address says."""
        return int(value)


class _Moment(Key):
    def value(self, number: int) -> Any:
        return moment_from(number)

    def number(self, value: Any) -> int:
        return microseconds_of(value)


class _Money(Key):
    may_be_negative = True

    def value(self, number: int) -> Any:
        return Decimal(number) / 100

    def number(self, value: Any) -> int:
        return int(value * 100)


_SORTS: dict[str, Key] = {
    layout.RANK: _Moment(F("rank_at"), LARGEST_MOMENT),
    layout.DUE: _Moment(orders.DUE_OR_NEVER, LARGEST_MOMENT),
    layout.OPENED: _Moment(F("opened_at"), LARGEST_MOMENT),
    layout.NEWEST: _Moment(F("opened_at"), LARGEST_MOMENT, is_descending=True),
    layout.UPDATED: _Moment(F("updated_at"), LARGEST_MOMENT, is_descending=True),
    layout.VALUE: _Money(orders.VALUE_OR_NONE, LARGEST_CENTS, is_descending=True),
    layout.SCORE: Key(orders.SCORE_OR_NONE, LARGEST_NUMBER, is_small=True),
}
_GROUPS: dict[str, Key] = {
    "owner": Key(orders.OWNER_OR_NOBODY),
    "team": Key(orders.TEAM_OR_NONE),
    "touchpoint": Key(orders.TOUCHPOINT_OR_NONE),
    "priority": Key(orders.PRIORITY_PLACE, LARGEST_NUMBER),
    "status": Key(orders.STATUS_PLACE, LARGEST_NUMBER),
}


# Where the index of the late cases has them: what is late is listed beside the cases.
_LATE = (_Moment(F("lateness__rank_at"), LARGEST_MOMENT), Key(F("lateness__number"), LARGEST_NUMBER))


def keys_of(*, sort: str, group: str = "", is_late: bool = False) -> tuple[Key, ...]:
    """The keys of an order: the group's, the sort's, the number. `is_late`: of the tabs of late cases."""
    if is_late and sort == layout.RANK and not group:
        return _LATE
    if sort == layout.NUMBER:
        return (Key(F("number"), LARGEST_NUMBER, is_descending=True),)
    main = _SORTS[sort]
    last = Key(F("number"), LARGEST_NUMBER, is_descending=main.is_descending)
    return (*((_GROUPS[group],) if group else ()), main, last)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page begins: right after (or, `backwards`, right before) the case with these keys."""

    keys: tuple[int, ...]
    backwards: bool = False


def place_of(row: Any, keys: Sequence[Key], *, backwards: bool = False) -> Place:
    """The place of a case read in the order of `keys`."""
    found = tuple(key.number(getattr(row, f"key_{index}")) for index, key in enumerate(keys))
    return Place(keys=found, backwards=backwards)


def placed(cases: Any, keys: Sequence[Key], place: Place | None) -> Any:
    """The cases in the order of `keys` from `place` on; each carries its keys as `key_0`, `key_1`, ..."""
    backwards = place is not None and place.backwards
    cases = cases.annotate(**{f"key_{index}": key.expression for index, key in enumerate(keys)})
    if place is not None:
        values = [key.value(number) for key, number in zip(keys, place.keys, strict=True)]
        # The first condition lets the index start at the place, the second settles the ties.
        cases = cases.filter(**{f"key_0__{_beyond(keys[0], backwards)}e": values[0]})
        cases = cases.filter(_after(keys, values, backwards, 0))
    signs = ("-" if key.is_descending != backwards else "" for key in keys)
    return cases.order_by(*(f"{sign}key_{index}" for index, sign in enumerate(signs)))


def _beyond(key: Key, backwards: bool) -> str:
    return "lt" if key.is_descending != backwards else "gt"


def _after(keys: Sequence[Key], values: Sequence[Any], backwards: bool, index: int) -> Q:
    found = Q(**{f"key_{index}__{_beyond(keys[index], backwards)}": values[index]})
    if index + 1 < len(keys):
        found |= Q(**{f"key_{index}": values[index]}) & _after(keys, values, backwards, index + 1)
    return found
