"""Texts that customers send: each taken in once, and made an answer, words to one, a STOP or a START; or left to a person.

A text means the latest question that was sent to its number. What cannot be placed keeps its words and waits in a tray,
where somebody makes it an answer, words, a complaint, or sets it aside.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from core.queue import nudge_on_commit
from outbox import queries as outbox
from outbox.enums import TO_THE_CUSTOMER, Kind, SuppressionReason, SuppressionScope
from outbox.models import OutboundMessage, Suppression
from outbox.services.suppressions import suppress, unsuppress
from outbox.services.texts import TextRequest, queue_texts
from surveys import words
from surveys.enums import InvitationStatus, NotSentBecause, ResponseChannel, TextOutcome
from surveys.models import Contact, InboundText, Invitation, Response
from surveys.rules import metrics, text_replies
from surveys.rules.text_payloads import Came
from surveys.rules.text_replies import Reply
from surveys.rules.verbatim import TextTooLong
from surveys.services import mentions, mismatch_texts, responses, sms_gateways

log = structlog.get_logger(__name__)

ANSWERS_WITHIN = timedelta(days=90)  # a reply to an older question means something else
TELLS = "surveys.tell_of_texts"  # the sweep that tells staff of what waits
HELP_AGAIN = timedelta(hours=1)  # two machines would help each other for ever
_NOT_TAKEN = (responses.AnswerError, TextTooLong)


class NotPlaced(ValueError):
    """The text stays in the tray; the text of this says why."""


@transaction.atomic
def receive(*, workspace: Workspace, came: Came, now: datetime) -> tuple[InboundText, bool]:
    """Take in one text; (its row, whether it is new). The provider's id makes one text of however many calls."""
    row, is_new = InboundText.objects.of(workspace).get_or_create(
        workspace=workspace,
        provider_id=came.provider_id,
        defaults={
            "number": came.number,
            "text": came.text,
            "outcome": TextOutcome.UNPLACED,
            "received_at": now,
        },
    )
    if not is_new:
        return row, False
    last = _last_text(workspace=workspace, number=came.number, now=now)
    is_trial = last is not None and last.kind == Kind.STAFF
    if not is_trial:
        row.invitation = latest_question(workspace=workspace, number=came.number, now=now)
    row.contact = row.invitation.contact if row.invitation else _contact_of(workspace, came.number)
    if is_trial and _read(row).kind not in (text_replies.STOP, text_replies.START):
        row.outcome = TextOutcome.TESTED
    else:
        row.outcome = _act(workspace, row, _read(row), now, asked_back=mismatch_texts.is_question(last))
    row.save(update_fields=["invitation", "contact", "outcome"])
    if row.outcome == TextOutcome.UNPLACED:
        nudge_on_commit(TELLS)
    log.info("text_received", text=row.public_id, outcome=row.outcome)
    return row, True


def _last_text(*, workspace: Workspace, number: str, now: datetime) -> OutboundMessage | None:
    """What this number read last, tests of our own people among it: what comes back is said to this."""
    rows = outbox.texts_to(
        workspace=workspace, number=number, since=now - ANSWERS_WITHIN, kinds=(*TO_THE_CUSTOMER, Kind.STAFF)
    )
    found: OutboundMessage | None = rows.first()
    return found


def latest_question(*, workspace: Workspace | int, number: str, now: datetime) -> Invitation | None:
    """The invitation that was texted to this number last; None when none was, or it is long ago."""
    for message in outbox.texts_to(workspace=workspace, number=number, since=now - ANSWERS_WITHIN)[:5]:
        kind, _colon, pk = message.about.partition(":")
        if kind == "invitation" and pk.isdigit():
            rows = Invitation.objects.of(workspace).select_related("contact", "survey")
            found: Invitation | None = rows.filter(pk=int(pk), contact__erased_at__isnull=True).first()
            if found is not None:
                return found
    return None


def _contact_of(workspace: Workspace, number: str) -> Contact | None:
    """Whose number it is, if it is one person's."""
    rows = list(Contact.objects.of(workspace).present().filter(phone=number).order_by("pk")[:2])
    return rows[0] if len(rows) == 1 else None


def _read(row: InboundText) -> Reply:
    if row.invitation is None:
        return text_replies.read(row.text)
    low, high = metrics.bounds(row.invitation.survey.metric)
    return text_replies.read(row.text, low=low, high=high)


