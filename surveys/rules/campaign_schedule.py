"""When a campaign asks: which schedules can be kept, when each person's request is due, and when the last one leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from core.sentences import Sentence, gettext_noop
from surveys.rules import sending_hours
from surveys.rules.sending_hours import Hours, Window

ONCE, RECURRING, TRIGGERED, MANUAL = "ONCE", "RECURRING", "TRIGGERED", "MANUAL"
MOST_REMINDERS = 5
LONGEST_DELAY = 365 * 24 * 3600  # seconds
LONGEST_ROUND = 730  # days
MOST_DAYS = 3_660  # that are counted forward for the day on which a campaign ends

SENTENCES = {
    "END_BEFORE_START": gettext_noop("The end lies before the start: choose a later end, or none."),
    "END_PASSED": gettext_noop("The end has passed already: choose a later end, or none."),
    "NO_DAYS": gettext_noop("Choose at least one day of the week on which mails may leave."),
    "EMPTY_HOURS": gettext_noop(
        "Mails may leave from %(from)s until %(to)s: choose an end after the beginning."
    ),
    "NEVER_OPEN": gettext_noop(
        "These hours lie within the quiet hours of the contact policy, so nothing would ever leave: choose others."
    ),
    "NO_ROUND": gettext_noop(
        "Say after how many days a person is asked for the first time, every how many days again, or both."
    ),
    "ROUND_TOO_LONG": gettext_noop("Choose between 1 and %(most)s days."),
    "NO_TRIGGER": gettext_noop(
        "Name the event that your programs report, for example support.ticket_closed."
    ),
    "BAD_TRIGGER": gettext_noop(
        "An event has a name of letters, digits, dots, dashes and underscores, without spaces."
    ),
    "DELAY_TOO_LONG": gettext_noop("Wait a year at most."),
    "BAD_SAMPLE": gettext_noop("Choose between 1 and 100 percent."),
    "BAD_CAP": gettext_noop("Choose at least 1 a day, or leave it empty for no limit."),
    "BAD_SPREAD": gettext_noop("Choose between 1 and 365 days, or leave it empty to send at once."),
    "TOO_MANY_REMINDERS": gettext_noop("There can be %(most)s reminders at most."),
    "BAD_REMINDER": gettext_noop("A reminder comes between 1 and 90 days after the mail before it."),
    "REMINDER_AFTER_LINK": gettext_noop(
        "The last reminder would come after %(days)s days, when the link of the survey (open for %(link)s days) has ended:"
        " choose fewer days."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What somebody chose. `window_days` are ISO days of the week; clocks are in each person's own zone."""

    kind: str = ONCE
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    first_after_days: int | None = None
    every_days: int | None = None
    trigger: str = ""
    delay_seconds: int = 0
    window_days: frozenset[int] = sending_hours.EVERY_DAY
    window_from: time = time(0)
    window_to: time = time(0)
    sample_percent: int = 100
    daily_cap: int | None = None
    spread_days: int | None = None
    reminders: Sequence[int] = field(default_factory=tuple)  # days after the mail before
    link_days: int = 60

    @property
    def window(self) -> Window:
        """The hours as a window."""
        return Window(self.window_days, self.window_from, self.window_to)


def problems(chosen: Schedule, *, hours: Hours, now: datetime) -> list[tuple[str, Sentence]]:
    """What cannot be kept, as (field, sentence); `hours` are those of the contact policy."""
    found = [*_of_dates(chosen, now), *_of_kind(chosen), *_of_window(chosen, hours), *_of_amounts(chosen)]
    return [(name, Sentence(code, SENTENCES[code], facts)) for name, code, facts in found]


_Found = list[tuple[str, str, dict[str, object]]]


def _of_dates(chosen: Schedule, now: datetime) -> _Found:
    if chosen.ends_at is not None and chosen.starts_at is not None and chosen.ends_at <= chosen.starts_at:
        return [("ends_at", "END_BEFORE_START", {})]
    if chosen.ends_at is not None and chosen.ends_at <= now:
        return [("ends_at", "END_PASSED", {})]
    return []


def _of_kind(chosen: Schedule) -> _Found:
    found: _Found = []
    if chosen.kind == RECURRING:
        if chosen.first_after_days is None and chosen.every_days is None:
            found.append(("every_days", "NO_ROUND", {}))
        if chosen.every_days is not None and not 1 <= chosen.every_days <= LONGEST_ROUND:
            found.append(("every_days", "ROUND_TOO_LONG", {"most": LONGEST_ROUND}))
        if chosen.first_after_days is not None and chosen.first_after_days > LONGEST_ROUND:
            found.append(("first_after_days", "ROUND_TOO_LONG", {"most": LONGEST_ROUND}))
    if chosen.kind == TRIGGERED:
        if not chosen.trigger:
            found.append(("trigger", "NO_TRIGGER", {}))
        elif not is_event_name(chosen.trigger):
            found.append(("trigger", "BAD_TRIGGER", {}))
        if not 0 <= chosen.delay_seconds <= LONGEST_DELAY:
            found.append(("delay", "DELAY_TOO_LONG", {}))
    return found


