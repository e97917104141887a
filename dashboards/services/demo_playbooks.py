"""Two playbooks at work in the bicycle shop: the recovery of a one-off, and that of a long-standing issue."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User, Workspace
from detractors.models import Case
from followups.models import Playbook
from followups.services import playbook_starting, playbooks, ready_made

STARTED = ("one_off", "chronic")


def furnish(*, workspace: Workspace, by: User, now: datetime) -> None:
    """Both recoveries are on, and each runs for an open case that somebody has answered."""
    ready_made.provide(workspace=workspace, now=now)
    rows = {row.key: row for row in Playbook.objects.of(workspace).filter(key__in=STARTED)}
    for key in STARTED:
        if key in rows:
            playbooks.switch(playbook=rows[key], on=True, now=now)
    cases = (
        Case.objects.of(workspace).open().awake().filter(contact__isnull=False, owner__isnull=False)
    ).order_by("number")
    for key, case in zip(STARTED, cases[: len(STARTED)], strict=False):
        playbook_starting.start(playbook=rows[key], case=case, by=by, now=now - timedelta(minutes=5))
