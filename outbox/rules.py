"""What an attempt to send means, when to try again, and when it is too late: pure tables and functions.

An attempt ends in one of five ways. ACCEPTED: the next server took the message. REFUSED: it never will. DEFERRED: it may
later. UNREACHABLE: nothing left the house. UNKNOWN: the message was on its way when the line went dead, so it may or may
not have arrived; nobody can have exactly-once mail, so what follows depends on what the message is for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from outbox.enums import Kind, State, SuppressionScope


class Outcome(StrEnum):
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    DEFERRED = "DEFERRED"
    UNREACHABLE = "UNREACHABLE"
    UNKNOWN = "UNKNOWN"


class Pace(StrEnum):
    QUICK = "QUICK"  # greylisting, too many connections: over in minutes
    SLOW = "SLOW"  # a full mailbox, a setting somebody must change: over in hours


MAX_ATTEMPTS = 5
BACK_OFF: dict[
    Pace, tuple[timedelta, ...]
] = {  # after attempt 1, 2, 3 and 4; no jitter: batches spread the load
    Pace.QUICK: (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)),
    Pace.SLOW: (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3), timedelta(hours=8)),
}
UNREACHABLE_DELAY = timedelta(
    seconds=30
)  # costs no attempt: a mail server that is away is nobody's fault here
LIFE: dict[Kind, timedelta] = {  # too late is not sent; counted from the moment it should leave
    Kind.SURVEY: timedelta(days=3),
    Kind.CUSTOMER: timedelta(days=3),
    Kind.STAFF: timedelta(days=1),
    Kind.ACCOUNT: timedelta(hours=1),  # as long as a reset link lives
}
RESENT_BY_ITSELF = frozenset({Kind.STAFF, Kind.ACCOUNT})  # the others leave at most once

SUPPRESSED = "SUPPRESSED"
TOO_LATE = "TOO_LATE"

SOFT_BOUNCES = 5  # messages to one address, within SOFT_BOUNCE_WINDOW: then it counts as dead
SOFT_BOUNCE_WINDOW = timedelta(days=30)
READ_AT_ONCE = timedelta(seconds=10)  # after it left: nobody sees a mail arrive and opens it sooner
OLDEST_EVENT = timedelta(hours=48)  # a replayed report older than this changes nothing


@dataclass(frozen=True)
class Verdict:
    """How one attempt ended. `why` is for people; `is_dead_address` says that the address itself does not exist."""

    outcome: Outcome
    why: str = ""
    pace: Pace = Pace.QUICK
    provider_id: str = ""
    is_dead_address: bool = False
    is_delivered: bool = False


@dataclass(frozen=True)
class Step:
    """The state that follows and, when there is more to do, how long until then."""

    state: State
    after: timedelta | None = None
    gives_attempt_back: bool = False


# Enhanced status codes (RFC 3463, registry of RFC 5248) that say the mailbox does not exist or never will again.
_DEAD = re.compile(r"\b5\.1\.(?:1|2|3|6|10)\b")
_FULL_OR_SLOW = re.compile(r"\b4\.(?:2\.2|3\.1|7\.1[0-9])\b")
_SLOW_CODES = frozenset({452, 455, 458, 459})  # storage, parameters: hours rather than minutes
# What a server says about us, not about this message: sign-in, encryption, an unknown sender.
_SETUP_CODES = frozenset({530, 534, 535, 538})


def judge_smtp(*, code: int, text: str, is_about_us: bool = False) -> Verdict:
    """What an SMTP reply to a message means. `is_about_us`: it answered our sign-in or our sender address."""
    why = f"{code} {text}".strip()
    if code in _SETUP_CODES or (is_about_us and code >= 500):
        return Verdict(Outcome.DEFERRED, why, Pace.SLOW)
    if 500 <= code <= 599:
        return Verdict(Outcome.REFUSED, why, is_dead_address=bool(_DEAD.search(text)))
    slow = code in _SLOW_CODES or bool(_FULL_OR_SLOW.search(text))
    return Verdict(Outcome.DEFERRED, why, Pace.SLOW if slow else Pace.QUICK)


def judge_http(*, status: int, has_retry_after: bool, why: str) -> Verdict:
    """What a provider's HTTP answer means. Only 429, and 503 with Retry-After, are surely not sent among the doubtful."""
    if status == 429 or (status == 503 and has_retry_after):
        return Verdict(Outcome.DEFERRED, why, Pace.QUICK)
    if status in {
        401,
        402,
        403,
        404,
        405,
    }:  # key, plan or address of the interface: somebody must change a setting
        return Verdict(Outcome.DEFERRED, why, Pace.SLOW)
    if 400 <= status <= 499:
        return Verdict(Outcome.REFUSED, why)
    return Verdict(Outcome.UNKNOWN, why)


