"""Rows of escalation and alerts for the scan."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import Membership
from detractors.models import Case
from detractors.rules import act_link
from outbox.enums import TargetKind
from outbox.models import ChatTarget
from outbox.services import chat_targets

if TYPE_CHECKING:
    from bench.scan.cast import Cast


def target(cast: Cast) -> ChatTarget:
    """One that is switched off: nothing leaves."""
    ChatTarget.objects.of(cast.workspace).filter(name__startswith="Room ").delete()
    row, _secret = chat_targets.save(
        workspace=cast.workspace, target=None, name=f"Room {cast.number()}", kind=TargetKind.SLACK,
        address="https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx", events=[],
        digest_at=None, now=timezone.now(),
    )  # fmt: skip
    chat_targets.switch(target=row, on=False, now=timezone.now())
    return row


def act_token(case: Case) -> str:
    """The token of a link in an alert to the owner of the workspace."""
    owner = Membership.objects.of(case.workspace_id).filter(role="OWNER")[0].user_id
    ends_at = timezone.now() + timedelta(days=1)
    return act_link.token_of(case_id=case.pk, user_id=owner, ends_at=ends_at, salt="")
