"""Where a case stands in the queue, kept on its row."""

from datetime import timedelta
from typing import Any

from detractors.models import Case
from detractors.rules import priority


def apply(*, case: Case, earlier_unhappy: int | None = None, is_public: bool = False) -> None:
    """Set `rank_at`, `priority` and `rank_parts` from the case's facts (not saved).

    The parts earned by score, value and history are found once, when the case opens; later only the promise moves.
    """
    if earlier_unhappy is None:
        minutes = sum(part["minutes"] for part in case.rank_parts)
        base = case.next_due_at or case.opened_at + priority.NO_PROMISE
        case.rank_at = base - timedelta(minutes=minutes)
        return
    result = priority.rank(
        priority.Facts(
            opened_at=case.opened_at,
            next_due_at=case.next_due_at,
            metric=case.survey.metric if case.survey else "NPS",
            score=case.score,
            account_value=case.contact.worth if case.contact else None,
            earlier_unhappy=earlier_unhappy,
            is_public=is_public,
        )
    )
    case.rank_at, case.priority = result.rank_at, result.priority
    case.rank_parts = [
        {"code": part.code, "minutes": part.minutes, "facts": _plain(part.sentence.facts)}
        for part in result.parts
    ]


def _plain(facts: Any) -> dict[str, object]:
    return {
        key: value if isinstance(value, int | float | str) else str(value) for key, value in facts.items()
    }
