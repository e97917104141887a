"""News from below becomes work of this app."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import User, Workspace
from accounts.signals import workspace_created
from core.queue import nudge_on_commit
from detractors.services import cases, provisioning
from surveys.models import Contact
from surveys.signals import contact_erased, response_amended, response_recorded, response_trust_changed

DECIDE = "detractors.decide_pending"


@receiver(
    [response_recorded, response_amended, response_trust_changed], dispatch_uid="detractors.wake_decisions"
)
def wake_decisions(**_facts: Any) -> None:
    """Somebody answered: decide now rather than at the sweep's next turn."""
    nudge_on_commit(DECIDE)


@receiver(workspace_created, dispatch_uid="detractors.lay_first_furniture")
def lay_first_furniture(*, workspace: Workspace, owner: User, now: datetime, **_facts: Any) -> None:
    provisioning.lay_first_furniture(workspace=workspace, now=now)


@receiver(contact_erased, dispatch_uid="detractors.forget")
def forget(*, contact: Contact, now: datetime, **_facts: Any) -> None:
    cases.forget(contact=contact, now=now)
