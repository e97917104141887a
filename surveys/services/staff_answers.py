"""Answers a customer gave on the phone, in a demo or to support, written down by one of us and marked as such."""

from datetime import datetime

from django.db import transaction

from accounts.enums import Act
from accounts.models import User, Workspace
from accounts.services import audit
from surveys.enums import ResponseChannel, Trust
from surveys.models import Contact, Response, Survey, Touchpoint
from surveys.services import responses

CHANNELS = (ResponseChannel.CALL, ResponseChannel.DEMO, ResponseChannel.SUPPORT)


class NotByStaff(ValueError):
    """The channel is none on which one of us hears the answer."""


@transaction.atomic
def enter(
    *,
    workspace: Workspace,
    survey: Survey,
    score: int,
    channel: str,
    by: User,
    now: datetime,
    submission: str,
    contact: Contact | None = None,
    comment: str = "",
    touchpoint: Touchpoint | None = None,
    responded_at: datetime | None = None,
    open_case: bool = False,
) -> Response:
    """Store what the customer said, with who wrote it down; the same `submission` again is the same answer, amended.

    Raises NotByStaff and whatever `responses.record` raises.
    """
    if channel not in CHANNELS:
        raise NotByStaff(channel)
    response = responses.record(
        workspace=workspace,
        survey=survey,
        contact=contact,
        score=score,
        comment=comment,
        channel=channel,
        touchpoint=touchpoint,
        responded_at=responded_at,
        trust=Trust.STAFF,
        open_case=open_case,
        submission=submission,
        now=now,
    )
    Response.objects.of(workspace).filter(pk=response.pk).update(entered_by=by)
    response.entered_by = by
    audit.record(
        act=Act.ANSWER_ENTERED,
        by=by,
        now=now,
        workspace=workspace,
        subject_kind="answer",
        subject_id=response.public_id,
        detail={"channel": str(channel), "survey": survey.public_id},
    )
    return response
