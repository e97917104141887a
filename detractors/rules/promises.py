"""Which promise holds for a case.

The nearest to the case wins: first its cell of the matrix, then the touchpoint it arose at, then an audience its customer
belongs to, then its priority, and last the usual promise. Of several for the same kind of thing the one that stands
first counts. Retired promises are not offered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

CELL, TOUCHPOINT, AUDIENCE, PRIORITY, DEFAULT = "CELL", "TOUCHPOINT", "AUDIENCE", "PRIORITY", "DEFAULT"
PRECEDENCE = (CELL, TOUCHPOINT, AUDIENCE, PRIORITY, DEFAULT)


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What the choice depends on; `cell_policy` is the promise the case's cell of the matrix points to."""

    priority: str
    touchpoint: int | None = None
    audiences: Collection[int] = ()
    cell_policy: int | None = None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A promise and the one thing it is made for; nothing of all: only cells choose it."""

    id: int
    place: int = 0
    is_default: bool = False
    touchpoint: int | None = None
    audience: int | None = None
    priority: str = ""


@dataclass(frozen=True)
class Choice:
    """The promise that holds, and by which step of the precedence."""

    id: int
    because: str


def policy_for(facts: CaseFacts, offers: Iterable[Offer]) -> Choice | None:
    """The promise for a case with these facts; None where nothing is offered that fits."""
    fitting = [
        (PRECEDENCE.index(because), offer.place, offer.id, because)
        for offer in offers
        for because in [_fits(facts, offer)]
        if because
    ]
    if not fitting:
        return None
    _step, _place, found, because = min(fitting)
    return Choice(found, because)


def _fits(facts: CaseFacts, offer: Offer) -> str:
    """The step of the precedence by which `offer` holds; empty when it does not."""
    if facts.cell_policy == offer.id:
        return CELL
    if offer.touchpoint is not None:
        return TOUCHPOINT if offer.touchpoint == facts.touchpoint else ""
    if offer.audience is not None:
        return AUDIENCE if offer.audience in facts.audiences else ""
    if offer.priority:
        return PRIORITY if offer.priority == facts.priority else ""
    return DEFAULT if offer.is_default else ""