def is_event_name(name: str) -> bool:
    """Whether `name` can be that of an event: support.ticket_closed."""
    return 0 < len(name) <= 80 and name.isascii() and all(one.isalnum() or one in "._-" for one in name)


def _of_window(chosen: Schedule, hours: Hours) -> _Found:
    if not chosen.window_days:
        return [("window_days", "NO_DAYS", {})]
    if chosen.window_to != time(0) and chosen.window_to <= chosen.window_from:
        said: dict[str, object] = {"from": f"{chosen.window_from:%H:%M}", "to": f"{chosen.window_to:%H:%M}"}
        return [("window_to", "EMPTY_HOURS", said)]
    both = Hours(quiet_from=hours.quiet_from, quiet_to=hours.quiet_to, window=chosen.window)
    return [] if sending_hours.ever_opens(both) else [("window_from", "NEVER_OPEN", {})]


def _of_amounts(chosen: Schedule) -> _Found:
    found: _Found = []
    if not 1 <= chosen.sample_percent <= 100:
        found.append(("sample_percent", "BAD_SAMPLE", {}))
    if chosen.daily_cap is not None and chosen.daily_cap < 1:
        found.append(("daily_cap", "BAD_CAP", {}))
    if chosen.spread_days is not None and not 1 <= chosen.spread_days <= 365:
        found.append(("spread_days", "BAD_SPREAD", {}))
    if len(chosen.reminders) > MOST_REMINDERS:
        found.append(("reminders", "TOO_MANY_REMINDERS", {"most": MOST_REMINDERS}))
    if any(not 1 <= days <= 90 for days in chosen.reminders):
        found.append(("reminders", "BAD_REMINDER", {}))
    elif sum(chosen.reminders) >= chosen.link_days:
        said: dict[str, object] = {"days": sum(chosen.reminders), "link": chosen.link_days}
        found.append(("reminders", "REMINDER_AFTER_LINK", said))
    return found


def due_at(
    *,
    begins: datetime,
    number: int,
    share: float,
    spread_days: int | None,
    hours: Hours,
    zone: ZoneInfo,
    hour: int | None = None,
) -> datetime:
    """When person `number` (counted from 0) of a campaign that begins at `begins` is asked.

    Spread over days, each of the days on which the campaign sends gets as many people as the others, within it by `share`
    (0 to 1) of the hours that are left.
    """
    if not spread_days:
        return sending_hours.next_moment(hours, zone=zone, moment=begins, hour=hour)
    first = max(begins, _open_day(begins, number % spread_days, hours, zone))
    opened = sending_hours.next_moment(hours, zone=zone, moment=first, hour=hour)
    if hour is not None:
        return opened
    local = opened.astimezone(zone)
    last = hours.window.end
    day = local.date() + timedelta(days=0 if last != time(0) else 1)
    end = datetime.combine(day, last, zone).astimezone(UTC)
    return sending_hours.next_moment(hours, zone=zone, moment=opened + share * (end - opened))


def _open_day(begins: datetime, number: int, hours: Hours, zone: ZoneInfo) -> datetime:
    """The beginning of the day `number` (from 0) on which the campaign sends."""
    day = begins.astimezone(zone).date()
    for _step in range(MOST_DAYS):
        if day.isoweekday() in hours.window.days and day not in hours.holidays:
            if number == 0:
                break
            number -= 1
        day += timedelta(days=1)
    return datetime.combine(day, hours.window.start, zone).astimezone(UTC)


def last_day(
    *,
    people: int,
    begins: datetime,
    zone: ZoneInfo,
    window: Window,
    daily_cap: int | None,
    spread_days: int | None,
    holidays: frozenset[date] = frozenset(),
) -> date | None:
    """The day on which the last of `people` is asked, in `zone`; None if it is further away than can be said."""
    day, left = begins.astimezone(zone).date(), people
    if window.end != time(0) and begins.astimezone(zone).time() >= window.end:
        day += timedelta(days=1)
    each = min(daily_cap or people, ceil(people / spread_days) if spread_days else people)
    for _step in range(MOST_DAYS):
        if day.isoweekday() in window.days and day not in holidays:
            left -= each
            if left <= 0:
                return day
        day += timedelta(days=1)
    return None
