"""What the card "kept or lost" of a case shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from accounts.rules.permissions import Permission, can
from detractors.enums import Retained
from detractors.models import Case, LossReason, Retention
from detractors.queries import retention as queries
from detractors.retention_forms import RetentionForm
from detractors.rules import retention as rules

TONES = {Retained.KEPT.value: "good", Retained.LOST.value: "bad"}


def facts(
    case: Case, *, role: str, reasons: Callable[[], list[LossReason]], form: RetentionForm | None = None
) -> dict[str, Any]:
    """What the card of the case shows: what was said, what the second answer suggests, the form."""
    row = queries.of_case(case=case)
    may = can(role, Permission.WORK_CASES) and case.merged_into_id is None
    suggested = rules.suggested(case.outcome) if row is None else ""
    initial = (
        {"state": row.state, "on_date": row.on_date, "reason": row.reason.public_id if row.reason else "", "note": row.note}
        if row
        else {"state": suggested}
    )  # fmt: skip
    shown = form or RetentionForm(initial=initial, reasons=_offered(reasons(), row)) if may else None
    return {
        "retention": {
            "row": row,
            "tone": TONES.get(row.state if row else "", "neutral"),
            "suggested": suggested if may else "",
            "suggested_word": Retained(suggested).label if suggested else "",
            "suggested_day": (case.closed_at or case.opened_at).date().isoformat(),
            "form": shown,
            "url": reverse("detractors:retention_of_case", args=[case.workspace.slug, case.number]),
        }
    }


def offered(case: Case, row: Retention | None) -> list[LossReason]:
    """The reasons in use, and the one that was chosen before it was retired."""
    return _offered(queries.reasons(workspace=case.workspace), row)


def _offered(reasons: list[LossReason], row: Retention | None) -> list[LossReason]:
    found = list(reasons)
    if row is not None and row.reason is not None and row.reason not in found:
        found.append(row.reason)
    return found
