"""Where a case stands in the queue, kept on its row.

`rank_parts` is the visible sum. What it was counted from stands beside it: `score`, `account_value`, `is_public`, `cell`,
and in `rank_facts` {"metric", "standing": {"code", "episodes", "content", "in_a_row"}, "rule": {"name", "minutes", "policy"},
"raised": minutes, "by_hand": priority}, so that other weights need no look into the past.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Workspace
from detractors.models import Case, MatrixCell, RankWeights
from detractors.rules import priority
from detractors.rules.standing import Standing

COLUMNS = (
    "rank_at",
    "priority",
    "rank_parts",
    "rank_facts",
    "account_value",
    "is_chronic",
)  # what counting writes


def apply(*, case: Case) -> None:
    """Another promise is the next one, nothing else: the same minutes from a new moment (not saved)."""
    minutes = sum(part["minutes"] for part in case.rank_parts)
    base = case.next_due_at or case.opened_at + priority.NO_PROMISE
    case.rank_at = base - timedelta(minutes=minutes)


def count(*, case: Case, weights: priority.Weights, cell: MatrixCell | None = None) -> None:
    """Set `rank_at`, `priority` and `rank_parts` from the facts on the row (not saved). `cell` is the case's own."""
    result = priority.rank(facts_of(case, cell), weights)
    case.rank_at, case.priority = result.rank_at, result.priority
    case.rank_parts = [
        {"code": part.code, "minutes": part.minutes, "facts": _plain(part.sentence.facts)}
        for part in result.parts
    ]


def facts_of(case: Case, cell: MatrixCell | None) -> priority.Facts:
    """What the sum is made of, as it stands on the case."""
    kept = case.rank_facts
    rule, standing = kept.get("rule") or {}, kept.get("standing") or {}
    return priority.Facts(
        opened_at=case.opened_at,
        next_due_at=case.next_due_at,
        metric=kept.get("metric") or "NPS",
        score=case.score,
        account_value=None if case.account_value is None else Decimal(case.account_value),
        earlier_unhappy=max(len(standing.get("episodes", ())) - 1, 0),
        is_public=case.is_public,
        standing=standing.get("code", ""),
        cell="" if cell is None else str(cell),
        cell_minutes=0 if cell is None else cell.priority_minutes,
        rule=rule.get("name", ""),
        rule_minutes=rule.get("minutes", 0),
        raised_minutes=kept.get("raised", 0),
        by_hand=by_hand(case),
    )


def by_hand(case: Case) -> str:
    """The priority somebody has set for the case; empty where the sum decides."""
    return str(case.rank_facts.get("by_hand") or "")


def keep_by_hand(*, case: Case, priority: str) -> None:
    """Somebody says how urgent it is, or with "" that the sum decides (not saved)."""
    facts = {name: value for name, value in case.rank_facts.items() if name != "by_hand"}
    case.rank_facts = {**facts, "by_hand": priority} if priority else facts


def keep_standing(*, case: Case, standing: Standing) -> None:
    """What the score history says (not saved)."""
    case.is_chronic = standing.is_chronic
    case.rank_facts = {
        **case.rank_facts,
        "standing": {
            "code": standing.code,
            "episodes": [moment.isoformat() for moment in standing.episodes],
            "content": standing.content,
            "in_a_row": standing.in_a_row,
        },
    }


def keep_rule(*, case: Case, name: str, minutes: int, policy: int | None = None) -> None:
    """A rule gave the case minutes, or a promise of its own (not saved)."""
    named = {"policy": policy} if policy else {}
    case.rank_facts = {**case.rank_facts, "rule": {"name": name, "minutes": minutes, **named}}


def keep_raise(*, case: Case, minutes: int) -> None:
    """An escalation moved the case forward by so many minutes more (not saved)."""
    before = case.rank_facts.get("raised", 0)
    case.rank_facts = {**case.rank_facts, "raised": before + minutes}


def weights_of(*, workspace: Workspace) -> priority.Weights:
    """The weights of the workspace, the usual ones if it has set none."""
    row = RankWeights.objects.of(workspace).first()
    return priority.DEFAULT_WEIGHTS if row is None else weights_in(row)


def weights_in(row: RankWeights) -> priority.Weights:
    """A stored row as the rule takes it."""
    steps = sorted(((Decimal(least), minutes) for least, minutes in row.value_steps), reverse=True)
    return priority.Weights(
        score=row.score_minutes,
        chronic=row.chronic_minutes,
        long_standing=row.long_standing_minutes,
        one_off=row.one_off_minutes,
        exposure=row.exposure_minutes,
        value_steps=tuple(steps),
    )


def standing_days(case: Case) -> list[datetime]:
    """When each unhappy episode began, oldest first, as it stands on the case."""
    return [
        datetime.fromisoformat(one) for one in (case.rank_facts.get("standing") or {}).get("episodes", ())
    ]


def _plain(facts: Any) -> dict[str, object]:
    return {
        key: value if isinstance(value, int | float | str) else str(value) for key, value in facts.items()
    }
