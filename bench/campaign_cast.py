"""Rows and acts for the proof of a large campaign, in the product's own environment:

    python -m bench.campaign_cast start SLUG PEOPLE
    python -m bench.campaign_cast pause|resume SLUG

Of twenty people one asked not to be surveyed, one has no address, one was asked a week ago, and the mailbox of one is gone.
"""

import os
import sys
from datetime import datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402  after the set-up

from accounts.models import Workspace  # noqa: E402
from accounts.queries import with_role  # noqa: E402
from surveys.models import Campaign, Contact, Survey  # noqa: E402
from surveys.services import campaigns  # noqa: E402

OUT, BARE, RECENT, GONE = 3, 7, 11, 15  # of twenty


def person(workspace: Workspace, number: int, now: datetime) -> Contact:
    """One of the audience."""
    kind = number % 20
    email = "" if kind == BARE else f"{'gone' if kind == GONE else 'person'}-{number}@customer.example"
    return Contact(
        workspace=workspace,
        external_id=f"C-{number}",
        email=email,
        name=f"Customer {number}",
        search=f"Customer {number} {email}",
        opted_out_at=now if kind == OUT else None,
        last_asked_at=now - timedelta(days=7) if kind == RECENT else None,
        created_at=now,
        updated_at=now,
    )


def main(act: str, slug: str, people: int = 0) -> None:
    """Do one act."""
    workspace, now = Workspace.objects.get(slug=slug), timezone.now()
    [owner, *_others] = with_role(workspace=workspace, roles=["OWNER"])
    if act == "start":
        rows = (person(workspace, number, now) for number in range(people))
        Contact.objects.of(workspace).bulk_create(rows, batch_size=2_000)
        made = campaigns.create(
            workspace=workspace, name="Proof", survey=Survey.objects.of(workspace).get(), audience={"all": True},
            by=owner, now=now,
        )  # fmt: skip
        campaigns.start(campaign=made, by=owner, now=timezone.now())
        return
    campaign = Campaign.objects.of(workspace).get()
    moves = {"pause": campaigns.pause, "resume": campaigns.resume}
    print(moves[act](campaign=campaign, by=owner, now=now))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4]))
