"""Asking one person by hand, now."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User, Workspace
from surveys.enums import CampaignKind, CampaignStatus, ResponseChannel
from surveys.models import Campaign, Contact, Invitation, Survey
from surveys.services import invitations


@transaction.atomic
def ask(
    *,
    workspace: Workspace,
    contact: Contact,
    about: str,
    by: User,
    now: datetime,
    note: str = "",
    channel: str = ResponseChannel.EMAIL,
) -> Invitation | None:
    """Ask `contact` what `about` names ("survey:id", "campaign:id" of a campaign by hand): planned, or refused with its
    reason. `note` overrules a wait of the contact policy. None when there is no such thing to ask. A campaign asks on its
    own channel, whatever `channel` says.
    """
    kind, _colon, public_id = about.partition(":")
    campaign: Campaign | None = None
    survey: Survey | None = None
    if kind == "campaign":
        found = Campaign.objects.of(workspace).select_related("survey__workspace", "touchpoint", "workspace")
        campaign = (
            found.select_for_update(of=("self",))
            .filter(public_id=public_id, kind=CampaignKind.MANUAL, status=CampaignStatus.RUNNING)
            .first()
        )
        survey = campaign.survey if campaign else None
    elif kind == "survey":
        survey = Survey.objects.of(workspace).select_related("workspace").filter(public_id=public_id).first()
    if survey is None:
        return None
    asked = Invitation.objects.of(workspace).filter(campaign=campaign, contact=contact) if campaign else None
    last = asked.aggregate(last=Max("round"))["last"] if asked is not None else 0
    return invitations.invite(
        workspace=workspace,
        survey=survey,
        contact=contact,
        campaign=campaign,
        touchpoint=campaign.touchpoint if campaign else None,
        of_round=(last or 0) + 1,
        channel=campaign.channel if campaign else channel,
        override_note=note.strip(),
        override_by=by,
        now=now,
    )
