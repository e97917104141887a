"""How a promise came to its due moment, step by step: the walk over its hours, where it stood still, where other hours took over.

Told from a run of the replay (rules.clock), so that what is said and what is stored come from the same moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.rules import business_time
from accounts.rules.business_time import Calendar, Step
from core.sentences import Sentence, gettext_noop
from detractors.rules.clock import Run, hours_of

STILL, ON, HOURS = "STILL", "ON", "HOURS"
_WORDS = {
    STILL: gettext_noop("%(at)s: it stands still, %(left)s minutes are left"),
    ON: gettext_noop("%(at)s: it goes on with %(left)s minutes"),
    HOURS: gettext_noop("%(at)s: other hours from here on (%(zone)s), %(left)s minutes are left"),
}


def story(run: Run, calendars: Mapping[int, Calendar]) -> list[Step]:
    """Each step from the start of a promise; the last one is its due moment, or that it stands still.

    Raises NotReachable where its hours never get that far.
    """
    steps: list[Step] = []
    left, is_still = timedelta(minutes=run.span.minutes), False
    since, hours = run.started_at, hours_of(calendars, run.calendar, run.span.clock)
    for what, at, calendar in run.moves:
        before, hours = hours, hours_of(calendars, calendar, run.span.clock)
        if what == "START":
            since = at
            continue
        if what == "HOURS" and hours == before:
            continue
        if not is_still:
            used = business_time.time_between(before, since, at)
            steps += business_time.explain_between(before, since, at, left=left)
            left = timedelta(
                seconds=-(-max(left - used, timedelta(0)) // timedelta(seconds=1))
            )  # as sla.pause keeps it
        since = at
        is_still = what == "PAUSE" or (is_still and what == "HOURS")
        steps.append(_mark({"PAUSE": STILL, "RESUME": ON}.get(what, HOURS), at, left, hours))
    return steps if is_still else [*steps, *business_time.explain_time(hours, since, left)]


def _mark(kind: str, at: datetime, left: timedelta, hours: Calendar) -> Step:
    facts = {
        "at": business_time.moment_words(hours, at),
        "left": business_time.minutes_words(left),
        "zone": hours.time_zone,
    }
    return Step(kind, at, at, 0, left / timedelta(minutes=1), Sentence(kind, _WORDS[kind], facts))
