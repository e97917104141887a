"""The time zones there are."""

from functools import lru_cache
from zoneinfo import available_timezones


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """The name of every time zone. Read once in a process: it walks all files of the tz database."""
    return frozenset(available_timezones())
