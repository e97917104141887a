"""Rows for the fault run, made in the product's own environment:

    python -m bench.fault_cast SLUG LINKS MAILED SECONDS

LINKS contacts get a link that nobody mails; MAILED others are asked by mail, spread over the next SECONDS. Prints
{"survey": "<public id>", "links": ["http://.../s/<token>/", ...]}.
"""

import json
import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402  after the set-up

from accounts.models import Workspace  # noqa: E402
from core.links import absolute_url  # noqa: E402
from surveys.models import Survey  # noqa: E402
from surveys.services import contacts, invitations  # noqa: E402


def main(slug: str, links: int, mailed: int, seconds: int) -> None:
    """Make the rows and print where the answers go."""
    workspace = Workspace.objects.get(slug=slug)
    survey = Survey.objects.of(workspace).get()
    now = timezone.now()
    addresses = []
    for number in range(links + mailed):
        who = "link" if number < links else "mail"
        contact, _is_new = contacts.upsert(
            workspace=workspace,
            now=now,
            external_id=f"{who}-{number}",
            email=f"{who}-{number}@customer.example",
            name=f"Customer {number}",
        )
        due_at = (
            now + timedelta(seconds=seconds * (number - links) / max(mailed, 1)) if who == "mail" else None
        )
        invitation = invitations.invite(
            workspace=workspace, survey=survey, contact=contact, now=now, send=who == "mail", due_at=due_at
        )
        if who == "link":
            addresses.append(absolute_url("surveys:answer", token=invitation.link))
    print(json.dumps({"survey": survey.public_id, "links": addresses}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