def _act(
    workspace: Workspace, row: InboundText, reply: Reply, now: datetime, *, asked_back: bool
) -> TextOutcome:
    if reply.kind == text_replies.STOP:
        stop(workspace=workspace, number=row.number, contact=row.contact, now=now)
        return TextOutcome.STOPPED
    if reply.kind == text_replies.START:
        start(workspace=workspace, number=row.number, contact=row.contact, now=now)
        return TextOutcome.STARTED
    if reply.kind == text_replies.HELP:
        _help(workspace, row, now)
        return TextOutcome.HELPED
    if row.invitation is None or reply.kind == text_replies.NOTHING:
        return TextOutcome.UNPLACED
    given = _answer_to(row.invitation)
    if asked_back and given is not None and reply.kind == text_replies.WORDS:
        meant = mismatch_texts.score_meant(response=given, text=row.text)
        reply = reply if meant is None else Reply(text_replies.SCORE, meant)
    try:
        if reply.kind == text_replies.SCORE and reply.score is not None:
            _record(row.invitation, reply.score, _joined(given, reply.comment), now)
            if asked_back and given is not None:
                mismatch_texts.hear(before=given.score, response_id=given.pk, score=reply.score, now=now)
            else:
                _ask_back(row, now)
            return TextOutcome.ANSWERED
        if given is None or text_replies.begins_with_number(row.text):
            return TextOutcome.UNPLACED  # words without an answer; or a number we could not read for sure
        with transaction.atomic():
            responses.amend(response=given, comment=_joined(given, reply.comment), now=now)
        if not asked_back:
            _ask_back(row, now)
    except _NOT_TAKEN as error:
        log.info("text_not_taken", text=row.public_id, because=type(error).__name__)
        return TextOutcome.UNPLACED
    return TextOutcome.COMMENTED


def _ask_back(row: InboundText, now: datetime) -> None:
    """Did they mean the score they sent? Asked where their words say otherwise."""
    given = _answer_to(row.invitation) if row.invitation else None
    if row.invitation is not None and given is not None:
        mismatch_texts.ask(invitation=row.invitation, response=given, number=row.number, now=now)


def _record(invitation: Invitation, score: int, comment: str, now: datetime) -> None:
    with transaction.atomic():  # what the answer refuses must not undo the text
        responses.record_by_invitation(
            token=invitation.link, score=score, comment=comment, now=now, language=invitation.language
        )


def _answer_to(invitation: Invitation) -> Response | None:
    found: Response | None = (
        Response.objects.of(invitation.workspace_id).filter(invitation=invitation).first()
    )
    return found


def _joined(given: Response | None, comment: str) -> str:
    """What was said before, and this: nobody takes back their words by writing more."""
    before = given.comment if given else ""
    if not comment or comment in before.split("\n"):
        return before
    return f"{before}\n{comment}" if before else comment


# STOP and START ---------------------------------------------------------------------------------------------------


@transaction.atomic
def stop(*, workspace: Workspace, number: str, contact: Contact | None, now: datetime) -> None:
    """No more texts to this number, from this moment: what waits to leave is stopped too."""
    suppress(
        workspace=workspace,
        address=number,
        scope=SuppressionScope.ALL,
        reason=SuppressionReason.UNSUBSCRIBED,
        source="text",
        note="STOP",
        now=now,
    )
    people = _people_of(workspace, number, contact)
    Contact.objects.of(workspace).filter(pk__in=people, sms_stopped_at__isnull=True).update(
        sms_stopped_at=now
    )
    Invitation.objects.of(workspace).filter(
        contact__in=people, status=InvitationStatus.PLANNED, channel=ResponseChannel.SMS
    ).update(
        status=InvitationStatus.NOT_SENT,
        not_sent_because=NotSentBecause.SMS_STOPPED,
        askable_at=None,
        wait_because="",
    )


@transaction.atomic
def start(*, workspace: Workspace, number: str, contact: Contact | None, now: datetime) -> None:
    """Texts may reach this number again, unless something else than STOP bars it. What was refused stays refused."""
    standing = Suppression.objects.of(workspace).filter(
        address=number, lifted_at__isnull=True, reason=SuppressionReason.UNSUBSCRIBED
    )
    if standing.exists():
        unsuppress(workspace=workspace, address=number, by=None, note="START", now=now)
    people = _people_of(workspace, number, contact)
    Contact.objects.of(workspace).filter(pk__in=people).update(sms_stopped_at=None)


