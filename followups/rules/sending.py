"""Whether a planned mail of a case may leave, asked again at the very moment of sending.

Order of precedence: what makes the mail untrue comes first, then what makes it unneeded, then what stands in the way of
its arriving, from the person to the address, and last the clock. The budget of messages is that of the contact policy, shared
with surveys (surveys.rules.contact_policy); so are the quiet hours and holidays, which only delay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from followups.enums import FollowUpStep, SkippedBecause

GRACE = {  # from what happened to the mail about it: time for a person to be faster, or to take a click back
    FollowUpStep.ACKNOWLEDGE: timedelta(minutes=10),
    FollowUpStep.WAITING: timedelta(minutes=1),
    FollowUpStep.CLOSING: timedelta(minutes=1),
}
KEEPS_FOR = timedelta(days=3)  # news older than this is none
AUTOMATIC_A_DAY = 3  # automatic mails a case gets in 24 hours; the closing one is never held back
A_DAY = timedelta(hours=24)

PLAYBOOK = "PLAYBOOK"  # the step of a playbook: whether it is still so is judged by rules/playbook_runs.py

OPEN, WAITING, RESOLVED, CLOSED = "OPEN", "WAITING", "RESOLVED", "CLOSED"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known at the moment of sending. `happened_at` (aware UTC) is what the mail tells of."""

    step: str
    category: str  # of the case
    happened_at: datetime
    is_same_episode: bool  # the case was not reopened since the mail was planned
    is_same_wait: bool = True  # it still waits for the same thing
    is_answered: bool = False  # a person has written or called
    automatic_lately: int = 0  # automatic mails of this case within A_DAY
    has_address: bool = True
    is_erased: bool = False
    is_suppressed: bool = False
    is_undeliverable: bool = False
    is_opted_out: bool = False  # of automatic mails about cases
    is_left_alone: bool = False  # wants no more messages about this case
    is_capped: bool = False  # got as many messages as one person may get, of whatever kind


def is_true(facts: Facts) -> bool:
    """Whether the case still stands where the mail says it does."""
    if facts.step == PLAYBOOK:
        return True
    if facts.step == FollowUpStep.ACKNOWLEDGE:
        return facts.category in (OPEN, WAITING)
    if facts.step == FollowUpStep.WAITING:
        return facts.category == WAITING and facts.is_same_wait and facts.is_same_episode
    return facts.category in (RESOLVED, CLOSED) and facts.is_same_episode


def why_not(facts: Facts, *, now: datetime) -> SkippedBecause | None:
    """The one reason not to send at `now` (aware UTC), or None."""
    holds = (
        (SkippedBecause.NO_LONGER_TRUE, not is_true(facts)),
        (SkippedBecause.ALREADY_ANSWERED, facts.step == FollowUpStep.ACKNOWLEDGE and facts.is_answered),
        (SkippedBecause.ERASED, facts.is_erased),
        (SkippedBecause.OPTED_OUT, facts.is_opted_out),
        (SkippedBecause.LEFT_ALONE, facts.is_left_alone),
        (SkippedBecause.NO_ADDRESS, not facts.has_address),
        (SkippedBecause.SUPPRESSED, facts.is_suppressed),
        (SkippedBecause.UNDELIVERABLE, facts.is_undeliverable),
        (SkippedBecause.TOO_LATE, now - facts.happened_at > KEEPS_FOR),
        (
            SkippedBecause.TOO_MANY,
            facts.step != FollowUpStep.CLOSING
            and (facts.is_capped or facts.automatic_lately >= AUTOMATIC_A_DAY),
        ),
    )
    return next((reason for reason, is_so in holds if is_so), None)
