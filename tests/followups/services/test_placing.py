from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from accounts.models import User, Workspace
from detractors.enums import Category, EventKind, NotificationKind, Origin
from detractors.models import Attachment, Case, CaseEvent, Notification
from detractors.services import cases, decisions_of_mentions
from followups.enums import Direction, FollowUpStatus, FollowUpStep, MailKind, ReceivedState, TrayReason
from followups.models import FollowUp, Mail, MailIntake, ReceivedMail
from followups.services import placing, receiving, replies
from outbox.enums import State
from outbox.models import OutboundMessage
from surveys.models import Contact
from tests.followups.conftest import LATER
from tests.followups.mails import INES, TINY_PNG, come, letter

pytestmark = pytest.mark.django_db

DOMAIN = "reply.amends.example"
SOON = LATER + timedelta(hours=1)


@pytest.fixture(autouse=True)
def domain(settings: Any) -> None:
    settings.INBOUND_DOMAIN = DOMAIN


@pytest.fixture
def ours(case: Case, bob: User) -> OutboundMessage:
    """Bob's reply to Ines."""
    mail = replies.send(
        case=case, by=bob, subject="Your parcel", body="I am sorry.", now=LATER, submission="form-1"
    )
    assert mail.message is not None
    return mail.message


def in_case(case: Case) -> list[Mail]:
    return list(Mail.objects.of(case.workspace_id).filter(direction=Direction.IN).order_by("id"))


def state(row: ReceivedMail) -> tuple[str, str, str]:
    return row.state, row.kind, row.reason


def test_an_answer_to_the_signed_address_ends_the_wait_and_is_told(
    case: Case, bob: User, ours: OutboundMessage, acme: Workspace
) -> None:
    cases.wait(case=case, by=bob, waiting_for="A photo of the parcel", now=LATER)
    waiting = FollowUp(
        workspace=acme, case=case, step=FollowUpStep.WAITING, occasion="x", due_at=SOON, created_at=LATER
    )
    waiting.save()
    text = "Here it is.\n\nOn Mon, 2 Mar 2026 at 09:05, Bob wrote:\n> I am sorry."
    row = come(letter(text, to=ours.reply_to), now=SOON)
    case.refresh_from_db()
    waiting.refresh_from_db()
    mail = in_case(case)[0]
    told = (
        Notification.objects.of(acme)
        .filter(kind=NotificationKind.WROTE)
        .values_list("user__email", flat=True)
    )
    assert ours.reply_to.endswith(f"@{DOMAIN}")
    assert state(row) == (ReceivedState.PLACED, MailKind.HUMAN, "")
    assert (mail.body, mail.quoted) == (
        "Here it is.",
        "On Mon, 2 Mar 2026 at 09:05, Bob wrote:\n> I am sorry.",
    )
    assert (case.category, case.customer_wrote_at, case.waiting_for) == (Category.OPEN, SOON, "")
    assert CaseEvent.objects.of(acme).get(case=case, kind=EventKind.CUSTOMER_WROTE).note == "Here it is."
    assert (waiting.status, list(told)) == (FollowUpStatus.SKIPPED, [bob.email])


def test_the_next_reply_answers_the_customers_mail_so_that_their_program_keeps_the_thread(
    case: Case, bob: User, ours: OutboundMessage
) -> None:
    come(letter(to=ours.reply_to, message_id="<theirs@customer.example>"), now=SOON)
    message = replies.send(case=case, by=bob, subject="", body="Thank you.", now=SOON, submission="2").message
    assert message is not None
    assert message.headers["In-Reply-To"] == "<theirs@customer.example>"
    assert message.headers["References"].split() == [ours.message_id, "<theirs@customer.example>"]
    assert (message.reply_to, message.subject) == (ours.reply_to, "Re: Your parcel")


def test_the_same_mail_delivered_again_is_one_and_so_is_one_placed_twice(
    case: Case, ours: OutboundMessage
) -> None:
    raw = letter(to=ours.reply_to).as_bytes()
    row = come(raw, now=SOON)
    assert receiving.store(raw=raw, came="WEBHOOK", now=SOON) is None
    ReceivedMail.objects.across_workspaces().filter(pk=row.pk).update(lease_until=None)
    assert (placing.place_due(now=SOON), len(in_case(case))) == (0, 1)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"X_MS_Exchange_Inbox_Rules_Loop": INES},
    ],
)
def test_an_automatic_answer_is_kept_beside_the_words_and_moves_nothing(
    case: Case, bob: User, cause: Any, ours: OutboundMessage, headers: dict[str, str]
) -> None:
    cases.resolve(case=case, by=bob, root_cause=cause, resolution="Sent again.", now=LATER)
    mails = OutboundMessage.objects.across_workspaces().count()
    row = come(letter("I am out of the office until Monday.", to=ours.reply_to, **headers), now=SOON)
    case.refresh_from_db()
    assert (row.state, row.kind) == (ReceivedState.FILED, MailKind.ABSENCE)
    assert (case.category, case.customer_wrote_at, case.reopened_count) == (Category.RESOLVED, None, 0)
    assert [mail.kind for mail in in_case(case)] == [MailKind.ABSENCE]
    assert OutboundMessage.objects.across_workspaces().count() == mails


