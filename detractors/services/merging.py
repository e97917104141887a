"""Two customers turn out to be one: the cases of the one go to the other."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from detractors.enums import Category, EventKind
from detractors.models import Case
from detractors.services import timeline
from surveys.models import Contact

UNFINISHED = (Category.OPEN, Category.WAITING)


def asked(*, keep: Contact, other: Contact) -> dict[str, Any]:
    """How many cases would move, and why they cannot: a customer has one open case at most."""
    open_cases = Case.objects.of(keep.workspace_id).filter(contact__in=[keep, other], category__in=UNFINISHED)
    numbers = list(open_cases.order_by("number").values_list("number", flat=True))
    hinders = ""
    if len(numbers) > 1:
        hinders = _("Both have an open case (%(numbers)s). Resolve or dismiss one of them first.") % {
            "numbers": ", ".join(f"#{number}" for number in numbers)
        }
    return {"cases": Case.objects.of(keep.workspace_id).filter(contact=other).count(), "hinders": hinders}


def move(*, keep: Contact, other: Contact, by: User | None, now: datetime) -> None:
    """Give every case of `other` to `keep`, with a line in its timeline."""
    rows = Case.objects.of(keep.workspace_id).filter(contact=other).order_by("pk")
    for case in rows.select_for_update(of=("self",)):
        case.contact = keep
        case.save(update_fields=["contact"])
        note = _("The customer was merged with another contact of the same person.")
        timeline.write(case=case, kind=EventKind.NOTE, by=by, now=now, note=note)
