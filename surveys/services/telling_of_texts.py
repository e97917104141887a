"""Texts nobody could place are told to those who sort them: the first at once, whatever comes after it in one mail a day.

What was sorted meanwhile is not told. A mail holds no number and no word, only how many wait and where.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from accounts.models import Membership, Workspace
from accounts.queries import active
from accounts.rules.permissions import Permission, can
from accounts.rules.sight import EVERYTHING
from core.links import absolute_url
from outbox.services.notices import Notice, queue_notices
from surveys.enums import TextOutcome
from surveys.models import InboundText
from surveys.queries import texts

DIGEST = timedelta(days=1)  # at least so long between two mails to the same people
MAIL = "texts_waiting"
AT_ONCE = 200  # workspaces in one turn


def tell(*, now: datetime) -> int:
    """Mail about every workspace's texts that wait and were not told, when its turn has come; returns how many mails."""
    untold = InboundText.objects.across_workspaces().filter(
        outcome=TextOutcome.UNPLACED, told_at__isnull=True
    )
    found = untold.order_by("workspace").values_list("workspace", flat=True).distinct()[:AT_ONCE]
    return sum(_tell(pk, now) for pk in found)


@transaction.atomic
def _tell(workspace_id: int, now: datetime) -> int:
    """One workspace's turn; two at once wait for each other, and the second finds nothing left to tell."""
    workspace = Workspace.objects.select_for_update(no_key=True).get(pk=workspace_id)
    rows = InboundText.objects.of(workspace)
    last = rows.filter(told_at__isnull=False).order_by("-told_at").values_list("told_at", flat=True).first()
    if last is not None and now < last + DIGEST:
        return 0
    fresh = rows.filter(outcome=TextOutcome.UNPLACED, told_at__isnull=True)
    if not fresh.update(told_at=now):
        return 0
    members = [
        row
        for row in active(workspace=workspace).select_related("user").order_by("pk")
        if can(row.role, Permission.VIEW_MAILBOX)
    ]
    count = texts.waiting(workspace=workspace, sight=EVERYTHING)  # whoever sorts them has no limits
    with translation.override(workspace.language):
        notices = [_notice(workspace, member, count, now) for member in members]
        return queue_notices(notices, now=now)


def _notice(workspace: Workspace, member: Membership, count: int, now: datetime) -> Notice:
    return Notice(
        mail=MAIL,
        to=member.user.email,
        to_name=member.user.display_name,
        workspace=workspace,
        about="",
        dedupe_key=f"{MAIL}:{workspace.pk}:{member.user_id}:{now:%Y%m%d%H%M}",
        facts={
            "name": member.user.display_name,
            "count": count,
            "url": absolute_url("surveys:text_tray", slug=workspace.slug),
        },
    )
