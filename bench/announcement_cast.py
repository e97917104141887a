"""Rows for the proof of a large announcement, in the product's own environment:

    python -m bench.announcement_cast SLUG PEOPLE

PEOPLE whose closed case has one root cause, an improvement that removed it, and its announcement, which goes out.
"""

import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402  after the set-up

from accounts.models import Workspace  # noqa: E402
from accounts.queries import with_role  # noqa: E402
from detractors.enums import Category  # noqa: E402
from detractors.models import Case, RootCause  # noqa: E402
from detractors.services import improvements  # noqa: E402
from followups.services import announcements  # noqa: E402
from surveys.models import Contact, Survey  # noqa: E402


def main(slug: str, people: int) -> None:
    """Make the rows, and start it; prints how many people it goes to."""
    workspace, now = Workspace.objects.get(slug=slug), timezone.now()
    [owner, *_others] = with_role(workspace=workspace, roles=["OWNER"])
    cause = RootCause.objects.of(workspace).order_by("pk").first()
    survey, before = Survey.objects.of(workspace).get(), now - timedelta(days=30)
    contacts = Contact.objects.of(workspace).bulk_create(
        [
            Contact(
                workspace=workspace, external_id=f"T-{number}", email=f"told-{number}@customer.example",
                name=f"Customer {number}", search=f"Customer {number}", created_at=before, updated_at=before,
            )
            for number in range(people)
        ],
        batch_size=1_000,
    )  # fmt: skip
    Case.objects.of(workspace).bulk_create(
        [
            Case(
                workspace=workspace, number=100_000 + number, contact=contact, survey=survey, category=Category.CLOSED,
                score=2, latest_score=2, root_cause=cause, rank_at=before, opened_at=before, created_at=before,
                updated_at=before, closed_at=now - timedelta(days=9),
            )
            for number, contact in enumerate(contacts)
        ],
        batch_size=1_000,
    )  # fmt: skip
    change = improvements.add(workspace=workspace, by=owner, now=now, title="A second depot", causes=[cause])
    change = improvements.finish(improvement=change, outcome="Parcels leave from two depots.", now=now)
    row = announcements.draft(improvement=change, now=now)
    row = announcements.keep(improvement=change, subject=row.subject, body=row.body, now=now)
    print(announcements.start(announcement=row, by=owner, now=timezone.now()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
