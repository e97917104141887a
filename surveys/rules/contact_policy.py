"""May this person be asked now, and if not, why and from when.

A refusal has exactly one reason. Order of precedence: what no waiting cures comes first, from the widest to the
narrowest (the person is gone, the survey is shut, there is no address, others forbid it, they forbid it, it does not
arrive, the mail cannot be written); then the waits, of which the one that ends last is named. A frequency is kept across
all channels and surveys together, so `last_asked_at` is the latest request of any kind, and the cap counts messages of
every kind: surveys and mails about a case share one budget. Last come the hours of the day (surveys.rules.sending_hours),
which delay and never refuse.

Somebody may overrule the waits and the hours for one request, never what no waiting cures: a refusal is the person's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.sentences import Sentence, gettext_noop
from surveys.rules import sending_hours
from surveys.rules.sending_hours import DELAYS, HOLIDAY, OUTSIDE_WINDOW, QUIET_HOURS, Hours

ERASED = "ERASED"
MERGED = "MERGED"
SURVEY_CLOSED = "SURVEY_CLOSED"
NO_ADDRESS = "NO_ADDRESS"
NO_PHONE = "NO_PHONE"
SMS_STOPPED = "SMS_STOPPED"
SMS_OFF = "SMS_OFF"
SMS_COUNTRY = "SMS_COUNTRY"
MESSAGE_CAP = "MESSAGE_CAP"
SUPPRESSED = "SUPPRESSED"
OPTED_OUT = "OPTED_OUT"
UNDELIVERABLE = "UNDELIVERABLE"
MISSING_FIELD = "MISSING_FIELD"
DECLINED_RECENTLY = "DECLINED_RECENTLY"
ASKED_RECENTLY = "ASKED_RECENTLY"

# The order in which a reason wins over the others.
PRECEDENCE = (
    ERASED,
    MERGED,
    SURVEY_CLOSED,
    SMS_OFF,
    NO_ADDRESS,
    NO_PHONE,
    SMS_COUNTRY,
    SUPPRESSED,
    OPTED_OUT,
    SMS_STOPPED,
    UNDELIVERABLE,
    MISSING_FIELD,
    DECLINED_RECENTLY,
    ASKED_RECENTLY,
    MESSAGE_CAP,
)
WAITS = (
    DECLINED_RECENTLY,
    ASKED_RECENTLY,
    MESSAGE_CAP,
)  # reasons that pass by themselves; at a tie the first is named

DEFAULT_QUIET_DAYS = (
    30  # 30, 90 and 180 days are common; the shortest of them is the floor a workspace begins with
)
DEFAULT_DECLINE_DAYS = 30  # somebody who said "not now" is left alone for a month, whatever else is set

SENTENCES: dict[str, str] = {
    ERASED: gettext_noop("This person was erased."),
    SURVEY_CLOSED: gettext_noop("The survey is not open."),
    MERGED: gettext_noop("This person was merged with another contact."),
    NO_ADDRESS: gettext_noop("There is no address to ask at."),
    NO_PHONE: gettext_noop("There is no phone number for text messages."),
    SMS_STOPPED: gettext_noop("This person wants no text messages."),
    SMS_OFF: gettext_noop("Text messages are not set up."),
    SMS_COUNTRY: gettext_noop("Text messages are not sent to the country of this number."),
    SUPPRESSED: gettext_noop("The address is on the suppression list."),
    OPTED_OUT: gettext_noop("This person asked not to be surveyed."),
    UNDELIVERABLE: gettext_noop("Mail to this address does not arrive."),
    MISSING_FIELD: gettext_noop("The mail needs %(fields)s, which this person does not have."),
    DECLINED_RECENTLY: gettext_noop(
        "Declined within the last %(days)s days; may be asked again from %(until)s UTC."
    ),
    ASKED_RECENTLY: gettext_noop(
        "Asked within the last %(days)s days; may be asked again from %(until)s UTC."
    ),
    MESSAGE_CAP: gettext_noop(
        "Got as many messages within %(days)s days as one person may get; may be asked again from %(until)s UTC."
    ),
    HOLIDAY: gettext_noop("It is a holiday; may be asked from %(until)s UTC."),
    QUIET_HOURS: gettext_noop("It is a quiet hour where this person is; may be asked from %(until)s UTC."),
    OUTSIDE_WINDOW: gettext_noop("The campaign sends at other hours; may be asked from %(until)s UTC."),
}
_MAY_ASK = gettext_noop("May be asked now.")


UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of one person at the moment of asking. Moments are aware UTC."""

    has_address: bool
    opted_out: bool = False
    suppressed: bool = False
    undeliverable: bool = False
    erased: bool = False
    merged: bool = False
    lacks_phone: bool = False  # where it takes one
    sms_stopped: bool = False  # where it would be a text message
    sms_off: bool = False  # likewise
    sms_country_closed: bool = False  # likewise
    survey_open: bool = True
    last_asked_at: datetime | None = None
    last_declined_at: datetime | None = None
    missing_fields: tuple[str, ...] = ()
    capped_until: datetime | None = None  # the cap of messages is reached until then
    zone: ZoneInfo = UTC_ZONE  # where the person's clock is


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How long people are left in peace, in days of 24 hours; the larger of floor and survey's own wait wins."""

    quiet_days: int = DEFAULT_QUIET_DAYS  # the workspace's floor, over all surveys
    survey_wait_days: int = 0  # the wait of the survey about to be sent
    decline_days: int = DEFAULT_DECLINE_DAYS
    cap_days: int = 7
    hours: Hours = field(default_factory=Hours)

    @property
    def wait(self) -> timedelta:
        """How long after a request the next may follow."""
        return timedelta(days=max(self.quiet_days, self.survey_wait_days))


