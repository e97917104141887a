"""The sweep that reads mail that came in and puts it where it belongs. Safe to run twice, in parallel and late.

Each mail is claimed with a lease and placed in one transaction of its own. What cannot be placed in MOST_TRIES is left to
a person: a mail is never dropped, and none stops the ones behind it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation

from accounts.models import Workspace
from core.budgets import Budget
from core.queue import nudge_on_commit
from detractors.models import Case
from detractors.queries.cases import open_case_of
from followups import reading
from followups.enums import MailKind, ReceivedState, SortedAs, TrayReason
from followups.models import Conversation, ReceivedMail
from followups.queries import inbound as queries
from followups.reading import Read
from followups.rules import automatic, placing
from followups.rules.placing import Way
from followups.services import addresses, incoming, receiving
from outbox.channels.envelope import sender_address
from outbox.services.tracking import Report, record_tracking
from surveys.rules import contact_values
from surveys.services import complaining, leases, mentions

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)
MOST_TRIES = 5
RETRY = timedelta(minutes=1)
DECIDED_WITHIN = timedelta(hours=1)  # a complaint whose case is not there by then is looked at by a person
AT_ONCE = 500  # mails in one turn
_FORGED = re.compile(r"\bdmarc=fail\b", re.I)


def place_due(*, now: datetime) -> int:
    """Place every mail that is due; returns how many were looked at."""
    looked, budget = 0, Budget("followups.place_mail")
    while looked < AT_ONCE:
        row = _claim(now)
        if row is None:
            break
        looked += 1
        _place(row, now)
        if budget.is_over:
            break
    return looked


def give(*, row: ReceivedMail, workspace: Workspace, now: datetime) -> None:
    """Mail nobody could tell the workspace of is this one's: it is placed by its rules."""
    ReceivedMail.objects.across_workspaces().filter(pk=row.pk, workspace__isnull=True).update(
        workspace=workspace, state=ReceivedState.WAITING, next_at=now, lease_until=None, attempts=0
    )
    nudge_on_commit("followups.place_mail")


def _claim(now: datetime) -> ReceivedMail | None:
    with transaction.atomic():
        due = ReceivedMail.objects.across_workspaces().filter(next_at__lte=now)
        row: ReceivedMail | None = (
            due.filter(leases.free(now))
            .order_by("next_at", "pk")
            .select_for_update(skip_locked=True, no_key=True)
            .first()
        )
        if row is not None:
            ReceivedMail.objects.across_workspaces().filter(pk=row.pk).update(
                lease_until=now + LEASE, attempts=F("attempts") + 1
            )
    return row


def _place(row: ReceivedMail, now: datetime) -> None:
    read = reading.read(receiving.raw_of(row), envelope_from=row.envelope_from or None)
    try:
        with transaction.atomic():
            fresh = (
                ReceivedMail.objects.across_workspaces()
                .select_for_update(of=("self",))
                .defer("raw")
                .get(pk=row.pk)
            )
            if fresh.next_at is None or fresh.next_at > now:
                return
            language = fresh.workspace.language if fresh.workspace else settings.LANGUAGE_CODE
            with translation.override(language):
                Placing(row=fresh, read=read, now=now).run()
    except Exception as error:  # whatever a mail brings up must not stop the others
        log.exception("mail_not_placed", mail=row.public_id, error=type(error).__name__)
        _give_up_or_wait(row, now)


def _give_up_or_wait(row: ReceivedMail, now: datetime) -> None:
    rows = ReceivedMail.objects.across_workspaces().filter(pk=row.pk)
    if row.attempts + 1 < MOST_TRIES:
        rows.update(lease_until=None, next_at=now + RETRY * (row.attempts + 1))
    else:
        rows.update(
            lease_until=None, next_at=None, state=ReceivedState.TRAY, reason=TrayReason.UNREADABLE, sorted_as="",
        )  # fmt: skip


def _is_address(sender: str) -> bool:
    """Whether somebody could be answered there: `root@localhost` and the like are nobody's address outside their house."""
    try:
        contact_values.email(sender)
    except contact_values.BadValue:
        return False
    return True


