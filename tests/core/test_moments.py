from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from core import moments

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 min"),
        (0.5, "30 s"),
        (59 / 60, "59 s"),
        (1, "1 min"),
        (59.99, "59 min"),
        (60, "1 h"),
        (80, "1 h 20 min"),
        (24 * 60, "1 d"),
        (25 * 60 + 5, "1 d 1 h"),
        (-42, "−42 min"),
        (timedelta(hours=3, minutes=10), "3 h 10 min"),
        (None, "–"),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(minutes, words):
    assert moments.duration(minutes) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (None, "–"),
        (0.5, "30 s"),
        (90, "1 h 30 min"),
        (1_439, "23 h 59 min"),
        (1_680, "28 h"),
        (175_690, "2,928 h 10 min"),
    ],
)
def test_working_time_is_never_said_in_days(minutes, words):
    assert moments.working_duration(minutes) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Berlin", "23 Nov 2026, 13:00 CET"),
        ("UTC", "23 Nov 2026, 12:00 UTC"),
        ("Asia/Kolkata", "23 Nov 2026, 17:30 IST"),
        ("America/Sao_Paulo", "23 Nov 2026, 09:00 UTC-03"),
        ("Asia/Kathmandu", "23 Nov 2026, 17:45 UTC+05:45"),
    ],
)
def test_a_moment_names_its_zone_also_where_the_zone_has_no_letters(zone, words):
    assert moments.in_words(NOON, zone) == words


def test_a_moment_follows_daylight_saving():
    assert moments.in_words(datetime(2026, 7, 1, 12, tzinfo=UTC), "Europe/Berlin") == "1 Jul 2026, 14:00 CEST"


def test_without_a_zone_the_viewers_own_is_used():
    with timezone.override("Asia/Tokyo"):
        assert moments.in_words(NOON) == "23 Nov 2026, 21:00 JST"


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=23), "in 23 min"),
        (timedelta(seconds=1), "in 1 s"),
        (timedelta(0), "0 min overdue"),
        (timedelta(minutes=-14), "14 min overdue"),
    ],
)
def test_the_due_moment_itself_is_overdue(left, words):
    assert moments.distance(NOON + left, NOON) == words


def test_the_machine_form_is_utc_to_the_second():
    berlin = NOON.astimezone(moments.zone_of("Europe/Berlin")).replace(microsecond=5)
    assert moments.machine(berlin) == "2026-11-23T12:00:00Z"