def next_step(*, kind: str, verdict: Verdict, attempts: int) -> Step:
    """What becomes of a message of `kind` after `attempts` departures, the last of which ended in `verdict`."""
    outcome = verdict.outcome
    if outcome == Outcome.ACCEPTED:
        return Step(State.SENT)
    if outcome == Outcome.REFUSED:
        return Step(State.FAILED)
    if outcome == Outcome.UNREACHABLE:
        return Step(State.QUEUED, UNREACHABLE_DELAY, gives_attempt_back=True)
    if outcome == Outcome.UNKNOWN and kind not in RESENT_BY_ITSELF:
        return Step(State.UNKNOWN)
    if attempts >= MAX_ATTEMPTS:
        return Step(State.DEAD)
    return Step(State.QUEUED, BACK_OFF[verdict.pace][min(attempts, len(BACK_OFF[verdict.pace])) - 1])


# Apple's Mail Privacy Protection fetches every picture of a mail when it arrives, opened or not, and calls itself nothing
# but "Mozilla/5.0". Mail security opens mails as well. Gmail's proxy fetches when the mail is shown: that is a person.
_APPLE = "Mozilla/5.0"
_SECURITY = re.compile(
    r"barracuda|mimecast|proofpoint|urldefense|safelinks|bingpreview|fireeye|trendmicro|symantec|messagelabs|sophos|"
    r"ironport|zscaler|forcepoint|checkpoint|avanan|(?<!cu)bot\b|crawler|spider|scanner|headless",
    re.IGNORECASE,
)


def is_opened_by_machine(*, user_agent: str, after: timedelta | None) -> bool:
    """Whether a report of an opened mail tells of a program; `after` it left. Nothing known speaks for a person."""
    if after is not None and after < READ_AT_ONCE:
        return True
    return user_agent.strip() == _APPLE or bool(_SECURITY.search(user_agent))


def blocks(*, scope: str | None, kind: str) -> bool:
    """Whether a suppression of `scope` (None: no suppression) stops a message of `kind`.

    A personal answer within a case still reaches somebody who only wants no more surveys; staff and account mail is
    never stopped.
    """
    if scope is None:
        return False
    stopped = {Kind.SURVEY, Kind.CUSTOMER} if scope == SuppressionScope.ALL else {Kind.SURVEY}
    return kind in stopped


def why_not(*, kind: str, scope: str | None, expires_at: datetime | None, now: datetime) -> str:
    """The reason a message must not leave at `now`, or an empty string."""
    if blocks(scope=scope, kind=kind):
        return SUPPRESSED
    return TOO_LATE if expires_at is not None and expires_at <= now else ""


def expires(*, kind: str, leaves_at: datetime, given: datetime | None) -> datetime:
    """When a message that should leave at `leaves_at` is too late: `given`, or as long as its kind keeps."""
    return given or leaves_at + LIFE[Kind(kind)]


def next_daily(clock: time, *, zone: str, after: datetime) -> datetime:
    """The next moment after `after` at which the clock in `zone` shows `clock`, in UTC."""
    there = ZoneInfo(zone)
    day = after.astimezone(there).date()
    for ahead in range(3):
        moment = datetime.combine(day + timedelta(days=ahead), clock, there).astimezone(UTC)
        if moment > after:
            return moment
    raise AssertionError("a day has no end")  # pragma: no cover
