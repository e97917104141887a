"""What a customer wrote goes into the conversation of their case, and has its consequences.

A wait ends, the next response is owed, the owner and who watches hear of it, mails that only made sense without an answer
do not leave, and a case that was over opens again. What a program wrote is kept beside the words and moves nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from detractors.enums import EventKind
from detractors.models import Case
from detractors.queries.cases import open_case_of
from detractors.services import attachments, hearing, timeline
from detractors.services.errors import CaseError, Incomplete
from followups.enums import Direction, FollowUpStatus, FollowUpStep, MailKind, SkippedBecause
from followups.models import Conversation, FollowUp, Mail
from followups.queries import inbound as queries
from followups.reading import Read
from followups.services import addresses, doubts

PARTS = 10  # files of one mail that are kept beside the case; the raw mail holds them all
BODY = 50_000


class TooLongAgo(Exception):
    """The case has been over for longer than replies open it again: the mail begins a new one."""


class CaseGone(Exception):
    """The case cannot take mail any more."""


def customer_wrote(*, case: Case, read: Read, at: datetime, now: datetime, by: User | None = None) -> Mail:
    """A person's words reach the case; in the caller's transaction. `by` is who put them there by hand.

    A case that was merged hands on to where it went; one that is over opens again. Raises TooLongAgo, CaseGone.
    """
    case = _place(case, by=by, now=now)
    mail = keep(case=case, read=read, kind=MailKind.HUMAN, at=at, now=now)
    try:
        hearing.wrote(case=case, text=read.text, now=now, by_way=hearing.MAIL, at=at, mail=mail.public_id)
    except CaseError as error:
        raise CaseGone from error
    doubts.settle_answered(case=case, ids=read.answers, now=now)
    _skip_unneeded(case)
    return mail


def keep(*, case: Case, read: Read, kind: str, at: datetime, now: datetime) -> Mail:
    """The mail in the conversation of the case, with its files; nothing else follows."""
    thread = (
        Conversation.objects.of(case.workspace_id).select_for_update(of=("self",)).filter(case=case).first()
    )
    if thread is None:
        thread = Conversation(
            workspace_id=case.workspace_id,
            case=case,
            subject=read.subject,
            root_message_id=read.message_id,
            reply_nonce=addresses.nonce_of(None),
            created_at=now,
        )
    is_person = kind == MailKind.HUMAN
    if read.message_id and (is_person or not thread.last_message_id):
        thread.last_message_id = read.message_id  # ours answers theirs
    thread.save()
    mail = Mail(
        workspace_id=case.workspace_id,
        conversation=thread,
        direction=Direction.IN,
        kind=kind,
        sender=read.sender[:320],
        sender_name=read.sender_name,
        wire_id=read.message_id,
        subject=read.subject,
        body=read.text[:BODY],
        quoted=read.quoted[:BODY],
        html=read.html if is_person else "",
        at=at,
    )
    mail.parts = _files(case, read, now) if is_person else []
    mail.save(force_insert=True)
    return mail


def _files(case: Case, read: Read, now: datetime) -> list[dict[str, Any]]:
    """The files of a mail beside the case, as far as they are taken; of each what became of it."""
    said: list[dict[str, Any]] = []
    for place, part in enumerate(read.parts[:200]):
        fact: dict[str, Any] = {"name": part.name, "size": len(part.content)}
        if part.cid:
            fact["cid"] = part.cid
        if place >= PARTS:
            fact["why"] = _("More than %(most)s files: it is in the original mail.") % {"most": PARTS}
        else:
            file = SimpleUploadedFile(part.name, part.content)
            try:
                with transaction.atomic():
                    fact["attachment"] = attachments.attach(case=case, file=file, by=None, now=now).public_id
            except Incomplete as error:
                fact["why"] = error.sentence
        said.append(fact)
    return said


def _place(case: Case, *, by: User | None, now: datetime) -> Case:
    """The case the words belong to, locked: of one that is over, the customer's open one if there is one."""
    found = _lock(case)
    for _step in range(5):
        if found.merged_into_id is None:
            break
        found = _lock(found.merged_into)
    if found.is_open:
        return found
    over_since = found.closed_at or found.resolved_at
    intake = queries.intake(workspace=found.workspace_id)
    days = intake.reopens_days if intake is not None else 30
    if by is None and over_since is not None and now - over_since > timedelta(days=days):
        raise TooLongAgo
    other = (
        open_case_of(workspace=found.workspace, contact_id=found.contact_id)
        if found.contact_id and found.split_from_id is None
        else None
    )
    return _lock(other) if other is not None else found


def _lock(case: Any) -> Case:
    Case.objects.of(case.workspace_id).select_for_update().values_list("pk").get(pk=case.pk)
    found: Case = (
        Case.objects.of(case.workspace_id)
        .select_related("workspace", "contact", "owner", "team", "survey", "policy", "merged_into")
        .get(pk=case.pk)
    )
    return found


def _skip_unneeded(case: Case) -> None:
    """Mails that ask for the answer which has just come do not leave."""
    FollowUp.objects.of(case.workspace_id).filter(
        case=case, step=FollowUpStep.WAITING, status=FollowUpStatus.PLANNED
    ).update(status=FollowUpStatus.SKIPPED, skipped_because=SkippedBecause.NO_LONGER_TRUE)


def link(*, case: Case, before: Case, now: datetime) -> None:
    """The new case and the one it goes on from name each other."""
    for one, other, words in (
        (case, before, _("It goes on from #%(number)s, which was over for too long to open it again.")),
        (before, case, _("The customer wrote again: see #%(number)s.")),
    ):
        timeline.write(case=_lock(one), kind=EventKind.NOTE, now=now, note=words % {"number": other.number})
