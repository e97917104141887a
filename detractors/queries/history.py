"""What became of a contact's unhappiness, for their timeline."""

from datetime import datetime
from typing import Any

from accounts.rules.sight import Sight
from detractors.models import Case, Retention
from detractors.queries.sight import cases as visible
from surveys.models import Contact
from surveys.queries.history import newest

Told = tuple[datetime, str, dict[str, Any]]
STEPS = (("opened_at", "CASE_OPENED"), ("contacted_at", "CASE_CONTACTED"), ("resolved_at", "CASE_RESOLVED"))


def of_contact(*, contact: Contact, before: datetime | None, limit: int, sight: Sight) -> list[Told]:
    """The steps of the contact's cases that may be seen, the newest of each kind before a moment."""
    rows = Case.objects.of(contact.workspace_id).filter(
        visible(workspace=contact.workspace, sight=sight), contact=contact
    )
    found: list[Told] = []
    for field, code in STEPS:
        step = rows.filter(**{f"{field}__isnull": False}).only("number", field)
        found += [
            (getattr(row, field), code, {"number": row.number})
            for row in newest(step, field=field, before=before, limit=limit)
        ]
    said = Retention.objects.of(contact.workspace_id).filter(case__in=rows).select_related("case")
    found += [
        (row.set_at, f"CUSTOMER_{row.state}", {"number": row.case.number})
        for row in newest(said, field="set_at", before=before, limit=limit)
    ]
    return found
