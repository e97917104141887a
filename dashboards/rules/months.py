"""Which part of a period is read from whole months, and which day by day."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

DAY = timedelta(days=1)


class Span(NamedTuple):
    """Days from `first` to `last`, both included; with `is_months` whole calendar months."""

    first: date
    last: date
    is_months: bool


def spans(since: date, until: date, *, cuts: Iterable[date] = ()) -> list[Span]:
    """The days from `since` to `until`, each in exactly one span, in order; whole months wherever they fit.

    No span of months holds days from both sides of a cut (a cut is the first day of its later side): the days around it are
    read one by one. Neighbours of a kind are one span.
    """
    edges = sorted({since, *(cut for cut in cuts if since < cut <= until), until + DAY})
    found: list[Span] = []
    for first, end in pairwise(edges):
        for span in _between(first, end):
            last = found[-1] if found else None
            if last and last.is_months == span.is_months and last.last + DAY == span.first:
                found[-1] = last._replace(last=span.last)
            else:
                found.append(span)
    return found


def month_after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _between(first: date, end: date) -> list[Span]:
    """The days from `first` to before `end`."""
    begin = first if first.day == 1 else month_after(first)
    finish = end.replace(day=1)
    if begin >= finish:
        return [Span(first, end - DAY, False)] if first < end else []
    parts = [Span(first, begin - DAY, False), Span(begin, finish - DAY, True), Span(finish, end - DAY, False)]
    return [part for part in parts if part.first <= part.last]
