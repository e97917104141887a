"""The thread of a case: every mail names the one before and the first, so the customer's program keeps them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber
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
from followups.models import Conversation, CustomerPage, FollowUp, Mail, MailFile
from followups.queries import customer_page
from followups.services import addresses
from outbox.enums import Kind
from outbox.models import OutboundMessage
from outbox.services import messages
from outbox.services.messages import EmailRequest, FileToSend, mail_domain

log = structlog.get_logger(__name__)

NAMED = 10  # earlier mails a mail names besides the first: programs look at the last few


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail of a case's thread; see `post`."""

    case: Case
    mail: str
    dedupe_key: str
    context: Mapping[str, Any]
    by: User | None = None
    subject: str | None = None
    text: str | None = None
    html: str = ""
    files: Sequence[Attachment] = ()
    submission: str = ""
    public_id: str = ""
    expires_at: datetime | None = None


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
    letter = Letter(
        case=case, mail=mail, dedupe_key=dedupe_key, context=context, by=by, subject=subject, text=text, html=html,
        files=files, submission=submission, public_id=public_id, expires_at=expires_at,
    )  # fmt: skip
    return post_all([letter], now=now)[0]


def post_all(letters: Sequence[Letter], *, now: datetime) -> list[Mail]:
    """The same for many cases of a workspace, each once: a few statements, however many they are."""
    if not letters:
        return []
    workspace = letters[0].case.workspace
    cases = [letter.case for letter in letters]
    rows = Conversation.objects.of(workspace).select_for_update(of=("self",)).order_by("pk")
    threads = {row.case_id: row for row in rows.filter(case__in=cases)}
    named, pages = _named(list(threads.values())), _Pages(cases)
    address = addresses.maker(workspace=workspace)
    owners = cache(lambda: with_role(workspace=workspace, roles=[Role.OWNER]))
    nonces = [addresses.nonce_of(threads.get(case.pk)) for case in cases]
    requests = [
        _request(
            letter,
            threads.get(letter.case.pk),
            named,
            page=pages.url(letter.case),
            answers_to=address(nonce) or _mailbox(letter.case, letter.by, owners),
        )
        for letter, nonce in zip(letters, nonces, strict=True)
    ]
    queued = messages.queue_emails(requests, now=now)
    new = []
    for letter, nonce, message in zip(letters, nonces, queued, strict=True):
        thread = threads.get(letter.case.pk)
        if thread is None:
            threads[letter.case.pk] = thread = Conversation(
                workspace=workspace,
                case=letter.case,
                subject=message.subject,
                root_message_id=message.message_id,
                created_at=now,
            )
            new.append(thread)
        thread.last_message_id = message.message_id
        if address(nonce):
            thread.reply_nonce = nonce
    known = [thread for thread in threads.values() if thread.pk]
    Conversation.objects.of(workspace).bulk_create(new)
    Conversation.objects.of(workspace).bulk_update(known, ["last_message_id", "reply_nonce"])
    kept = [
        Mail(
            workspace=workspace,
            conversation=threads[letter.case.pk],
            by=letter.by,
            message=message,
            submission=letter.submission,
            subject=message.subject,
            body=message.text if letter.text is None else letter.text,
            html=letter.html,
            at=now,
            **({"public_id": letter.public_id} if letter.public_id else {}),
        )
        for letter, message in zip(letters, queued, strict=True)
    ]
    Mail.objects.of(workspace).bulk_create(kept)
    MailFile.objects.of(workspace).bulk_create(
        MailFile(workspace=workspace, mail=mail, attachment=file)
        for letter, mail in zip(letters, kept, strict=True)
        for file in letter.files
    )
    return kept


def _request(
    letter: Letter, thread: Conversation | None, named: Mapping[int, list[str]], *, page: str, answers_to: str
) -> EmailRequest:
    case, by, subject = letter.case, letter.by, letter.subject
    assert case.contact is not None  # whoever asks has checked that there is somebody to write to
    return EmailRequest(
        mail=letter.mail,
        to=case.contact.email,
        to_name=case.contact.name,
        from_name=f"{by.display_name} · {case.workspace.from_name}" if by else case.workspace.from_name,
        reply_to=answers_to,
        context={
            **letter.context,
            "case_url": page,
            **({"formatted": mark_safe(letter.html)} if letter.html else {}),
        },
        dedupe_key=letter.dedupe_key,
        kind=Kind.CUSTOMER,
        workspace=case.workspace,
        about=f"case:{case.pk}",
        subject=answering(thread.subject) if thread and subject is None else subject,
        text=letter.text,
        message_id=f"<{new_token()}@{mail_domain()}>",
        in_reply_to=thread.last_message_id if thread else "",
        references=[thread.root_message_id, *named[thread.pk]] if thread else (),
        expires_at=letter.expires_at,
        files=[
            FileToSend(name=file.name, content_type=file.content_type, size=file.size, path=file.path)
            for file in letter.files
        ],
    )


class _Pages:
    """The addresses of the customers' own pages of these cases, of one workspace."""

    def __init__(self, cases: Sequence[Case]) -> None:
        workspace = cases[0].workspace
        self._is_on = customer_page.settings_of(workspace=workspace).is_on
        rows = CustomerPage.objects.of(workspace).filter(case__in=cases, revoked_at__isnull=False)
        self._revoked = set(rows.values_list("case", flat=True)) if self._is_on else set()

    def url(self, case: Case) -> str:
        """The full address of the customer's own page of the case; empty where it is switched off or closed."""
        if not self._is_on or case.pk in self._revoked:
            return ""
        return absolute_url("followups:case_page", token=case.link)


def page_url(*, case: Case) -> str:
    """The full address of the customer's own page of the case; empty where it is switched off or closed."""
    return _Pages([case]).url(case)


def answering(subject: str) -> str:
    """`Re: ` and the subject, once."""
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _mailbox(case: Case, by: User | None, owners: Callable[[], list[User]]) -> str:
    """Where the customer's answer goes while we receive no mail (services/addresses.py): to somebody who reads it.

    The workspace's own address for replies, else the writer, else the case's owner, else an owner of the workspace.
    """
    if case.workspace.reply_to:
        return str(case.workspace.reply_to)
    for user in (by, case.owner):
        if user is not None and user.is_active:
            return user.email
    found = owners()
    return found[0].email if found else str(case.workspace.email)


def _named(threads: Sequence[Conversation]) -> dict[int, list[str]]:
    """The last mails of each thread that are not its first, oldest first, by the thread's id (RFC 5322, 3.6.4)."""
    found: dict[int, list[str]] = {thread.pk: [] for thread in threads}
    if not threads:
        return found
    place = Window(RowNumber(), partition_by="conversation", order_by=[F("at").desc(), F("pk").desc()])
    rows = Mail.objects.of(threads[0].workspace_id).filter(conversation__in=found)
    rows = rows.exclude(message__isnull=True, wire_id="").annotate(place=place).filter(place__lte=NAMED)
    firsts = {thread.pk: thread.root_message_id for thread in threads}
    for thread, ours, theirs in rows.order_by("conversation", "-place").values_list(
        "conversation", "message__message_id", "wire_id"
    ):
        name = ours or theirs
        if name != firsts[thread] and name not in found[thread]:
            found[thread].append(name)
    return found


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