def test_a_stranger_with_a_genuine_address_does_not_write_as_the_customer(
    case: Case, ours: OutboundMessage
) -> None:
    row = come(letter("Send the refund to me.", to=ours.reply_to, sender="mallory@evil.example"), now=SOON)
    case.refresh_from_db()
    assert state(row) == (ReceivedState.TRAY, MailKind.HUMAN, TrayReason.OTHER_ADDRESS)
    assert (row.case, in_case(case), case.customer_wrote_at) == (case, [], None)


def test_a_sender_whose_own_domain_disowns_them_waits_for_a_person(case: Case, ours: OutboundMessage) -> None:
    mail = letter(
        to=ours.reply_to, Authentication_Results="mx.example; dmarc=fail header.from=customer.example"
    )
    assert come(mail, now=SOON).reason == TrayReason.UNPROVEN


def test_a_forged_token_leads_nowhere(case: Case, ours: OutboundMessage, acme: Workspace) -> None:
    local, _at, domain = ours.reply_to.partition("@")
    forged = f"{local[:-4]}{'aaaa' if not local.endswith('aaaa') else 'bbbb'}@{domain}"
    row = come(letter(to=forged, subject="Hello"), now=SOON)
    assert (state(row), row.case) == ((ReceivedState.TRAY, MailKind.HUMAN, TrayReason.OPEN_CASE), case)


def test_a_token_in_capitals_and_a_provider_that_replaced_our_id_still_find_the_case(
    case: Case, ours: OutboundMessage
) -> None:
    upper = come(letter(to=ours.reply_to.upper()), now=SOON)
    ours.provider_id = "0102018f-ses"
    ours.save()
    answer = letter(
        "More.",
        to="feedback@amends.example",
        message_id="<2@x>",
        In_Reply_To="<0102018f-ses@email.amazonses.com>",
    )
    assert (upper.state, come(answer, now=SOON).state) == (ReceivedState.PLACED, ReceivedState.PLACED)
    assert [mail.body for mail in in_case(case)] == ["It has still not arrived.", "More."]


def test_a_reply_opens_a_closed_case_again(case: Case, bob: User, cause: Any, ours: OutboundMessage) -> None:
    cases.resolve(case=case, by=bob, root_cause=cause, resolution="Sent again.", now=LATER)
    cases.close(case=case, outcome="NO_ANSWER", now=LATER)
    come(letter("It came broken.", to=ours.reply_to), now=SOON)
    case.refresh_from_db()
    assert (case.category, case.reopened_count, case.owner) == (Category.OPEN, 1, bob)


def test_after_the_days_the_workspace_chose_a_reply_opens_a_linked_case(
    case: Case, bob: User, cause: Any, ours: OutboundMessage, acme: Workspace
) -> None:
    MailIntake(workspace=acme, reopens_days=10, created_at=LATER).save()
    cases.resolve(case=case, by=bob, root_cause=cause, resolution="Sent again.", now=LATER)
    cases.close(case=case, outcome="NO_ANSWER", now=LATER)
    late = LATER + timedelta(days=11)
    row = come(letter("Broken again.", to=ours.reply_to), now=late)
    decisions_of_mentions.decide_pending(now=late)
    placing.place_due(now=late + timedelta(seconds=20))
    row.refresh_from_db()
    new = Case.objects.of(acme).exclude(pk=case.pk).get()
    case.refresh_from_db()
    notes = (
        CaseEvent.objects.of(acme).filter(kind=EventKind.NOTE).order_by("case").values_list("case", "note")
    )
    assert (case.category, row.state, row.case, new.origin) == (
        Category.CLOSED, ReceivedState.PLACED, new, Origin.COMPLAINT,
    )  # fmt: skip
    assert [pk for pk, note in notes if "#" in note] == [case.pk, new.pk]
    assert in_case(case)[0].conversation.case == new


