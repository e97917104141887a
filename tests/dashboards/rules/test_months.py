"""Every day of a period is read exactly once, from its month where the whole month is asked for."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboards.rules.months import Span, month_after, spans

DAYS = st.dates(date(2023, 11, 1), date(2026, 3, 31))


def test_a_year_is_its_months_and_the_days_at_its_edges() -> None:
    assert spans(date(2025, 11, 28), date(2026, 11, 27)) == [
        Span(date(2025, 11, 28), date(2025, 11, 30), False),
        Span(date(2025, 12, 1), date(2026, 10, 31), True),
        Span(date(2026, 11, 1), date(2026, 11, 27), False),
    ]


def test_the_month_of_a_cut_is_read_by_days() -> None:
    assert spans(date(2026, 1, 1), date(2026, 3, 31), cuts=[date(2026, 2, 10)]) == [
        Span(date(2026, 1, 1), date(2026, 1, 31), True),
        Span(date(2026, 2, 1), date(2026, 2, 28), False),
        Span(date(2026, 3, 1), date(2026, 3, 31), True),
    ]


def test_a_cut_between_months_leaves_them_whole() -> None:
    assert spans(date(2026, 1, 1), date(2026, 3, 31), cuts=[date(2026, 3, 1)]) == [
        Span(date(2026, 1, 1), date(2026, 3, 31), True)
    ]


def test_within_a_month_there_are_only_days() -> None:
    assert spans(date(2026, 2, 2), date(2026, 2, 28)) == [Span(date(2026, 2, 2), date(2026, 2, 28), False)]
    assert spans(date(2026, 2, 2), date(2026, 2, 1)) == []


@given(first=DAYS, last=DAYS, cuts=st.lists(DAYS, max_size=3))
def test_every_day_once_and_no_month_on_two_sides_of_a_cut(first: date, last: date, cuts: list) -> None:
    since, until = sorted((first, last))
    found = spans(since, until, cuts=cuts)
    days = [
        span.first + timedelta(days=n) for span in found for n in range((span.last - span.first).days + 1)
    ]
    assert days == [since + timedelta(days=n) for n in range((until - since).days + 1)]
    for span in found:
        if span.is_months:
            assert (span.first.day, (span.last + timedelta(days=1)).day) == (1, 1)
            inside = [cut for cut in cuts if span.first < cut <= span.last]
            assert all(cut.day == 1 for cut in inside)
    for span in found:
        if not span.is_months:  # a whole month read by days has a cut inside
            month = month_after(span.first) if span.first.day > 1 else span.first
            while month_after(month) - timedelta(days=1) <= span.last:
                assert any(month < cut < month_after(month) for cut in cuts)
                month = month_after(month)
