"""The words, colours and icons of codes, in one place: a badge never shows a colour without its word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Look:
    """How one code is shown: its word, its tone (a class `tone-...`) and its icon."""

    word: str | _StrPromise
    tone: str = "neutral"
    icon: str = "point"


LOOKS: dict[str, dict[str, Look]] = {
    "segment": {
        "PROMOTER": Look(_("Promoter"), "good", "mood-happy"),
        "PASSIVE": Look(_("Passive"), "warning", "mood-neutral"),
        "DETRACTOR": Look(_("Detractor"), "bad", "mood-sad"),
        "SATISFIED": Look(_("Satisfied"), "good", "mood-happy"),
        "NEUTRAL": Look(_("Neutral"), "warning", "mood-neutral"),
        "DISSATISFIED": Look(_("Dissatisfied"), "bad", "mood-sad"),
    },
    "status": {
        "NEW": Look(pgettext_lazy("case status", "New"), "accent", "star"),
        "OPEN": Look(pgettext_lazy("case status", "Open"), "accent", "circle-dashed"),
        "CONTACTED": Look(_("Contacted"), "info", "message-circle"),
        "WAITING": Look(_("Waiting for customer"), "warning", "clock-pause"),
        "RESOLVED": Look(_("Resolved"), "good", "circle-check"),
        "CLOSED": Look(_("Closed"), "neutral", "archive"),
    },
    "priority": {
        "URGENT": Look(_("Urgent"), "loud", "flame"),
        "HIGH": Look(pgettext_lazy("priority", "High"), "bad", "chevron-up"),
        "NORMAL": Look(pgettext_lazy("priority", "Normal"), "neutral", "minus"),
        "LOW": Look(pgettext_lazy("priority", "Low"), "neutral", "chevron-down"),
    },
    "outcome": {
        "RECOVERED": Look(_("Recovered"), "good", "heart-handshake"),
        "CONVERTED": Look(_("Converted to promoter"), "good", "mood-happy"),
        "NOT_RECOVERED": Look(_("Not recovered"), "bad", "mood-sad"),
        "NO_ANSWER": Look(_("No answer"), "neutral", "mail-off"),
        "DISMISSED": Look(_("Dismissed"), "neutral", "ban"),
    },
    "timer": {
        "RUNNING": Look(_("Running"), "neutral", "clock"),
        "DUE_SOON": Look(_("Due soon"), "warning", "alarm"),
        "BREACHED": Look(_("Breached"), "bad", "alert-triangle"),
        "PAUSED": Look(_("Paused"), "neutral", "player-pause"),
        "MET": Look(_("Met"), "good", "check"),
    },
    "message": {
        "QUEUED": Look(_("Queued"), "neutral", "clock"),
        "SENDING": Look(_("Sending"), "info", "send"),
        "SENT": Look(_("Sent"), "good", "mail-forward"),
        "DELIVERED": Look(_("Delivered"), "good", "checks"),
        "OPENED": Look(_("Opened"), "good", "mail-opened"),
        "BOUNCED": Look(_("Bounced"), "bad", "mail-off"),
        "COMPLAINED": Look(_("Marked as spam"), "bad", "flag"),
        "UNKNOWN": Look(_("Unknown whether sent"), "warning", "help"),
        "FAILED": Look(_("Failed"), "bad", "circle-x"),
        "SKIPPED": Look(_("Not sent"), "neutral", "ban"),
        "DEAD": Look(_("Given up"), "bad", "circle-x"),
    },
    "invitation": {
        "PLANNED": Look(_("Planned"), "neutral", "calendar"),
        "QUEUED": Look(_("Queued"), "neutral", "clock"),
        "SENT": Look(_("Sent"), "info", "send"),
        "DELIVERED": Look(_("Delivered"), "info", "checks"),
        "OPENED": Look(_("Opened"), "info", "mail-opened"),
        "ANSWERED": Look(_("Answered"), "good", "message-circle"),
        "EXPIRED": Look(_("Expired"), "neutral", "hourglass-high"),
        "NOT_SENT": Look(_("Not sent"), "neutral", "ban"),
    },
    "decision": {
        "OPENED": Look(_("Case opened"), "accent", "clipboard-list"),
        "JOINED": Look(_("Joined an open case"), "info", "link"),
        "HELD": Look(_("Held for a look"), "warning", "hand-stop"),
        "NOT_OPENED": Look(_("No case"), "neutral", "minus"),
    },
    "trust": {
        "CONFIRMED": Look(_("Confirmed"), "good", "shield-check"),
        "LIKELY_SCANNER": Look(_("Likely a mail scanner"), "warning", "eye"),
        "STAFF": Look(_("Entered by staff"), "neutral", "user-check"),
        "FORWARDED": Look(_("Forwarded link"), "warning", "mail-forward"),
        "IMPORTED": Look(_("Imported"), "neutral", "file-import"),
        "UNVERIFIED": Look(_("Unverified"), "neutral", "help-circle"),
    },
    "role": {
        "OWNER": Look(_("Owner"), "accent", "key"),
        "ADMIN": Look(_("Admin"), "accent", "settings"),
        "MANAGER": Look(_("Manager"), "info", "users"),
        "AGENT": Look(_("Agent"), "neutral", "user"),
        "ANALYST": Look(_("Analyst"), "neutral", "chart-line"),
    },
}

# Which of the three colours a segment of any metric wears.
SHADES = {
    "PROMOTER": "promoter",
    "SATISFIED": "promoter",
    "PASSIVE": "passive",
    "NEUTRAL": "passive",
    "DETRACTOR": "detractor",
    "DISSATISFIED": "detractor",
}

SEGMENT_PLURALS = {
    "PROMOTER": _("Promoters"),
    "PASSIVE": _("Passives"),
    "DETRACTOR": _("Detractors"),
    "SATISFIED": _("Satisfied"),
    "NEUTRAL": _("Neutral"),
    "DISSATISFIED": _("Dissatisfied"),
}


def look(kind: str, code: object) -> Look:
    """The look of a code of this kind; a code without one shows itself in words, so no page breaks on it.

    Raises KeyError for an unknown kind, which is a mistake in a template.
    """
    text = str(getattr(code, "value", code))
    return LOOKS[kind].get(text) or Look(text.replace("_", " ").capitalize())


def shade(segment: object) -> str:
    """`promoter`, `passive` or `detractor`; `none` when there is no segment."""
    return SHADES.get(str(getattr(segment, "value", segment)), "none")
