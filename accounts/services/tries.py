"""Counting tries to sign in, exactly and over all processes; whoever tries too often is told when to come back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.rules import sign_in as rule
from accounts.rules.sign_in import Purpose
from core import limiter


class TooManyTries(ValueError):
    """The budget is used up. `wait` is in seconds, `until` the moment when a try is possible again."""

    def __init__(self, *, wait: int, now: datetime) -> None:
        super().__init__(f"again in {wait} seconds")
        self.wait = wait
        self.until = now + timedelta(seconds=wait)


@dataclass(frozen=True)
class Spent:
    """What one try was counted against: (key, rate) pairs."""

    budgets: tuple[tuple[str, str], ...]


def spend(*, purpose: Purpose, network: str, account: str, device: str | None, now: datetime) -> Spent:
    """Count one try from `network` at `account` (an address, known or not). Raises TooManyTries; that does not count.

    `device` is the `token_hash` of a KnownDevice of this very account, None for every other browser.
    """
    return _spend(
        rule.budgets(purpose=purpose, network=network, account=_digest(account), device=device), now=now
    )


def spend_typed_code(*, window: str, now: datetime) -> Spent:
    """Count one mailed code typed in a window (its session key). Raises TooManyTries."""
    return _spend(((f"sign-in:typed:{_digest(window)}", rule.TYPED_CODES),), now=now)


def spend_passkey(*, network: str, now: datetime) -> Spent:
    """Count one sign-in with a passkey. Raises TooManyTries."""
    return _spend(((f"sign-in:passkey:{network}", rule.PASSKEYS),), now=now)


def spend_reset_link(*, network: str, now: datetime) -> Spent:
    """Count one opening of a reset link. Raises TooManyTries."""
    return _spend(((f"sign-in:reset-link:{network}", rule.RESET_LINKS),), now=now)


def give_back(spent: Spent | None) -> None:
    """The try was right: it counts nowhere."""
    for key, rate in spent.budgets if spent else ():
        limiter.give_back(rate=rate, key=key)


def _spend(budgets: tuple[tuple[str, str], ...], *, now: datetime) -> Spent:
    taken: list[tuple[str, str]] = []
    for key, rate in budgets:
        wait = limiter.hit(rate=rate, key=key, or_locally=True)
        if wait is not None:
            give_back(Spent(tuple(taken)))
            raise TooManyTries(wait=wait, now=now)
        taken.append((key, rate))
    return Spent(budgets)


def _digest(text: str) -> str:
    """Addresses do not lie in Redis, and no key is longer than this."""
    return hashlib.sha256(text.strip().lower().encode()).hexdigest()[:32]