@dataclass(frozen=True)
class Verdict:
    """The answer: `reason` is a `not_sent_because` code or None, `until` the first moment a wait is over."""

    allowed: bool
    reason: str | None
    until: datetime | None
    sentence: Sentence

    @property
    def is_delay(self) -> bool:
        """Whether it is only the hour: the request stays planned until then."""
        return self.reason in DELAYS

    @property
    def can_be_overruled(self) -> bool:
        """Whether somebody may ask all the same, with a note."""
        return self.reason in (*WAITS, *DELAYS)


def may_ask(facts: Facts, policy: Policy, *, now: datetime, overruled: bool = False) -> Verdict:
    """Whether the person may be asked at `now` (aware UTC), with one reason if not; `overruled` leaves waits and hours out."""
    holds = {
        ERASED: facts.erased,
        MERGED: facts.merged,
        SURVEY_CLOSED: not facts.survey_open,
        NO_ADDRESS: not facts.has_address,
        NO_PHONE: facts.lacks_phone,
        SUPPRESSED: facts.suppressed,
        OPTED_OUT: facts.opted_out,
        SMS_STOPPED: facts.sms_stopped,
        SMS_OFF: facts.sms_off,
        SMS_COUNTRY: facts.sms_country_closed,
        UNDELIVERABLE: facts.undeliverable,
        MISSING_FIELD: bool(facts.missing_fields),
    }
    for reason in PRECEDENCE:
        if holds.get(reason):
            fields = {"fields": ", ".join(facts.missing_fields)} if reason == MISSING_FIELD else {}
            return Verdict(False, reason, None, Sentence(reason, SENTENCES[reason], fields))
    waits = [] if overruled else _waits(facts, policy, now)
    if waits:
        # The longest wait decides; at the same moment the decline, for it was the person's own word.
        until, reason, days = max(waits, key=lambda wait: (wait[0], -WAITS.index(wait[1])))
        return _not_now(reason, until, days=days)
    held = None if overruled else sending_hours.holding(policy.hours, zone=facts.zone, moment=now)
    if held is not None:
        return _not_now(held.because, held.until)
    return Verdict(True, None, None, Sentence("MAY_ASK", _MAY_ASK))


def _not_now(reason: str, until: datetime, **facts: object) -> Verdict:
    said = {"until": f"{until:%Y-%m-%d %H:%M}", **facts}
    return Verdict(False, reason, until, Sentence(reason, SENTENCES[reason], said))


def _waits(facts: Facts, policy: Policy, now: datetime) -> list[tuple[datetime, str, int]]:
    """(end, reason, days) of every wait that is not over at `now`; a wait is over at its end, not after it."""
    candidates = (
        (facts.last_asked_at, policy.wait, ASKED_RECENTLY),
        (facts.last_declined_at, timedelta(days=policy.decline_days), DECLINED_RECENTLY),
    )
    found = [
        (since + wait, reason, wait.days)
        for since, wait, reason in candidates
        if since is not None and now < since + wait
    ]
    if facts.capped_until is not None and now < facts.capped_until:
        found.append((facts.capped_until, MESSAGE_CAP, policy.cap_days))
    return found
