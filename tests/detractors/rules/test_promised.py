"""Promises are found with their minute, doubtful ones said to be so, and nothing is made of what promises nothing."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.rules.business_time import Calendar
from bench import promises as bench
from detractors.rules import promised
from detractors.rules.promised import Promise

ZONE = "Europe/Berlin"


def local(promise: Promise, zone: str = ZONE) -> str:
    return promise.due_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def found(text: str, language: str = "en", *, now: datetime = bench.NOW, calendar: Calendar | None = bench.HOURS,
          zone: str = ZONE) -> list[tuple[str, str]]:  # fmt: skip
    promises = promised.found(text, language=language, now=now, time_zone=zone, calendar=calendar)
    return [(local(promise, zone), promise.doubt.code if promise.doubt else "") for promise in promises]


def test_the_locked_half_keeps_its_figures() -> None:
    figures = bench.figures(bench.rows("locked"))
    assert (figures.promises, figures.doubtful, figures.without) == (50, 20, 30)
    assert (figures.wrong, figures.right >= 48, figures.offered >= 20) == (0, True, True)


def test_the_open_half_is_read_whole() -> None:
    figures = bench.figures(bench.rows("open"))
    assert (figures.right, figures.wrong, figures.offered, figures.silent) == (50, 0, 19, 30)


LETTER = """Dear Ines,

thank you for your order of 3 May, and for telling us. I am sorry that the lamp arrived broken on Tuesday.

> I want it by tomorrow!

- I will send you a new one by Friday.
- You will have the refund within two working days, by 4 pm.

If it is not there by Saturday, please call. Could I ring you on Monday at 11 am?

Kind regards
Bob"""


def test_a_whole_letter_gives_each_promise_once_and_reads_no_quotation() -> None:
    assert found(LETTER) == [
        ("2026-11-27 17:00", ""),
        ("2026-11-30 16:00", ""),
        ("2026-11-30 11:00", "QUESTION"),
    ]


@pytest.mark.parametrize(
    ("text", "language", "due", "doubt"),
    [
        ("We will ship it by 03/04.", "en-GB", "2027-04-03 17:00", ""),
        ("We will ship it by 03/04.", "en-US", "2027-03-04 17:00", ""),
        ("We will ship it by 25/12.", "en", "2026-12-25 17:00", ""),
        ("We will ship it by 2026-12-01.", "en", "2026-12-01 17:00", ""),
        ("I will call you on Monday, 1 December.", "en", "2026-12-01 17:00", "TWO_DAYS"),
        ("I will call you by Thursday.", "en", "2026-12-03 17:00", "WHICH_WEEK"),
        ("I'll call you next Monday.", "en", "2026-11-30 17:00", ""),
        ("I will call you on 30 February.", "en", "", ""),
        ("Ich rufe Sie morgen an.", "en", "2026-11-27 17:00", ""),  # the words say the language
        ("I will write by the end of the **next working day** with an answer.", "en", "2026-11-27 17:00", ""),
        ("Zavolám vám do pátku.", "cs", "", ""),
    ],
)
def test_what_is_read_in_two_ways_is_doubtful(text: str, language: str, due: str, doubt: str) -> None:
    assert found(text, language) == ([(due, doubt)] if due else [])


def test_days_end_with_the_working_day_and_working_days_leave_out_holidays() -> None:
    from datetime import date

    hours = Calendar(
        time_zone=ZONE,
        week={"thu": [("08:00", "12:00"), ("13:00", "18:30")], "fri": [("08:00", "14:00")], "mon": [("08:00", "16:00")]},
        holidays=frozenset([date(2026, 11, 27)]),
    )  # fmt: skip
    assert found("I will answer today.", calendar=hours) == [("2026-11-26 18:30", "")]
    assert found("We will answer within one working day.", calendar=hours) == [("2026-11-30 16:00", "")]
    assert found("I will answer by tomorrow.", calendar=None) == [("2026-11-27 17:00", "")]


def test_times_are_meant_in_the_zone_of_their_reader_through_a_change_of_the_clocks() -> None:
    saturday = datetime(2026, 10, 24, 8, 0, tzinfo=UTC)
    promises = promised.found(
        "I will call you on Monday at 9 am.", language="en", now=saturday, time_zone=ZONE
    )
    assert [promise.due_at for promise in promises] == [datetime(2026, 10, 26, 8, 0, tzinfo=UTC)]
    assert found("I will call you tomorrow at 9 am.", now=saturday, zone="America/New_York") == [
        ("2026-10-25 09:00", "")
    ]


def test_a_reminder_comes_when_three_quarters_are_over_and_at_most_a_day_before() -> None:
    made, near, far = (datetime(2026, 12, day, 8, 0, tzinfo=UTC) for day in (1, 2, 20))
    assert promised.remind_at(made_at=made, due_at=near) == datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
    assert promised.remind_at(made_at=made, due_at=far) == datetime(2026, 12, 19, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "1" * 10_000,
        "will by friday " * 700,
        "by 99/99 I will",
        "I will by 31.31.",
        "I will call you on 9999-12-31.",
        "I will call you on 0001-01-01.",
    ],
)
def test_nothing_typed_breaks_it(text: str) -> None:
    asked = {"language": "en", "now": bench.NOW, "time_zone": ZONE}
    for calendar in (bench.HOURS, None):
        assert isinstance(promised.found(text, calendar=calendar, **asked), list)  # type: ignore[arg-type]
