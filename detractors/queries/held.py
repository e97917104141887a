"""Answers that a rule holds for a look."""

from __future__ import annotations

from accounts.models import Workspace
from detractors.enums import DecisionOutcome, DecisionReason
from detractors.models import CaseDecision

SHOWN = 50


def by_rules(*, workspace: Workspace) -> list[CaseDecision]:
    """The held answers whose time comes first, with what was said."""
    rows = _rows(workspace).select_related("response__contact", "response__survey")
    return list(rows.order_by("decide_at", "pk")[:SHOWN])


def decision_of(*, workspace: Workspace, public_id: str) -> CaseDecision | None:
    """The decision about an answer that a rule holds, or held a moment ago."""
    rows = CaseDecision.objects.of(workspace).filter(response__public_id=public_id)
    found: CaseDecision | None = rows.filter(reason=DecisionReason.RULE).first()
    return found


def _rows(workspace: Workspace):  # type: ignore[no-untyped-def]  # a queryset of decisions
    # Held answers are few and have a moment: the partial index on it finds them.
    return CaseDecision.objects.of(workspace).filter(
        decide_at__isnull=False, outcome=DecisionOutcome.HELD, reason=DecisionReason.RULE
    )
