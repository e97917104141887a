from datetime import date, datetime, timedelta

import pytest

from accounts.models import Workspace
from outbox.enums import State
from outbox.models import OutboundMessage
from surveys.models import Contact, Invitation, InvitationChange, Survey
from surveys.services import invitations, responses
from surveys.services.following import FOLLOW_FOR
from tests.conftest import MONDAY_9AM
from tests.surveys.conftest import settle

MINUTE = timedelta(minutes=1)


@pytest.fixture
def mailed(acme: Workspace, survey: Survey, dora: Contact) -> Invitation:
    """An invitation whose mail waits in the outbox."""
    row = invitations.invite(workspace=acme, survey=survey, contact=dora, now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    OutboundMessage.objects.of(acme).update(state=State.QUEUED, sent_at=None, delivered_at=None)
    row.refresh_from_db()
    return row


def follow(row: Invitation, now: datetime, *, since: timedelta = timedelta(), **mail: object) -> Invitation:
    """What the sweep makes of `row` at `now`, due `since` so long, when its mail is so."""
    OutboundMessage.objects.of(row.workspace_id).filter(pk=row.message_id).update(**mail)
    Invitation.objects.of(row.workspace_id).filter(pk=row.pk).update(follow_at=now - since)
    assert invitations.follow_mail(now=now) == 1
    row.refresh_from_db()
    return row


def funnel(row: Invitation) -> list[tuple[str, date]]:
    changes = InvitationChange.objects.of(row.workspace_id).filter(invitation=row).order_by("id")
    return list(changes.values_list("stage", "day"))


def test_a_waiting_mail_is_looked_at_again_soon(mailed: Invitation) -> None:
    row = follow(mailed, MONDAY_9AM + MINUTE, since=MINUTE)
    assert (row.status, row.follow_at, funnel(row)) == ("QUEUED", MONDAY_9AM + 1.5 * MINUTE, [])


def test_a_waiting_mail_is_written_down_rarely_and_its_leaving_at_once(mailed: Invitation) -> None:
    due = MONDAY_9AM + timedelta(seconds=5)
    Invitation.objects.of(mailed.workspace_id).update(follow_at=due)
    assert invitations.follow_mail(now=due + timedelta(seconds=29)) == 0
    message = OutboundMessage.objects.of(mailed.workspace_id).filter(pk=mailed.message_id)
    message.update(state=State.SENT, sent_at=due)
    assert invitations.follow_mail(now=due) == 1
    message.update(state=State.QUEUED)
    Invitation.objects.of(mailed.workspace_id).update(follow_at=due)
    assert invitations.follow_mail(now=due + timedelta(seconds=30)) == 1


def test_sent_then_delivered(mailed: Invitation) -> None:
    sent = MONDAY_9AM + MINUTE
    row = follow(mailed, sent + MINUTE, state=State.SENT, sent_at=sent)
    assert (row.status, row.sent_at, row.follow_at) == ("SENT", sent, sent + 3 * MINUTE)
    row = follow(mailed, sent + 2 * MINUTE, delivered_at=sent + MINUTE)
    assert (row.status, row.delivered_at, row.follow_at) == ("DELIVERED", sent + MINUTE, None)
    assert funnel(row) == [("SENT", date(2026, 3, 2)), ("DELIVERED", date(2026, 3, 2))]


def test_a_mail_that_has_just_left_is_not_looked_at_every_few_seconds(mailed: Invitation) -> None:
    sent = MONDAY_9AM + timedelta(seconds=3)
    row = follow(mailed, sent + timedelta(seconds=2), state=State.SENT, sent_at=sent)
    assert (row.status, row.follow_at) == ("SENT", sent + timedelta(seconds=62))


def test_looks_grow_rare_and_end(mailed: Invitation) -> None:
    row = follow(mailed, MONDAY_9AM + timedelta(days=2), state=State.SENT, sent_at=MONDAY_9AM)
    assert row.follow_at == MONDAY_9AM + timedelta(days=2, hours=6)
    assert follow(mailed, MONDAY_9AM + FOLLOW_FOR + MINUTE).follow_at is None
    assert row.status == "SENT"


@pytest.mark.parametrize(
    ("mail", "reason"),
    [
        ({"state": State.FAILED}, "UNDELIVERABLE"),
        ({"state": State.DEAD}, "MAIL_FAILED"),
        ({"state": State.SKIPPED, "skipped_because": "SUPPRESSED"}, "SUPPRESSED"),
        ({"state": State.SKIPPED, "skipped_because": "TOO_LATE"}, "MAIL_FAILED"),
        ({"state": State.SENT, "sent_at": MONDAY_9AM, "bounced_at": MONDAY_9AM}, "UNDELIVERABLE"),
    ],
)
def test_who_was_not_reached_has_a_reason_and_may_be_asked_again(
    mailed: Invitation, dora: Contact, mail: dict[str, object], reason: str
) -> None:
    row = follow(mailed, MONDAY_9AM + MINUTE, **mail)
    assert (row.status, row.not_sent_because, row.follow_at) == ("NOT_SENT", reason, None)
    dora.refresh_from_db()
    assert dora.last_asked_at is None


def test_an_earlier_request_that_stands_still_counts(
    acme: Workspace, survey: Survey, dora: Contact, mailed: Invitation
) -> None:
    earlier = MONDAY_9AM - timedelta(days=3)
    invitations.invite(workspace=acme, survey=survey, contact=dora, now=earlier, send=False)
    Invitation.objects.of(acme).exclude(pk=mailed.pk).update(follow_at=None)
    follow(mailed, MONDAY_9AM, state=State.DEAD)
    dora.refresh_from_db()
    assert dora.last_asked_at == earlier


def test_what_may_have_been_sent_counts_as_sent(mailed: Invitation) -> None:
    row = follow(mailed, MONDAY_9AM + MINUTE, state=State.UNKNOWN)
    assert (row.status, row.sent_at) == ("SENT", MONDAY_9AM + MINUTE)


def test_a_bounce_between_an_answer_and_its_mark_undoes_nothing(acme: Workspace, mailed: Invitation) -> None:
    follow(mailed, MONDAY_9AM + MINUTE, state=State.SENT, sent_at=MONDAY_9AM)
    responses.record_by_invitation(token=mailed.link, score=3, comment="", now=MONDAY_9AM + MINUTE)
    row = follow(mailed, MONDAY_9AM + 2 * MINUTE, state=State.FAILED)
    assert (row.status, row.not_sent_because) == ("SENT", "")
    assert Contact.objects.of(acme).get(pk=row.contact_id).last_asked_at == MONDAY_9AM
    settle(acme)
    row.refresh_from_db()
    assert (row.status, row.not_sent_because) == ("ANSWERED", "")


def test_an_answer_that_came_first_stays_and_the_funnel_is_whole(acme: Workspace, mailed: Invitation) -> None:
    responses.record_by_invitation(token=mailed.link, score=3, comment="", now=MONDAY_9AM)
    settle(acme)
    row = follow(mailed, MONDAY_9AM + MINUTE, state=State.SENT, sent_at=MONDAY_9AM, delivered_at=MONDAY_9AM)
    assert (row.status, row.sent_at, row.delivered_at) == ("ANSWERED", MONDAY_9AM, MONDAY_9AM)
    assert sorted(stage for stage, _day in funnel(row)) == ["ANSWERED", "DELIVERED", "SENT"]
    row = follow(mailed, MONDAY_9AM + MINUTE, state=State.FAILED)
    assert (row.status, row.not_sent_because) == ("ANSWERED", "")


def test_all_stages_stand_on_the_day_of_asking_in_the_workspaces_zone(
    acme: Workspace, mailed: Invitation
) -> None:
    Workspace.objects.filter(pk=acme.pk).update(time_zone="Pacific/Auckland")
    Invitation.objects.of(acme).update(queued_at=datetime.fromisoformat("2026-03-02T11:00:00+00:00"))
    follow(mailed, MONDAY_9AM + timedelta(days=1), state=State.SENT, sent_at=MONDAY_9AM + timedelta(days=1))
    responses.record_by_invitation(
        token=mailed.link, score=3, comment="x", now=MONDAY_9AM + timedelta(days=2)
    )
    settle(acme)
    assert funnel(mailed) == [(stage, date(2026, 3, 3)) for stage in ("SENT", "ANSWERED", "COMMENTED")]


def test_a_link_that_others_hand_out_enters_the_funnel_once(invitation: Invitation) -> None:
    assert invitations.follow_mail(now=MONDAY_9AM) == 1
    invitation.refresh_from_db()
    assert (invitation.status, invitation.follow_at) == ("SENT", None)
    assert sorted(stage for stage, _day in funnel(invitation)) == ["DELIVERED", "SENT"]
    assert invitations.follow_mail(now=MONDAY_9AM + MINUTE) == 0


def test_mail_kept_in_the_mailbox_has_arrived_at_once(acme: Workspace, survey: Survey, dora: Contact) -> None:
    row = invitations.invite(workspace=acme, survey=survey, contact=dora, now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    invitations.follow_mail(now=MONDAY_9AM)
    row.refresh_from_db()
    assert row.status == "DELIVERED"
