"""What may be given to put it right, by whom, and when somebody has to agree first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

REFUND, REPLACEMENT, OFFER, GIFT, FEATURE, EVENT, GESTURE = (
    "REFUND",
    "REPLACEMENT",
    "OFFER",
    "GIFT",
    "FEATURE",
    "EVENT",
    "GESTURE",
)
OVER_ONCE, OVER_MONTH, OVER_BUDGET = "OVER_ONCE", "OVER_MONTH", "OVER_BUDGET"
MOST = Decimal("9999999.99")  # of one remedy, in the workspace's currency


@dataclass(frozen=True)
class Limit:
    """What a role may give without asking: for one remedy, and by one person in a calendar month; None is without limit."""

    once: Decimal | None = None
    month: Decimal | None = None


# What holds until a workspace says otherwise: small things at once, larger ones with a second pair of eyes.
DEFAULTS: Mapping[str, Limit] = {
    "AGENT": Limit(Decimal(50), Decimal(500)),
    "MANAGER": Limit(Decimal(500), Decimal(5000)),
    "ADMIN": Limit(),
    "OWNER": Limit(),
    "ANALYST": Limit(Decimal(0), Decimal(0)),
}


def obstacles(
    *, cost: Decimal, limit: Limit, given: Decimal, spent: Decimal, budget: Decimal | None
) -> tuple[str, ...]:
    """Why somebody else has to agree to `cost`; empty when it can be given at once.

    `given` is what this person, `spent` what the workspace has granted this month; `budget` the workspace's month, None
    without one. A remedy without cost passes.
    """
    if cost <= 0:
        return ()
    found = []
    if limit.once is not None and cost > limit.once:
        found.append(OVER_ONCE)
    if limit.month is not None and given + cost > limit.month:
        found.append(OVER_MONTH)
    if budget is not None and spent + cost > budget:
        found.append(OVER_BUDGET)
    return tuple(found)


def may_agree(*, cost: Decimal, limit: Limit, is_over_budget: bool, may_exceed_budget: bool) -> bool:
    """Whether somebody with `limit` may agree to it: it lies within what they may give at once, and the budget's keeper
    decides beyond the budget."""
    if is_over_budget and not may_exceed_budget:
        return False
    return limit.once is None or cost <= limit.once
