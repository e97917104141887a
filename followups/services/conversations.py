"""The thread of a case: every mail names the one before and the first, so the customer's program keeps them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.queries import with_role
from core.links import absolute_url
from core.tokens import new_token
from detractors.models import Attachment, Case
from detractors.services import cases, promise_keeping
from followups import queries
from followups.enums import FollowUpStep
from followups.models import Conversation, FollowUp, Mail, MailFile
from followups.queries import customer_page
from followups.services import addresses
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services import messages
from outbox.services.messages import FileToSend, mail_domain

log = structlog.get_logger(__name__)

NAMED = 10  # earlier mails a mail names besides the first: programs look at the last few


def post(
    *,
    case: Case,
    mail: str,
    dedupe_key: str,
    now: datetime,
    context: Mapping[str, Any],
    by: User | None = None,
    subject: str | None = None,
    text: str | None = None,
    html: str = "",
    files: Sequence[Attachment] = (),
    submission: str = "",
    public_id: str = "",
    expires_at: datetime | None = None,
) -> Mail:
    """Queue a mail of the case's thread and keep it; in the caller's transaction, which has locked the case.

    `subject` and `text` are a person's own words, `html` the same formatted and safe, when they are, `files` the
    case's that go with them; without a subject a later mail answers the thread's. `case.workspace`
    and `case.contact` are loaded, the contact has an address.
    """
    assert case.contact is not None  # whoever asks has checked that there is somebody to write to
    conversation = (
        Conversation.objects.of(case.workspace_id).select_for_update(of=("self",)).filter(case=case).first()
    )
    nonce = addresses.nonce_of(conversation)
    answers_to = addresses.reply_address(case=case, nonce=nonce)
    message = messages.queue_email(
        mail=mail,
        to=case.contact.email,
        to_name=case.contact.name,
        from_name=f"{by.display_name} · {case.workspace.from_name}" if by else case.workspace.from_name,
        reply_to=answers_to or reply_address(case=case, by=by),
        context={
            **context,
            "case_url": page_url(case=case),
            **({"formatted": mark_safe(html)} if html else {}),
        },
        dedupe_key=dedupe_key,
        kind=Kind.CUSTOMER,
        workspace=case.workspace,
        about=f"case:{case.pk}",
        subject=answering(conversation.subject) if conversation and subject is None else subject,
        text=text,
        message_id=f"<{new_token()}@{mail_domain()}>",
        in_reply_to=conversation.last_message_id if conversation else "",
        references=_references(conversation) if conversation else (),
        expires_at=expires_at,
        files=[
            FileToSend(name=file.name, content_type=file.content_type, size=file.size, path=file.path)
            for file in files
        ],
        now=now,
    )
    if conversation is None:
        conversation = Conversation(
            workspace=case.workspace,
            case=case,
            subject=message.subject,
            root_message_id=message.message_id,
            created_at=now,
        )
    conversation.last_message_id = message.message_id
    if answers_to:
        conversation.reply_nonce = nonce
    conversation.save()
    kept = Mail(
        workspace=case.workspace,
        conversation=conversation,
        by=by,
        message=message,
        submission=submission,
        subject=message.subject,
        body=message.text if text is None else text,
        html=html,
        at=now,
        **({"public_id": public_id} if public_id else {}),
    )
    kept.save(force_insert=True)
    MailFile.objects.of(case.workspace_id).bulk_create(
        MailFile(workspace_id=case.workspace_id, mail=kept, attachment=file) for file in files
    )
    return kept


def page_url(*, case: Case) -> str:
    """The full address of the customer's own page of the case; empty where it is switched off or closed."""
    if not customer_page.settings_of(workspace=case.workspace).is_on:
        return ""
    if customer_page.page_of(case=case).revoked_at is not None:
        return ""
    return absolute_url("followups:case_page", token=case.link)


def answering(subject: str) -> str:
    """`Re: ` and the subject, once."""
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def reply_address(*, case: Case, by: User | None) -> str:
    """Where the customer's answer goes while we receive no mail (services/addresses.py): to somebody who reads it.

    The workspace's own address for replies, else the writer, else the case's owner, else an owner of the workspace.
    """
    if case.workspace.reply_to:
        return str(case.workspace.reply_to)
    for user in (by, case.owner):
        if user is not None and user.is_active:
            return user.email
    owners = with_role(workspace=case.workspace, roles=[Role.OWNER])
    return owners[0].email if owners else str(case.workspace.email)


def _references(conversation: Conversation) -> list[str]:
    """The first mail of the thread and the last ones, oldest first (RFC 5322, 3.6.4)."""
    latest = list(
        Mail.objects.of(conversation.workspace_id)
        .filter(conversation=conversation)
        .exclude(message__isnull=True, wire_id="")
        .order_by("-at", "-id")
        .values_list("message__message_id", "wire_id")[:NAMED]
    )
    ids = [ours or theirs for ours, theirs in reversed(latest)]
    return list(dict.fromkeys([conversation.root_message_id, *ids]))


# --- A mail that did not arrive -------------------------------------------------------------------------------


def notice_failure(*, message: OutboundMessage, now: datetime) -> bool:
    """A mail of a thread did not arrive: its case says so, once; False when it is no mail of a thread, or known.

    A reply no longer counts as contact: if it was the first response, that promise runs again. A closing mail no longer
    counts as having told the customer.
    """
    mail = (
        Mail.objects.across_workspaces()
        .select_related("conversation")
        .filter(message=message.pk, workspace=message.workspace_id)
        .first()
    )
    return mail is not None and _notice(mail, message, now)


@transaction.atomic
def _notice(mail: Mail, message: OutboundMessage, now: datetime) -> bool:
    case = (
        Case.objects.of(mail.workspace_id).select_for_update(of=("self",)).get(pk=mail.conversation.case_id)
    )
    if queries.is_known_as_lost(mail=mail):
        return False
    why = _why(message)
    if mail.by_id is not None and (event := queries.reply_event(mail=mail, case=case)):
        cases.undo_contact(case=case, event_id=event.pk, reason=why, now=now)
        promise_keeping.untold(case=case, event_id=event.pk, reason=why, now=now)
        return True
    cases.note_automatic(
        case=case,
        what=_("“%(subject)s” did not arrive. %(why)s") % {"subject": mail.subject, "why": why},
        now=now,
        lost=mail.public_id,
    )
    closing = FollowUp.objects.of(mail.workspace_id).filter(
        case=case, step=FollowUpStep.CLOSING, episode=case.reopened_count, message=message.pk
    )
    if closing.exists():
        cases.mark_not_told_back(case=case, now=now)
    return True


def _why(message: OutboundMessage) -> str:
    if message.skipped_because == "SUPPRESSED":
        return _("The address is on the suppression list.")
    if message.skipped_because:
        return _("It could not be sent in time.")
    if message.last_error:
        return _("The mail server said: %(words)s") % {"words": message.last_error}
    return _("The mail was refused.")


def notice_failures(*, now: datetime) -> int:
    """Every failure of a mail whose news was missed; returns how many."""
    noticed = 0
    for mail in queries.unnoticed_failures(now=now):
        try:
            noticed += mail.message is not None and _notice(mail, mail.message, now)
        except Exception:  # tried again next turn; one case must not hide the failures of others
            log.exception("failure_not_noticed", mail=mail.pk)
    return noticed
