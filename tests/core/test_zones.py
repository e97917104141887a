"""The names of the time zones."""

import zoneinfo

import pytest

from core import zones


def test_every_zone_of_the_machine_is_named_and_the_machine_is_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = zoneinfo.available_timezones()
    asked: list[int] = []
    monkeypatch.setattr(zones, "available_timezones", lambda: asked.append(1) or expected)
    zones.names.cache_clear()
    try:
        assert (zones.names(), zones.names()) == (expected, expected)
        assert "Europe/Berlin" in zones.names()
        assert asked == [1]
    finally:
        zones.names.cache_clear()
