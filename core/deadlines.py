"""Whether promises to customers are being enforced, asked of the apps that keep them.

`deadlines_asked` is a question: an app answers with the due moment of the oldest row nobody has acted on, or None. What is
later than LATE_AFTER turns `/readyz` red and puts a banner on every page of the staff: a deadline that is not enforced
looks exactly like a deadline that is kept.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.dispatch import Signal

LATE_AFTER = timedelta(seconds=120)
ASKED_EVERY = 10.0  # seconds between two questions of one process for the banner

deadlines_asked = Signal()  # now -> datetime or None

_known: dict[str, float | datetime | None] = {"asked": -ASKED_EVERY, "since": None}


def late_since(*, now: datetime) -> datetime | None:
    """The oldest due moment, if it is longer ago than LATE_AFTER."""
    answers: Any = deadlines_asked.send(sender=type(None), now=now)
    oldest: datetime | None = min(
        (moment for _receiver, moment in answers if moment is not None), default=None
    )
    return oldest if oldest is not None and now - oldest > LATE_AFTER else None


def known_late_since(*, now: datetime) -> datetime | None:
    """As `late_since`, but asked at most every ASKED_EVERY seconds: for a line on every page."""
    asked, since = _known["asked"], _known["since"]
    moment = time.monotonic()
    if isinstance(asked, float) and moment - asked < ASKED_EVERY:
        return since if isinstance(since, datetime) else None
    _known["asked"], _known["since"] = moment, late_since(now=now)
    found = _known["since"]
    return found if isinstance(found, datetime) else None


def forget() -> None:
    """Ask anew next time."""
    _known["asked"] = float("-inf")
