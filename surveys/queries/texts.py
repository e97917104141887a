"""Reads of texts that came in: the tray, and those that were placed."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import Workspace
from accounts.rules.sight import Sight
from surveys.enums import TextOutcome
from surveys.models import Contact, InboundText, SmsGateway
from surveys.queries import sight as sights

PAGE = 50


def gateway_of_address(*, public_id: str) -> SmsGateway | None:
    """The gateway a provider calls at this address; whether the call is the provider's is asked of its signature.

    One that is switched off sends nothing, and still hears: a STOP holds whenever it comes.
    """
    found: SmsGateway | None = (
        SmsGateway.objects.across_workspaces()  # the address is unguessable and names one gateway
        .select_related("workspace")
        .filter(public_id=public_id)
        .first()
    )
    return found


def visible(*, workspace: Workspace, sight: Sight) -> QuerySet[InboundText]:
    """The texts a member may see: those of people in sight. One of nobody is seen by those who see everybody."""
    rows: QuerySet[InboundText] = InboundText.objects.of(workspace)
    if sight.is_everything:
        return rows
    people = Contact.objects.of(workspace).filter(sights.contacts(workspace=workspace, sight=sight))
    return rows.filter(contact__in=people.values("pk"))


def tray(*, workspace: Workspace, sight: Sight, older_than: int | None = None) -> list[InboundText]:
    """One page of texts that wait for somebody, newest first, one more than PAGE when there are older ones."""
    rows = visible(workspace=workspace, sight=sight).filter(outcome=TextOutcome.UNPLACED)
    return _page(rows, older_than)


def placed(*, workspace: Workspace, sight: Sight, older_than: int | None = None) -> list[InboundText]:
    """One page of the texts that became something, newest first; as `tray`."""
    rows = visible(workspace=workspace, sight=sight).exclude(outcome=TextOutcome.UNPLACED)
    return _page(rows, older_than)


def waiting(*, workspace: Workspace, sight: Sight) -> int:
    """How many texts wait for somebody, counted no further than 1,000."""
    return visible(workspace=workspace, sight=sight).filter(outcome=TextOutcome.UNPLACED)[:1_000].count()


def one(*, workspace: Workspace, sight: Sight, public_id: str) -> InboundText | None:
    """The text with this id, with whom it is from and what it came after; None when it is not to be seen here."""
    found: InboundText | None = (
        visible(workspace=workspace, sight=sight)
        .select_related("contact", "invitation__survey", "sorted_by")
        .filter(public_id=public_id)
        .first()
    )
    return found


def _page(rows: QuerySet[InboundText], older_than: int | None) -> list[InboundText]:
    if older_than is not None:
        rows = rows.filter(Q(pk__lt=older_than))
    return list(rows.select_related("contact", "invitation__survey", "sorted_by").order_by("-pk")[: PAGE + 1])