class Placing:
    """One mail on its way, in the transaction that has locked its row."""

    def __init__(self, *, row: ReceivedMail, read: Read, now: datetime) -> None:
        self.row, self.read, self.now = row, read, now

    def run(self) -> None:
        """Do what the row's state asks for."""
        if self.row.state == ReceivedState.SORTING:
            self._sort()
        elif self.row.state == ReceivedState.OPENING:
            self._follow_complaint()
        else:
            self._describe()
            self._first()
        self.row.lease_until = None
        self.row.save()

    # --- A mail that has just come ----------------------------------------------------------------------------

    def _describe(self) -> None:
        row, read = self.row, self.read
        row.from_address, row.from_name = read.sender[:320], read.sender_name
        row.subject, row.message_id = read.subject, read.message_id
        row.excerpt = reading.one_line(read.text, 300)

    def _first(self) -> None:
        thread, is_by_address = self._thread()
        case = thread.case if thread else None
        workspace = self._workspace(case)
        if case is not None and workspace is not None and case.workspace_id != workspace.pk:
            thread = case = None  # a mailbox of one workspace, a token of another: no way across
        self.row.workspace, self.row.case = workspace, case
        verdict = self._verdict()
        self.row.kind, self.row.why = verdict.kind, reading.one_line(verdict.why, 80)
        if verdict.kind == MailKind.BOUNCE:
            self._report()
        if workspace is None:
            self._end(ReceivedState.FILED if not self._may_be_person() else ReceivedState.TRAY)
            return
        contact = queries.contact_by_address(workspace=workspace, address=self.read.sender)
        open_case = (
            open_case_of(workspace=workspace, contact_id=contact.pk) if contact and case is None else None
        )
        intake = queries.intake(workspace=workspace)
        place = placing.place(
            placing.Facts(
                kind=verdict.kind,
                has_case=case is not None,
                is_address_old=case is not None and is_by_address and not addresses.is_alive(case=case, now=self.now),
                is_from_customer=case is not None and self.read.sender in queries.known_senders(case=case),
                is_forged=bool(_FORGED.search(self.read.headers.get("authentication-results", ""))),
                has_sender=_is_address(self.read.sender),
                has_words=bool(self.read.text or self.read.parts),
                is_double=thread is not None
                and queries.is_double(conversation=thread, wire_id=self.read.message_id, body=self.read.text[: incoming.BODY]),
                is_erased=case is not None and case.contact is not None and case.contact.erased_at is not None,
                has_open_case=open_case is not None,
                takes_complaints=intake is None or intake.takes_complaints,
                complaints_today=queries.complaints_today(
                    workspace=workspace, address=self.read.sender, now=self.now
                ),
            )
        )  # fmt: skip
        self.row.case = case or open_case
        self._go(place, case)

    def _thread(self) -> tuple[Conversation | None, bool]:
        """The thread the mail belongs to, and whether its address says so."""
        reached = tuple(one for one in (self.row.envelope_to, *self.read.receivers) if one)
        nonces = addresses.nonces_in(reached)
        if nonces and (found := queries.thread_by_nonce(nonces)):
            return found, True
        return queries.thread_by_answers(ids=self.read.answers, workspace_id=self.row.workspace_id), False

    def _workspace(self, case: Case | None) -> Workspace | None:
        if self.row.workspace is not None:
            return self.row.workspace
        if case is not None:
            return case.workspace
        reached = [one for one in (self.row.envelope_to, *self.read.receivers) if one]
        domain = settings.INBOUND_DOMAIN
        slugs = [
            one.partition("@")[0].partition("+")[0]
            for one in reached
            if domain and one.endswith(f"@{domain}")
        ]
        found = queries.workspace_by_slug(slugs) if slugs else None
        if found is None and (intake := queries.intake_of_addresses(reached)):
            found = intake.workspace
        return found or queries.only_workspace()

    def _verdict(self) -> automatic.Verdict:
        read = self.read
        ours = {sender_address().lower()}
        intake = queries.intake(workspace=self.row.workspace_id) if self.row.workspace_id else None
        if intake is not None and intake.address:
            ours.add(intake.address.lower())
        is_ours = read.sender in ours or bool(addresses.nonces_in((read.sender,)))
        return automatic.classify(
            automatic.Facts(
                headers=read.headers, sender=read.sender, subject=read.subject, text=read.text, report=read.report,
                has_empty_sender=read.has_empty_sender, is_ours=is_ours,
            )
        )  # fmt: skip

    def _may_be_person(self) -> bool:
        return self.row.kind in (MailKind.HUMAN, MailKind.DOUBTFUL)

    def _go(self, place: placing.Place, case: Case | None) -> None:
        if place.way == Way.TRAY:
            self.row.reason = place.reason
            self._end(ReceivedState.TRAY)
        elif place.way == Way.COMPLAINT:
            self._complain()
        elif place.way == Way.THREAD and case is not None:
            self._into(case)
        else:
            if place.way == Way.BESIDE and case is not None:
                self.row.mail = incoming.keep(
                    case=case, read=self.read, kind=self.row.kind, at=self.row.received_at, now=self.now
                )
            if place.way == Way.FILE and self._may_be_person():
                self.row.kind = MailKind.DOUBLE
            self._end(ReceivedState.FILED)

    def _into(self, case: Case, *, is_sorted: bool = False) -> None:
        by = self.row.sorted_by if is_sorted else None
        try:
            mail = incoming.customer_wrote(
                case=case, read=self.read, at=self.row.received_at, now=self.now, by=by
            )
        except incoming.TooLongAgo:
            self.row.after = case
            self._complain()
            return
        except incoming.CaseGone:
            self.row.reason, self.row.sorted_as = TrayReason.GONE, ""
            self._end(ReceivedState.TRAY)
            return
        self.row.mail, self.row.case = mail, mail.conversation.case
        self._end(ReceivedState.PLACED)

    def _complain(self) -> None:
        """Written to us, to no case of ours: it opens one, or joins the open one of its sender."""
        assert self.row.workspace is not None
        words = "\n\n".join(part for part in (self.row.subject, self.read.text) if part)
        taken = complaining.write(
            source=mentions.by_mail(workspace=self.row.workspace, now=self.now),
            text=words[:10_000] or "-",
            email=self.read.sender,
            name=self.read.sender_name,
            once=f"mail:{self.row.public_id}",
            now=self.now,
        )
        if taken.new:
            self.row.mention = taken.new[0]
        self.row.case = None
        self._end(ReceivedState.OPENING)
        self.row.next_at = self.now + timedelta(seconds=1)
        self.row.attempts = 0

    def _follow_complaint(self) -> None:
        """The case of a complaint is there: the mail itself goes into its conversation."""
        row = self.row
        assert row.workspace is not None
        case = (
            queries.case_of_mention(workspace=row.workspace, mention_id=row.mention_id)
            if row.mention_id
            else None
        )
        if case is None:
            if self.now - row.received_at > DECIDED_WITHIN:
                row.reason = TrayReason.GONE
                self._end(ReceivedState.TRAY)
            else:
                row.next_at = self.now + timedelta(seconds=10)
                row.attempts = 0
            return
        row.case = case
        row.mail = incoming.keep(
            case=case, read=self.read, kind=MailKind.HUMAN, at=row.received_at, now=self.now
        )
        if row.after is not None:
            incoming.link(case=case, before=row.after, now=self.now)
        self._end(ReceivedState.PLACED)

    def _end(self, state: str) -> None:
        self.row.state, self.row.next_at = state, None

    # --- What a person decided --------------------------------------------------------------------------------

    def _sort(self) -> None:
        row = self.row
        if row.sorted_as == SortedAs.CASE and row.case is not None:
            row.kind = MailKind.HUMAN
            self._into(row.case, is_sorted=True)
        elif row.sorted_as == SortedAs.COMPLAINT and _is_address(self.read.sender):
            row.kind = MailKind.HUMAN
            self._complain()
        else:
            self._end(ReceivedState.TRAY)
            row.sorted_as = ""

    # --- What a mail server reports ---------------------------------------------------------------------------

    def _report(self) -> None:
        """A mail of ours did not arrive, says a mail server; believed only when it names the mail and its receiver."""
        said = self.read.returned
        ours = re.search(r"^X-Amends-Id: *([A-Za-z0-9_-]{22})\s*$", said, re.M | re.I)
        receiver = re.search(
            r"^(?:Final|Original)-Recipient: *[\w-]+; *<?([^\s<>;]{3,320})", said, re.M | re.I
        )
        if ours is None or receiver is None:
            return
        status = re.search(r"^Status: *(\d)\.\d+\.\d+", said, re.M | re.I)
        action = re.search(r"^Action: *(\w+)", said, re.M | re.I)
        detail = re.search(r"^Diagnostic-Code: *(.{1,300})", said, re.M | re.I)
        is_failed = action is not None and action[1].lower() == "failed"
        is_hard = is_failed and status is not None and status[1] == "5"
        record_tracking(
            report=Report(
                provider="mail",
                kind="bounced" if is_failed else "deferred",
                recipient=receiver[1],
                happened_at=self.row.received_at,
                event_id=self.row.fingerprint,
                public_id=ours[1],
                reason="bounced" if is_hard else "",
                detail=detail[1] if detail else "",
                is_soft=is_failed and not is_hard,
            ),
            now=self.now,
        )
