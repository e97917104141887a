"""What became of a contact's unhappiness, for their timeline."""

from datetime import datetime
from typing import Any

from accounts.rules.sight import Sight
from detractors.models import Case
from detractors.queries.sight import cases as visible
from surveys.models import Contact

Told = tuple[datetime, str, dict[str, Any]]
STEPS = (("opened_at", "CASE_OPENED"), ("contacted_at", "CASE_CONTACTED"), ("resolved_at", "CASE_RESOLVED"))


def of_contact(*, contact: Contact, before: datetime | None, limit: int, sight: Sight) -> list[Told]:
    """The steps of the contact's cases that may be seen, the newest of each kind before a moment."""
    rows = Case.objects.of(contact.workspace_id).filter(
        visible(workspace=contact.workspace, sight=sight), contact=contact
    )
    found: list[Told] = []
    for field, code in STEPS:
        step = rows.filter(**{f"{field}__isnull": False}, **({f"{field}__lt": before} if before else {}))
        found += [
            (at, code, {"number": number})
            for at, number in step.order_by(f"-{field}").values_list(field, "number")[:limit]
        ]
    return found
