"""What the apps below tell: a workspace was made, a mail did not arrive."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import Workspace
from accounts.signals import checklist_asked, sight_choices, workspace_created
from outbox.channels.sms import Gateway
from outbox.models import OutboundMessage
from outbox.signals import message_opened, message_undeliverable, text_gateway_asked
from surveys.models import Contact
from surveys.queries import lists
from surveys.services import invitations, openings, sms_gateways, surveys, trying


@receiver(workspace_created, dispatch_uid="surveys.first_survey")
def provide_first_survey(*, workspace: Workspace, now: datetime, **_: Any) -> None:
    """In the transaction that makes the workspace: it has a survey, or does not exist."""
    surveys.provide_first(workspace=workspace, now=now)


@receiver(message_undeliverable, dispatch_uid="surveys.mail_undeliverable")
def mark_undeliverable(*, message: OutboundMessage, now: datetime, **_: Any) -> None:
    invitations.note_undeliverable(message=message, now=now)


@receiver(message_opened, dispatch_uid="surveys.mail_opened")
def mark_opened(*, message: OutboundMessage, at: datetime, **_: Any) -> None:
    openings.note(message=message, at=at)


@receiver(sight_choices, dispatch_uid="surveys.sight_choices")
def offer_sight_choices(*, workspace: Workspace, **_: Any) -> dict[str, Any]:
    """What a member can be limited to: touchpoints by public id, and the values seen of each attribute."""
    return {
        "touchpoints": [(row.public_id, row.name) for row in lists.touchpoints(workspace=workspace)],
        "attributes": [(row.name, sorted(row.values)) for row in lists.attributes(workspace=workspace)],
    }


@receiver(checklist_asked, dispatch_uid="surveys.first_steps")
def tell_first_steps(*, workspace: Workspace, **_: Any) -> dict[str, object]:
    """Which of the first steps that concern surveys and contacts are done."""
    return {
        **trying.first_steps(workspace=workspace),
        "contacts": Contact.objects.of(workspace).exists(),
    }


@receiver(text_gateway_asked, dispatch_uid="surveys.text_gateway")
def tell_gateway(*, workspace_id: int, **_: Any) -> Gateway | None:
    """How the texts of a workspace leave; None when they do not."""
    return sms_gateways.gateway(workspace_id=workspace_id)
