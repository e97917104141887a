"""The people who look after a workspace hear that one of its chat targets was switched off."""

from __future__ import annotations

from datetime import datetime

from accounts.enums import Role
from accounts.queries import with_role
from core.links import absolute_url
from outbox.models import ChatTarget
from outbox.services.notices import Notice, queue_notices


def tell_of_end(*, target: ChatTarget, now: datetime) -> int:
    """A mail to each owner and admin; returns how many."""
    workspace = target.workspace
    facts = {
        "name": target.name,
        "count": target.failures,
        "why": target.last_error,
        "url": absolute_url("outbox:chat_targets", slug=workspace.slug),
    }
    notices = [
        Notice(
            mail="chat_target_off",
            to=person.email,
            to_name=person.display_name,
            workspace=workspace,
            about="",
            dedupe_key=f"chat_target_off:{target.pk}:{target.updated_at:%Y%m%d%H%M%S}:{person.pk}",
            facts=facts,
        )
        for person in with_role(workspace=workspace, roles=[Role.OWNER, Role.ADMIN])
    ]
    return queue_notices(notices, now=now)
