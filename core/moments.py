"""Moments and lengths of time in words a person reads at a glance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import dateformat, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def zone_of(zone: Any) -> tzinfo:
    """The zone given by name or object; without one, the viewer's (the middleware activates it)."""
    if isinstance(zone, tzinfo):
        return zone
    return ZoneInfo(str(zone)) if zone else timezone.get_current_timezone()


def zone_word(local: datetime) -> str:
    """The short name a reader knows (CET), or UTC+05:30 for the zones that have none."""
    short = local.strftime("%Z")
    if short and not short.startswith(("+", "-")):
        return short
    offset = local.strftime("%z")
    return f"UTC{offset[:3]}" + (f":{offset[3:5]}" if offset[3:5] != "00" else "")


def in_words(moment: datetime, zone: Any = None, pattern: str = "j M Y, H:i") -> str:
    """An aware moment as `23 Nov 2026, 10:00 CET`; `pattern` is Django's date format."""
    return _in_words(moment, zone_of(zone), pattern, get_language())


@lru_cache(maxsize=4096)
def _in_words(moment: datetime, zone: tzinfo, pattern: str, _language: str | None) -> str:
    """A list says the same moments again and again; the names of days and months are of the active language."""
    local = moment.astimezone(zone)
    return f"{dateformat.format(local, pattern)} {zone_word(local)}"


def machine(moment: datetime) -> str:
    """RFC 3339 in UTC to the second, for `<time datetime>`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def duration(minutes: float | timedelta | None) -> str:
    """Minutes (or a timedelta) in words: 80 is `1 h 20 min`, 0.5 is `30 s`; None is `–`.

    A day is 24 hours; only the two largest units are said, cut and not rounded up, as on a clock.
    """
    if minutes is None:
        return "–"
    seconds = round(minutes.total_seconds() if isinstance(minutes, timedelta) else float(minutes) * 60)
    sign, seconds = ("−" if seconds < 0 else ""), abs(seconds)
    if 0 < seconds < 60:
        return sign + _("%(n)d s") % {"n": seconds}
    hours, rest = divmod(seconds // 60, 60)
    days, hours = divmod(hours, 24)
    shown = [_("%(n)d d") % {"n": days}] if days else []
    if hours:
        shown.append(_("%(n)d h") % {"n": hours})
    if (rest and not days) or not shown:
        shown.append(_("%(n)d min") % {"n": rest})
    return sign + " ".join(shown)


def working_duration(minutes: float | timedelta | None) -> str:
    """Working time in words, never in days, since a working day has no 24 hours: 1,680 minutes are `28 h`."""
    if minutes is None:
        return "–"
    whole = int(minutes.total_seconds() // 60) if isinstance(minutes, timedelta) else int(minutes)
    if abs(whole) < 24 * 60:
        return duration(minutes)
    hours, rest = divmod(abs(whole), 60)
    shown = _("%(n)s h") % {"n": f"{hours:,}"}
    if rest:
        shown += " " + _("%(n)d min") % {"n": rest}
    return ("−" if whole < 0 else "") + shown


def distance(due_at: datetime, now: datetime) -> str:
    """How far a deadline is: `in 23 min`, or `14 min overdue` from the moment itself on."""
    left = due_at - now
    if left > timedelta():
        return _("in %(time)s") % {"time": duration(left)}
    return _("%(time)s overdue") % {"time": duration(-left)}
