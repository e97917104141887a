"""Where a mail that came in belongs. What only a person can say goes to the tray, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from followups.enums import MailKind, TrayReason

COMPLAINTS_A_DAY = 3  # cases one address opens by mail in 24 hours; the next ones wait for a person


class Way(StrEnum):
    """What is done with it."""

    THREAD = "THREAD"  # into the conversation of its case, as the customer's words
    BESIDE = "BESIDE"  # into the conversation as what it is; nothing follows from it
    FILE = "FILE"  # kept, shown nowhere but among what came in
    COMPLAINT = "COMPLAINT"  # a complaint written to us
    TRAY = "TRAY"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of the mail. `has_case`: its address or what it answers names a case of ours."""

    kind: MailKind
    has_case: bool = False
    is_address_old: bool = False
    is_from_customer: bool = False  # the sender is known as the customer of that case
    is_forged: bool = False  # the sender's own domain says that it is not from there
    has_sender: bool = True
    has_words: bool = True
    is_double: bool = False
    is_erased: bool = False
    has_open_case: bool = False  # a known customer, whose open case the mail does not name
    takes_complaints: bool = True
    complaints_today: int = 0


@dataclass(frozen=True)
class Place:
    """The way, and for the tray the reason."""

    way: Way
    reason: str = ""


# Kinds that say something of the customer, shown beside the words; all others are mere machinery.
_BESIDE = frozenset({MailKind.ABSENCE, MailKind.AUTOMATIC, MailKind.CHALLENGE, MailKind.RECEIPT})


def place(facts: Facts) -> Place:
    """Where it goes."""
    if facts.kind not in (MailKind.HUMAN, MailKind.DOUBTFUL):
        is_beside = facts.kind in _BESIDE and facts.has_case and not facts.is_double
        return Place(Way.BESIDE if is_beside else Way.FILE)
    if facts.is_double:
        return Place(Way.FILE)
    if reason := _why_tray(facts):
        return Place(Way.TRAY, reason)
    return Place(Way.THREAD if facts.has_case else Way.COMPLAINT)


def _why_tray(facts: Facts) -> str:
    reasons = (
        (TrayReason.NO_SENDER, not facts.has_sender),
        (TrayReason.ERASED, facts.is_erased),
        (TrayReason.UNPROVEN, facts.is_forged),
        (TrayReason.OLD_ADDRESS, facts.is_address_old),
        (TrayReason.OTHER_ADDRESS, facts.has_case and not facts.is_from_customer),
        (TrayReason.DOUBTFUL, facts.kind == MailKind.DOUBTFUL),
        (TrayReason.EMPTY, not facts.has_words),
        (TrayReason.OPEN_CASE, not facts.has_case and facts.has_open_case),
        (TrayReason.STRANGER, not facts.has_case and not facts.takes_complaints),
        (TrayReason.TOO_MANY, not facts.has_case and facts.complaints_today >= COMPLAINTS_A_DAY),
    )
    return next((reason for reason, is_so in reasons if is_so), "")
