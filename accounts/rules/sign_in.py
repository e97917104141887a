"""How often somebody may try to sign in, and when a session is over: pure tables and functions.

Each try is counted against budgets of its network, of the network and the account together, and of the account over all
networks. A browser that has signed in to the account before (it holds a device cookie) spends from a budget of its own
instead, so whoever uses up the others' cannot lock the owner out (OWASP, "Device cookies").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Purpose(StrEnum):
    """What is tried: each has budgets of its own."""

    PASSWORD = "password"
    FACTOR = "factor"  # codes of an app, recovery codes
    MAILED_CODE = "mailed-code"  # asking for one by mail
    RESET = "reset"  # asking for the link


@dataclass(frozen=True)
class Rates:
    """Uses per period; `network` and `account` are counted over everything they are named for."""

    network: str
    pair: str  # one account from one network
    account: str
    device: str  # a browser that is known for the account


_GUESSED = Rates(network="20/minute", pair="5/5 minutes", account="30/hour", device="10/5 minutes")
_MAILED = Rates(network="30/hour", pair="5/hour", account="10/hour", device="5/hour")
RATES: dict[Purpose, Rates] = {
    Purpose.PASSWORD: _GUESSED,
    Purpose.FACTOR: _GUESSED,
    Purpose.MAILED_CODE: _MAILED,
    Purpose.RESET: _MAILED,
}
TYPED_CODES = "5/5 minutes"  # codes typed in one window, while one mailed code lives
PASSKEYS = "60/minute"  # per network: there is nothing to guess
RESET_LINKS = "20/minute"  # per network


def budgets(
    *, purpose: Purpose, network: str, account: str, device: str | None
) -> tuple[tuple[str, str], ...]:
    """The (key, rate) pairs one try is counted against, in the order they are asked."""
    rates = RATES[purpose]
    if device is not None:
        return ((f"sign-in:{purpose}:device:{device}", rates.device),)
    return (
        (f"sign-in:{purpose}:pair:{network}:{account}", rates.pair),
        (f"sign-in:{purpose}:account:{account}", rates.account),
        (f"sign-in:{purpose}:network:{network}", rates.network),
    )


class Ended(StrEnum):
    """Why a session is over."""

    IDLE = "IDLE"
    OLD = "OLD"


def why_ended(
    *, began_at: datetime, seen_at: datetime, now: datetime, idle: timedelta, longest: timedelta
) -> Ended | None:
    """Why a session that began and was last used at these moments is over at `now`; None while it goes on.

    Both ends are exclusive: at exactly `idle` after its last use a session is over.
    """
    if now - began_at >= longest:
        return Ended.OLD
    if now - seen_at >= idle:
        return Ended.IDLE
    return None


# The first pattern that is found names the browser or the system: those that pretend to be others come first.
_BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"), (r"OPR/|Opera", "Opera"), (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"), (r"Chrome/|CriOS/|Chromium/", "Chrome"), (r"Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    (r"iPhone", "iPhone"), (r"iPad", "iPad"), (r"Android", "Android"), (r"CrOS", "ChromeOS"), (r"Windows", "Windows"),
    (r"Macintosh|Mac OS X", "Mac"), (r"Linux|X11", "Linux"),
)  # fmt: skip


def browser_words(user_agent: str) -> tuple[str, str]:
    """Browser and system as people call them ("Firefox", "Linux"), "" for what is not recognised."""
    return _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)


def _first(names: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, text)), "")
