"""May this person be asked now, and if not, why and from when.

A refusal has exactly one reason. Order of precedence: what no waiting cures comes first, from the widest to the
narrowest (the person is gone, the survey is shut, there is no address, others forbid it, they forbid it, it does not
arrive, the mail cannot be written); then the waits, of which the one that ends last is named. A frequency is kept across
all channels and surveys together, so `last_asked_at` is the latest request of any kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.sentences import Sentence, gettext_noop

ERASED = "ERASED"
SURVEY_CLOSED = "SURVEY_CLOSED"
NO_ADDRESS = "NO_ADDRESS"
SUPPRESSED = "SUPPRESSED"
OPTED_OUT = "OPTED_OUT"
UNDELIVERABLE = "UNDELIVERABLE"
MISSING_FIELD = "MISSING_FIELD"
DECLINED_RECENTLY = "DECLINED_RECENTLY"
ASKED_RECENTLY = "ASKED_RECENTLY"

# The order in which a reason wins over the others.
PRECEDENCE = (
    ERASED,
    SURVEY_CLOSED,
    NO_ADDRESS,
    SUPPRESSED,
    OPTED_OUT,
    UNDELIVERABLE,
    MISSING_FIELD,
    DECLINED_RECENTLY,
    ASKED_RECENTLY,
)
WAITS = (DECLINED_RECENTLY, ASKED_RECENTLY)  # reasons that pass by themselves

DEFAULT_QUIET_DAYS = (
    30  # 30, 90 and 180 days are common; the shortest of them is the floor a workspace begins with
)
DEFAULT_DECLINE_DAYS = 30  # somebody who said "not now" is left alone for a month, whatever else is set

SENTENCES: dict[str, str] = {
    ERASED: gettext_noop("This person was erased."),
    SURVEY_CLOSED: gettext_noop("The survey is not open."),
    NO_ADDRESS: gettext_noop("There is no address to ask at."),
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
}
_MAY_ASK = gettext_noop("May be asked now.")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of one person at the moment of asking. Moments are aware UTC."""

    has_address: bool
    opted_out: bool = False
    suppressed: bool = False
    undeliverable: bool = False
    erased: bool = False
    survey_open: bool = True
    last_asked_at: datetime | None = None
    last_declined_at: datetime | None = None
    missing_fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How long people are left in peace, in days of 24 hours; the larger of floor and survey's own wait wins."""

    quiet_days: int = DEFAULT_QUIET_DAYS  # the workspace's floor, over all surveys
    survey_wait_days: int = 0  # the wait of the survey about to be sent
    decline_days: int = DEFAULT_DECLINE_DAYS

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


def may_ask(facts: Facts, policy: Policy, *, now: datetime) -> Verdict:
    """Whether the person may be asked at `now` (aware UTC), with one reason if not."""
    holds = {
        ERASED: facts.erased,
        SURVEY_CLOSED: not facts.survey_open,
        NO_ADDRESS: not facts.has_address,
        SUPPRESSED: facts.suppressed,
        OPTED_OUT: facts.opted_out,
        UNDELIVERABLE: facts.undeliverable,
        MISSING_FIELD: bool(facts.missing_fields),
    }
    for reason in PRECEDENCE:
        if holds.get(reason):
            fields = {"fields": ", ".join(facts.missing_fields)} if reason == MISSING_FIELD else {}
            return Verdict(False, reason, None, Sentence(reason, SENTENCES[reason], fields))
    waits = _waits(facts, policy, now)
    if not waits:
        return Verdict(True, None, None, Sentence("MAY_ASK", _MAY_ASK))
    # The longest wait decides; at the same moment the decline, for it was the person's own word.
    until, reason, days = max(waits, key=lambda wait: (wait[0], wait[1] == DECLINED_RECENTLY))
    said = {"days": days, "until": f"{until:%Y-%m-%d %H:%M}"}
    return Verdict(False, reason, until, Sentence(reason, SENTENCES[reason], said))


def _waits(facts: Facts, policy: Policy, now: datetime) -> list[tuple[datetime, str, int]]:
    """(end, reason, days) of every wait that is not over at `now`; a wait is over at its end, not after it."""
    candidates = (
        (facts.last_asked_at, policy.wait, ASKED_RECENTLY),
        (facts.last_declined_at, timedelta(days=policy.decline_days), DECLINED_RECENTLY),
    )
    return [
        (since + wait, reason, wait.days)
        for since, wait, reason in candidates
        if since is not None and now < since + wait
    ]
