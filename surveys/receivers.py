"""What the apps below tell: a workspace was made, a mail did not arrive."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import Workspace
from accounts.signals import workspace_created
from outbox.models import OutboundMessage
from outbox.signals import message_undeliverable
from surveys.services import invitations, surveys


@receiver(workspace_created, dispatch_uid="surveys.first_survey")
def provide_first_survey(*, workspace: Workspace, now: datetime, **_: Any) -> None:
    """In the transaction that makes the workspace: it has a survey, or does not exist."""
    surveys.provide_first(workspace=workspace, now=now)


@receiver(message_undeliverable, dispatch_uid="surveys.mail_undeliverable")
def mark_undeliverable(*, message: OutboundMessage, now: datetime, **_: Any) -> None:
    invitations.note_undeliverable(message=message, now=now)
