"""What is at stake in one case; of all of them, see dashboards/queries/at_stake.py."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max

from accounts.rules.sight import EVERYTHING, Sight
from detractors.models import Case
from detractors.queries.remedies import settings_of
from detractors.queries.sight import cases as visible


@dataclass(frozen=True)
class CaseStake:
    """The value the case was counted with, and how many other open cases of the same company may be seen."""

    value: Decimal | None
    currency: str
    is_public: bool
    company: str = ""  # whose value it is, where it is not the person's own
    others: int = 0
    counted: Decimal | None = (
        None  # what the company adds to the total: the largest value among its open cases
    )


def of_case(*, case: Case, sight: Sight = EVERYTHING) -> CaseStake | None:
    """None where nothing is known to be at stake. At most two statements."""
    if case.account_value is None and not case.is_public:
        return None
    contact = case.contact
    found: dict[str, Any] = {"value": case.account_value, "is_public": case.is_public, "currency": ""}
    if case.account_value is not None:
        found["currency"] = settings_of(workspace=case.workspace_id).currency
    if case.account_value is not None and contact is not None and contact.account_id is not None:
        same = Case.objects.of(case.workspace_id).open().filter(contact__account=contact.account_id)
        if sight.is_limited:
            same = same.filter(visible(workspace=case.workspace, sight=sight))
        sums = same.exclude(pk=case.pk).aggregate(n=Count("pk"), most=Max("account_value"))
        found |= {
            "company": contact.company if contact.account_value is None else "",
            "others": sums["n"],
            "counted": max(case.account_value, sums["most"] or Decimal(0)),
        }
    return CaseStake(**found)
