"""Why this case is first: a sum in minutes that anybody can check.

A case's rank is a moment: when its next promise is due, minus the minutes it earned by how bad the score was, what the
account is worth, how often the customer was let down before, whether the issue is long-standing, whether the complaint is
public, its cell in the matrix, a rule of the workspace, and an escalation. Where somebody has set its priority by hand, a last summand,
which may be negative, brings the sum into that band and no further. The queue is ordered by
`rank_at`, earliest first; a tie is broken by the case number, lower first. A case a minute nearer to its promise and a
case that earned a minute more are therefore worth exactly the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from core.sentences import Sentence, gettext_noop
from detractors.rules import standing
from surveys.rules import metrics

URGENT, HIGH, NORMAL, LOW = "URGENT", "HIGH", "NORMAL", "LOW"
BANDS: tuple[tuple[int, str], ...] = (
    (300, URGENT),
    (150, HIGH),
    (30, NORMAL),
)  # minutes earned, from the top; else LOW

SCORE_MINUTES = 180  # the worst score; for NPS 30 minutes for each point below 6
CHRONIC_MINUTES = 60  # for each earlier unhappy answer
CHRONIC_MOST = 3  # after the fourth disappointment the fifth is no more urgent
LONG_STANDING_MINUTES = 60  # on top: who comes back with the same trouble is nearly lost
ONE_OFF_MINUTES = 0
EXPOSURE_MINUTES = 240  # others are reading along
VALUE_STEPS: tuple[tuple[Decimal, int], ...] = (  # account value from, minutes; the first that fits
    (Decimal(100_000), 180),
    (Decimal(10_000), 120),
    (Decimal(1_000), 60),
)
NO_PROMISE = timedelta(
    days=30
)  # a case without a running promise waits its turn behind the promises of a month


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the sum is made of. Moments are aware UTC; `account_value` in the workspace's currency."""

    opened_at: datetime
    next_due_at: datetime | None = None  # the earliest due moment of the running timers; None when none runs
    metric: str = metrics.NPS
    score: int | None = None  # None when the case did not begin with an answer
    account_value: Decimal | None = None
    earlier_unhappy: int = 0  # unhappy answers of this customer before this one
    is_public: bool = False
    standing: str = ""  # a code of rules.standing; empty while nobody has looked
    cell: str = ""  # its name in the matrix
    cell_minutes: int = 0
    rule: str = ""  # the name of the rule that gave it minutes
    rule_minutes: int = 0
    raised_minutes: int = 0  # by escalations
    by_hand: str = ""  # the priority somebody has set; empty where the sum decides


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Minutes for each reason; a workspace may have its own."""

    score: int = SCORE_MINUTES
    chronic: int = CHRONIC_MINUTES
    long_standing: int = LONG_STANDING_MINUTES
    one_off: int = ONE_OFF_MINUTES
    exposure: int = EXPOSURE_MINUTES
    value_steps: Sequence[tuple[Decimal, int]] = field(default=VALUE_STEPS)


DEFAULT_WEIGHTS = Weights()


@dataclass(frozen=True)
class Part:
    """One summand: `minutes` earned and why; only what was set by hand can be negative."""

    code: str
    minutes: int
    sentence: Sentence


@dataclass(frozen=True)
class Rank:
    """The answer: order moment, band, and the parts whose minutes add up to `minutes`."""

    rank_at: datetime
    priority: str
    minutes: int
    base_at: datetime
    parts: tuple[Part, ...]


def rank(facts: Facts, weights: Weights = DEFAULT_WEIGHTS) -> Rank:
    """Where the case stands in the queue, and why. `rank_at` = `base_at` minus `minutes`."""
    parts = _parts(facts, weights)
    minutes = sum([part.minutes for part in parts])
    base_at = facts.next_due_at or facts.opened_at + NO_PROMISE
    return Rank(base_at - timedelta(minutes=minutes), band(minutes), minutes, base_at, tuple(parts))


def band(minutes: int) -> str:
    """URGENT, HIGH, NORMAL or LOW for so many minutes earned."""
    return next((name for least, name in BANDS if minutes >= least), LOW)


def explain(facts: Facts, weights: Weights = DEFAULT_WEIGHTS) -> list[Sentence]:
    """The sum in words: the promise, each part, the result."""
    result = rank(facts, weights)
    due = gettext_noop("The next promise is due at %(base)s UTC.")
    idle = gettext_noop("No promise is running, so %(base)s UTC is taken: 30 days after the case opened.")
    base = Sentence("BASE", due if facts.next_due_at else idle, {"base": f"{result.base_at:%Y-%m-%d %H:%M}"})
    text = gettext_noop("Together %(minutes)s minutes (%(priority)s), so the case is ranked at %(rank)s UTC.")
    total = {
        "minutes": result.minutes,
        "priority": result.priority,
        "rank": f"{result.rank_at:%Y-%m-%d %H:%M}",
    }
    return [base, *(part.sentence for part in result.parts), Sentence("TOTAL", text, total)]


def _parts(facts: Facts, weights: Weights) -> list[Part]:
    """The summands that are not nothing."""
    parts: list[Part] = []

    def add(code: str, minutes: int, template: str, **said: object) -> None:
        if minutes:
            parts.append(Part(code, minutes, Sentence(code, template, {"minutes": minutes, **said})))

    if facts.score is not None:
        minutes = round(weights.score * metrics.severity(facts.metric, facts.score))
        text = gettext_noop("%(minutes)s minutes earlier for the score of %(score)s.")
        add("SCORE", minutes, text, score=facts.score)
    if facts.account_value is not None:
        value = facts.account_value
        minutes = next((earned for least, earned in weights.value_steps if value >= least), 0)
        text = gettext_noop("%(minutes)s minutes earlier for an account worth %(value)s.")
        add("VALUE", minutes, text, value=f"{value:,.0f}")
    minutes = weights.chronic * min(facts.earlier_unhappy, CHRONIC_MOST)
    text = gettext_noop("%(minutes)s minutes earlier for unhappy answers before: %(earlier)s.")
    add("CHRONIC", minutes, text, earlier=facts.earlier_unhappy)
    if facts.standing == standing.LONG_STANDING:
        text = gettext_noop("%(minutes)s minutes earlier because the issue is long-standing.")
        add("LONG_STANDING", weights.long_standing, text)
    if facts.standing == standing.ONE_OFF:
        text = gettext_noop("%(minutes)s minutes earlier because it is a one-off, soon put right.")
        add("ONE_OFF", weights.one_off, text)
    text = gettext_noop("%(minutes)s minutes earlier because others can read the complaint.")
    add("EXPOSURE", weights.exposure if facts.is_public else 0, text)
    text = gettext_noop("%(minutes)s minutes earlier for its cell in the matrix, %(cell)s.")
    add("CELL", facts.cell_minutes, text, cell=facts.cell)
    text = gettext_noop("%(minutes)s minutes earlier by the rule %(rule)s.")
    add("RULE", facts.rule_minutes, text, rule=facts.rule)
    text = gettext_noop("%(minutes)s minutes earlier because it was escalated.")
    add("RAISED", facts.raised_minutes, text)
    if facts.by_hand:
        minutes = minutes_to(facts.by_hand, sum(part.minutes for part in parts))
        text = gettext_noop("%(minutes)s minutes earlier because somebody set the priority to %(priority)s.")
        if minutes < 0:
            text = gettext_noop(
                "%(minutes)s minutes, which is later, because somebody set the priority to %(priority)s."
            )
        add("BY_HAND", minutes, text, priority=facts.by_hand)
    return parts


def minutes_to(wanted: str, earned: int) -> int:
    """The fewest minutes, more or less, that bring a sum of `earned` into the band `wanted`."""
    floors = {name: least for least, name in BANDS}
    ceilings = {below: least - 1 for (least, _name), below in zip(BANDS, (HIGH, NORMAL, LOW), strict=True)}
    if wanted in floors and earned < floors[wanted]:
        return floors[wanted] - earned
    if wanted in ceilings and earned > ceilings[wanted]:
        return ceilings[wanted] - earned
    return 0