def _people_of(workspace: Workspace, number: str, contact: Contact | None) -> list[int]:
    """Everybody with this number, locked in the order of their ids."""
    rows = Contact.objects.of(workspace).filter(phone=number)
    if contact is not None:
        rows = rows | Contact.objects.of(workspace).filter(pk=contact.pk)
    return list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))


def _help(workspace: Workspace, row: InboundText, now: datetime) -> None:
    """Who we are and how to stop, once an hour to one number."""
    lately = InboundText.objects.of(workspace).filter(
        number=row.number, outcome=TextOutcome.HELPED, received_at__gt=now - HELP_AGAIN
    )
    if lately.exists() or sms_gateways.gateway(workspace_id=workspace.pk) is None:
        return
    language = row.contact.language if row.contact else ""
    spoken = words.of(language or workspace.language)
    lines = [one for one in (workspace.phone, workspace.email, workspace.website) if one]
    said = " ".join([f"{workspace.name}:", ", ".join(lines), spoken["sms_stop"]]) if lines else (
        f"{workspace.name}. {spoken['sms_stop']}"
    )  # fmt: skip
    queue_texts(
        [
            TextRequest(
                mail="text_help",
                kind=Kind.CUSTOMER,
                workspace=workspace,
                to=row.number,
                subject=_("Answer to HELP"),
                text=said,
                dedupe_key=f"text_help:{row.pk}",
                about=f"invitation:{row.invitation_id}" if row.invitation_id else "",
            )
        ],
        now=now,
    )


# The tray ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def place(*, text: InboundText, score: int | None, comment: str, by: User, now: datetime) -> InboundText:
    """Somebody read the text: it is this score, these words, or both, to the question it came after. Raises NotPlaced."""
    row = _locked(text)
    if row.invitation is None:
        raise NotPlaced(
            _("Nothing was asked of this number lately, so there is no question this could answer.")
        )
    given = _answer_to(row.invitation)
    if score is None and given is None:
        raise NotPlaced(_("There is no answer yet: choose the score the customer means."))
    if score is None and not comment.strip():
        raise NotPlaced(_("Choose a score, or keep the words."))
    try:
        if score is not None:
            _record(row.invitation, score, _joined(given, comment.strip()), now)
        elif given is not None:
            with transaction.atomic():
                responses.amend(response=given, comment=_joined(given, comment.strip()), now=now)
    except responses.ScoreOutOfRange as error:
        raise NotPlaced(str(error)) from None
    except TextTooLong:
        raise NotPlaced(_("Together with what they said before this is too long for one answer.")) from None
    except responses.AnswerError:
        raise NotPlaced(_("The survey is closed, or the answer is too old to be changed.")) from None
    return _sorted(row, TextOutcome.ANSWERED if score is not None else TextOutcome.COMMENTED, by, now)


@transaction.atomic
def complain(*, text: InboundText, by: User, now: datetime) -> InboundText:
    """It is a complaint: somebody answers it, whatever was asked. Raises NotPlaced."""
    row = _locked(text)
    source = mentions.by_program(workspace=row.workspace, now=now)
    try:
        mentions.complain(
            source=source,
            text=row.text,
            once=f"text:{row.public_id}",
            contact=row.contact,
            channel=ResponseChannel.SMS,
            now=now,
        )
    except ValueError:
        raise NotPlaced(_("A text without words is no complaint.")) from None
    return _sorted(row, TextOutcome.COMPLAINT, by, now)


@transaction.atomic
def set_aside(*, text: InboundText, by: User, now: datetime) -> InboundText:
    """It needs nothing: thanks, a wrong number, an advertisement. It stays, out of the tray."""
    return _sorted(_locked(text), TextOutcome.SETASIDE, by, now)


def _locked(text: InboundText) -> InboundText:
    rows = InboundText.objects.of(text.workspace_id).select_for_update(of=("self",))
    rows = rows.select_related("workspace", "invitation__survey", "contact")
    row: InboundText = rows.get(pk=text.pk)
    if row.outcome != TextOutcome.UNPLACED:
        raise NotPlaced(_("Somebody has sorted this text already."))
    return row


def _sorted(row: InboundText, outcome: TextOutcome, by: User, now: datetime) -> InboundText:
    row.outcome, row.sorted_by, row.sorted_at = outcome, by, now
    row.save(update_fields=["outcome", "sorted_by", "sorted_at"])
    log.info("text_sorted", text=row.public_id, outcome=outcome, by=by.pk)
    return row
