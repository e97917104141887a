"""What a customer does on their own page of the case: add, choose a call, say whether it is solved, be left alone.

Each form carries its own random word (`once`), so that a double click is one act. Everything happens under the lock of
the case. Nothing here trusts the link further than its case: whoever has it can say something, never read what is ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core.models import IdempotencyKey
from core.tokens import new_nonce, new_token
from detractors.enums import EventKind, NotificationKind
from detractors.models import Attachment, CallAppointment, Case
from detractors.services import appointments, attachments, cases, hearing, timeline
from detractors.services.errors import Incomplete
from detractors.services.locking import lock, save
from followups import queries
from followups.enums import Direction
from followups.models import Conversation, CustomerPage, CustomerPageSettings, Mail
from followups.queries import customer_page
from outbox.services.messages import mail_domain
from surveys.models import Contact
from surveys.rules import contact_values
from surveys.rules.verbatim import COMMENT_LIMIT
from surveys.services import contacts

CASE, ALL = "CASE", "ALL"  # what a customer wants to be left alone with
WORDS, LENGTH, FILE, PHONE, TIME, TAKEN, CHOICE = (
    "need_words", "too_long", "bad_file", "call_bad_phone", "call_no_time", "call_taken", "right_choose",
)  # fmt: skip


class Refused(Exception):
    """What was sent cannot be taken; `code` is a key of `followups.words`, `field` the place in the form."""

    def __init__(self, code: str, field: str) -> None:
        self.code = code
        self.field = field
        super().__init__(code)


class AlreadyTaken(Exception):
    """This very form was taken before."""


@contextmanager
def _once(case: Case, word: str, now: datetime) -> Iterator[Case]:
    """Run the body in one transaction with the case locked, once for each `word`. Raises AlreadyTaken."""
    with transaction.atomic():
        locked = lock(case)
        if word:
            _row, is_first = IdempotencyKey.objects.get_or_create(
                scope=f"customer:{case.pk}",
                key=word[:36],
                defaults={"fingerprint": f"case:{case.pk}", "status": 303, "created_at": now},
            )
            if not is_first:
                raise AlreadyTaken
        yield locked


def add(*, case: Case, text: str, now: datetime, file: Any = None, once: str = "") -> Mail | None:
    """Their words (and a file) reach the case and its conversation. Raises Refused, AlreadyTaken."""
    text = _words(text, required=file is None)
    with _once(case, once, now) as locked:
        mail = _keep(locked, text, now) if text else None
        kept: Attachment | None = None
        if file is not None:
            try:
                kept = attachments.attach(case=locked, file=file, by=None, now=now)
            except Incomplete:
                raise Refused(FILE, "file") from None
        hearing.wrote(
            case=locked,
            text=text or (kept.name if kept else ""),
            now=now,
            by_way=hearing.PAGE,
            mail=mail.public_id if mail else "",
        )
    return mail


def _words(text: str, *, required: bool = True) -> str:
    cleaned = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not cleaned and required:
        raise Refused(WORDS, "text")
    if len(cleaned) > COMMENT_LIMIT:
        raise Refused(LENGTH, "text")
    return cleaned


def _keep(case: Case, text: str, now: datetime) -> Mail:
    """Their words as a mail of the thread that came by the page."""
    thread = queries.conversation(case=case)
    if thread is None:
        root = f"<{new_token()}@{mail_domain()}>"
        thread = Conversation(
            workspace_id=case.workspace_id, case=case, subject="", root_message_id=root, last_message_id=root, created_at=now
        )  # fmt: skip
        thread.save(force_insert=True)
    mail = Mail(
        workspace_id=case.workspace_id,
        conversation=thread,
        direction=Direction.IN,
        subject=thread.subject,
        body=text,
        at=now,
    )
    mail.save(force_insert=True)
    return mail


def say(*, case: Case, is_solved: bool, text: str, now: datetime, once: str = "") -> None:
    """Whether it is right now. "Not yet" needs words and opens the case again. Raises Refused, AlreadyTaken."""
    words = _words(text, required=False)
    if not is_solved and not words:
        raise Refused("right_need_words", "text")
    with _once(case, once, now) as locked:
        if words:
            _keep(locked, words, now)
        hearing.said(case=locked, is_solved=is_solved, text=words, now=now)
        _page(locked, is_solved=is_solved, said_at=now)


def book(
    *, case: Case, at: datetime, phone: str, zone: ZoneInfo, now: datetime, once: str = ""
) -> CallAppointment:
    """A call at one of the free times, on `phone`; a call agreed before gives way. Raises Refused, AlreadyTaken."""
    number = _phone(phone, case.contact)
    with _once(case, once, now) as locked:
        settings = customer_page.settings_of(workspace=locked.workspace)
        caller = customer_page.caller_of(case=locked)
        if caller is not None:  # two customers of one agent choose one after the other
            list(User.objects.filter(pk=caller.pk).select_for_update().values_list("pk"))
        before = customer_page.call_of(case=locked, now=now)
        if not settings.offers_calls or at not in customer_page.slots(
            case=locked, settings=settings, zone=zone, now=now
        ):
            raise Refused(TAKEN, "at")
        if before is not None:
            appointments.drop(call=before, by=None, now=now)
        call = appointments.plan(
            case=locked, at=at, by=None, owner=caller, minutes=settings.call_minutes, note=number, now=now
        )
        if locked.contact is not None and not locked.contact.phone:
            Contact.objects.of(locked.workspace_id).filter(pk=locked.contact_id, phone="").update(
                phone=number
            )
    return call


def _phone(typed: str, contact: Contact | None) -> str:
    """The number as it is kept; left empty, the one we have."""
    text = typed.strip()
    if not text and contact is not None and contact.phone:
        return contact.phone
    try:
        number = contact_values.phone(text)
    except contact_values.BadValue:
        raise Refused(PHONE, "phone") from None
    if not number.startswith("+"):
        raise Refused(PHONE, "phone")
    return number


def cancel_call(*, case: Case, now: datetime) -> None:
    """The agreed call need not be made; without one nothing happens."""
    with transaction.atomic():
        locked = lock(case)
        call = customer_page.call_of(case=locked, now=now)
        if call is not None:
            appointments.drop(call=call, by=None, now=now)


def leave_alone(*, case: Case, what: str, now: datetime, once: str = "") -> None:
    """No more messages about this case (CASE), or no automatic message and no survey at all (ALL). Raises Refused."""
    if what not in (CASE, ALL):
        raise Refused("alone_choose", "what")
    with _once(case, once, now) as locked:
        _page(locked, left_alone_at=now)
        if what == ALL and locked.contact is not None:
            Contact.objects.of(locked.workspace_id).filter(pk=locked.contact_id, followups_stopped_at__isnull=True).update(
                followups_stopped_at=now
            )  # fmt: skip
            contacts.opt_out(contact=locked.contact, now=now)
        _tell(locked, what, now)


def come_back(*, case: Case, now: datetime) -> None:
    """They may be written to again, about this case and at all: what `leave_alone` did is undone."""
    with transaction.atomic():
        locked = lock(case)
        page = customer_page.page_of(case=locked)
        if page.left_alone_at is None:
            return
        contact = locked.contact
        if contact is not None and contact.followups_stopped_at == page.left_alone_at:
            Contact.objects.of(locked.workspace_id).filter(pk=contact.pk).update(followups_stopped_at=None)
            if contact.opted_out_at == page.left_alone_at:
                contacts.opt_in(contact=contact, now=now)
        _page(locked, left_alone_at=None)
        _tell(locked, "BACK", now)


def _tell(case: Case, what: str, now: datetime) -> None:
    event = timeline.write(case=case, kind=EventKind.LEFT_ALONE, now=now, what=what)
    hearing.tell_owner(case=case, event=event, kind=NotificationKind.SAID, now=now)
    save(case, now=now)


def _page(case: Case, **values: Any) -> CustomerPage:
    row, _new = CustomerPage.objects.of(case.workspace_id).update_or_create(
        workspace_id=case.workspace_id, case=case, defaults=values
    )
    page: CustomerPage = row
    return page


# --- What the team does ------------------------------------------------------------------------------------------


def revoke(*, case: Case, by: User, now: datetime) -> None:
    """The links mailed so far open nothing any more."""
    with transaction.atomic():
        locked = lock(case)
        _page(locked, revoked_at=now, revoked_by=by)
        cases.note_automatic(case=locked, what=_said(by, revoked=True), now=now)


def renew(*, case: Case, by: User, now: datetime) -> None:
    """The page opens again, under a new address: the links mailed before stay dead."""
    with transaction.atomic():
        locked = lock(case)
        _page(locked, revoked_at=None, revoked_by=None)
        Case.objects.of(locked.workspace_id).filter(pk=locked.pk).update(link_nonce=new_nonce())
        cases.note_automatic(case=locked, what=_said(by, revoked=False), now=now)


def change_settings(*, workspace: Workspace, now: datetime, **values: Any) -> CustomerPageSettings:
    """How customers' pages are in this workspace from now on."""
    row, _new = CustomerPageSettings.objects.of(workspace).update_or_create(
        workspace=workspace, defaults={**values, "updated_at": now}
    )
    settings: CustomerPageSettings = row
    return settings


def _said(by: User, *, revoked: bool) -> str:
    words = (
        _("%(name)s closed the customer's page.")
        if revoked
        else _("%(name)s opened the customer's page again, under a new address.")
    )
    return words % {"name": by.display_name}