def test_a_customer_who_is_not_known_opens_a_case_and_can_be_answered(acme: Workspace, bob: User) -> None:
    mail = letter(
        "The oven smokes.", to=f"acme@{DOMAIN}", sender="Nora New <nora@new.example>", subject="Oven"
    )
    row = come(mail, now=SOON)
    assert row.state == ReceivedState.OPENING
    decisions_of_mentions.decide_pending(now=SOON)
    placing.place_due(now=SOON + timedelta(seconds=20))
    case = Case.objects.of(acme).get()
    assert (case.origin, case.contact.email) == (Origin.COMPLAINT, "nora@new.example")
    message = replies.send(case=case, by=bob, subject="", body="Sorry.", now=SOON, submission="1").message
    assert message is not None
    assert (message.headers["In-Reply-To"], message.subject) == ("<one@customer.example>", "Re: Oven")


def test_one_address_does_not_flood_the_desk_with_cases(acme: Workspace, bob: User) -> None:
    reasons = [
        come(
            letter(f"Complaint {n}", to=f"acme@{DOMAIN}", sender="f@flood.example", message_id=f"<{n}@f>"),
            now=SOON,
        ).reason
        for n in range(4)
    ]
    assert reasons == ["", "", "", TrayReason.TOO_MANY]


def test_files_are_kept_beside_the_case_within_limits_and_pictures_keep_their_place(
    case: Case, ours: OutboundMessage, acme: Workspace
) -> None:
    mail = letter(
        to=ours.reply_to,
        html='<p onclick="x()">Look <img src="cid:pic"><img src="https://track.example/1.png"><script>1</script></p>',
    )
    mail.get_payload()[1].add_related(TINY_PNG, "image", "png", cid="<pic>")
    mail.add_attachment(
        b"MZ\x90\x00run me", maintype="application", subtype="pdf", filename="invoice.pdf.exe"
    )
    mail.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="../../invoice.pdf")
    come(mail, now=SOON)
    kept = in_case(case)[0]
    files = list(Attachment.objects.of(acme).order_by("id").values_list("name", "content_type"))
    assert files == [("file.png", "image/png"), ("invoice.pdf", "application/pdf")]
    assert [("why" in part, part.get("cid", "")) for part in kept.parts] == [
        (False, "pic"),
        (True, ""),
        (False, ""),
    ]
    assert kept.html.strip() == '<p>Look <img src="cid:pic"><img></p>'


def test_a_report_of_a_mail_server_counts_for_the_mail_it_names(case: Case, ours: OutboundMessage) -> None:
    ours.state, ours.sent_at = State.SENT, LATER
    ours.save()
    report = (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: feedback@amends.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {INES}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 unknown user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nX-Amends-Id: {ours.public_id}\r\nSubject: Your parcel\r\n\r\n"
        "--b--\r\n"
    )
    row = come(report.encode(), now=SOON)
    ours.refresh_from_db()
    assert (row.state, row.kind) == (ReceivedState.FILED, MailKind.BOUNCE)
    assert (ours.bounced_at, ours.last_error) == (SOON, "bounced smtp; 550 5.1.1 unknown user")


def test_a_mail_that_cannot_be_placed_is_left_to_a_person_and_stops_no_other(
    case: Case, ours: OutboundMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any, **_kwargs: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr(placing.incoming, "customer_wrote", fails)
    row = come(letter(to=ours.reply_to), now=SOON)
    for minutes in range(1, 30):
        placing.place_due(now=SOON + timedelta(minutes=minutes))
    row.refresh_from_db()
    assert state(row)[::2] == (ReceivedState.TRAY, TrayReason.UNREADABLE)


def test_a_mailbox_of_one_workspace_does_not_reach_a_case_of_another(
    case: Case, ours: OutboundMessage, globex: Workspace
) -> None:
    row = come(letter(to=ours.reply_to), now=SOON, workspace=globex)
    assert (row.workspace, row.case, in_case(case)) == (globex, None, [])


def test_mail_nobody_can_tell_the_workspace_of_is_kept(acme: Workspace, globex: Workspace) -> None:
    row = come(letter(to="somebody@elsewhere.example"), now=SOON)
    assert (row.workspace, row.state, row.next_at) == (None, ReceivedState.TRAY, None)


def test_without_a_way_in_answers_go_to_the_writer_as_before(case: Case, bob: User) -> None:
    with override_settings(INBOUND_DOMAIN=""):
        mail = replies.send(case=case, by=bob, subject="", body="Sorry.", now=LATER, submission="1")
    assert mail.message is not None
    assert (mail.message.reply_to, mail.conversation.reply_nonce) == (bob.email, None)


def test_the_contact_is_not_changed_by_who_writes(case: Case, ours: OutboundMessage, ines: Contact) -> None:
    come(letter(to=ours.reply_to, sender="Somebody Else <ines@customer.example>"), now=SOON)
    ines.refresh_from_db()
    assert ines.name == "Ines Iglesias"
