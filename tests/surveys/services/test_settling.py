from datetime import timedelta

import pytest
from django.core.management import call_command

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING
from dashboards.queries.counts import Scope, stages
from detractors.services import decisions
from outbox.models import OutboundMessage
from surveys.models import Campaign, Contact, Invitation, InvitationChange, Response, Survey
from surveys.queries import lists, rows
from surveys.services import invitations, responses, settling
from tests.conftest import MONDAY_9AM
from tests.surveys.conftest import settle

MINUTE = timedelta(minutes=1)


def answer(invitation: Invitation, score: int, comment: str = "") -> responses.Recorded:
    return responses.record_by_invitation(
        token=invitation.link, score=score, comment=comment, now=MONDAY_9AM + MINUTE
    )


def ledger(workspace: Workspace) -> list[tuple[object, ...]]:
    changes = InvitationChange.objects.of(workspace).order_by("stage")
    return list(changes.values_list("stage", "day", "dimensions", "at", "is_folded"))


def shown(workspace: Workspace) -> dict[str, object]:
    """What pages, the API and the dashboard say of the one invitation, whether its mark is there or not."""
    row = rows.invitations(workspace=workspace).get()
    campaign = Campaign.objects.of(workspace).get()
    day = MONDAY_9AM.date()
    return {
        "api": (row.status, row.answered_at, row.not_sent_because),
        "api by status": {
            status: rows.invitations(workspace=workspace, status=status).count()
            for status in ("SENT", "EXPIRED", "NOT_SENT", "ANSWERED")
        },
        "person": [(one.status, one.answered_at) for one in lists.invitations_of(contact=row.contact)],
        "campaign": lists.funnel(campaign=campaign, sight=EVERYTHING),
        "campaigns": lists.counts_of(campaigns=[campaign]),
        "people": [
            [one.status for one in lists.people_of(campaign=campaign, status=status)]
            for status in ("", "waiting", "sent", "answered")
        ],
        "reasons": lists.people_of(campaign=campaign, reason="MAIL_FAILED").count(),
        "dashboard": stages(scope=Scope(workspace=workspace, since=day, until=day)),
        "filtered": stages(
            scope=Scope(
                workspace=workspace, since=day, until=day, filters={"channel": "EMAIL", "language": "en"}
            )
        ),
    }


@pytest.fixture
def campaign(acme: Workspace, survey: Survey, invitation: Invitation) -> Campaign:
    row: Campaign = Campaign.objects.of(acme).create(
        workspace=acme, survey=survey, name="Spring", created_at=MONDAY_9AM
    )
    Invitation.objects.of(acme).update(campaign=row)
    return row


@pytest.mark.parametrize("status", ["PLANNED", "SENT", "DELIVERED", "EXPIRED", "NOT_SENT"])
def test_nobody_sees_whether_the_mark_has_come(
    acme: Workspace, campaign: Campaign, invitation: Invitation, status: str
) -> None:
    because = "MAIL_FAILED" if status == "NOT_SENT" else ""
    Invitation.objects.of(acme).update(status=status, not_sent_because=because)
    answer(invitation, 3, "Too slow")
    assert Invitation.objects.of(acme).get().status == status
    before = shown(acme)
    settle(acme)
    assert Invitation.objects.of(acme).get().status == "ANSWERED"
    assert shown(acme) == before
    assert before["api"] == ("ANSWERED", MONDAY_9AM + MINUTE, "")
    assert before["dashboard"] == {
        "SENT": 0,
        "DELIVERED": 0,
        "OPENED": 0,
        "CLICKED": 0,
        "ANSWERED": 1,
        "COMMENTED": 1,
    }


def test_settling_twice_changes_nothing_and_a_later_comment_is_counted_once(
    acme: Workspace, invitation: Invitation
) -> None:
    first = answer(invitation, 9)
    settling.settle(responses=[first.response_id])
    once = ledger(acme)
    settling.settle(responses=[first.response_id])
    settle(acme)
    assert ledger(acme) == once == [
        ("ANSWERED", MONDAY_9AM.date(), {"channel": "EMAIL", "language": "en", "attribute:region": "North"},
         MONDAY_9AM + MINUTE, False)
    ]  # fmt: skip
    responses.record_by_invitation(
        token=invitation.link, score=9, comment="Kind people", now=MONDAY_9AM + 2 * MINUTE
    )
    settle(acme)
    assert [(row[0], row[3]) for row in ledger(acme)] == [
        ("ANSWERED", MONDAY_9AM + MINUTE),
        ("COMMENTED", MONDAY_9AM + 2 * MINUTE),
    ]
    assert Invitation.objects.of(acme).get().answered_at == MONDAY_9AM + MINUTE


def test_deciding_settles_in_the_same_transaction(
    acme: Workspace, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(invitation, 9)

    def fail(**_facts: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(settling, "settle", fail)
        decisions.decide_pending(now=MONDAY_9AM + MINUTE, batches=1)
    assert Response.objects.of(acme).get().decide_at > MONDAY_9AM + MINUTE, "it still waits"
    assert Invitation.objects.of(acme).get().status == "SENT"
    decisions.decide_pending(now=MONDAY_9AM + 10 * MINUTE)
    assert Response.objects.of(acme).get().decide_at is None
    assert Invitation.objects.of(acme).get().status == "ANSWERED"
    call_command("check_loop")


def test_a_link_answered_in_its_last_moment_does_not_expire(acme: Workspace, invitation: Invitation) -> None:
    answer(invitation, 3)
    invitations.expire_due(now=MONDAY_9AM + timedelta(days=100))
    assert Invitation.objects.of(acme).get().status == "SENT"
    settle(acme)
    assert Invitation.objects.of(acme).get().status == "ANSWERED"


def test_who_answered_before_the_mail_left_is_not_asked(
    acme: Workspace, survey: Survey, dora: Contact
) -> None:
    row = invitations.invite(
        workspace=acme, survey=survey, contact=dora, now=MONDAY_9AM, due_at=MONDAY_9AM + 5 * MINUTE
    )
    answer(row, 3)
    invitations.send_due(now=MONDAY_9AM + 5 * MINUTE)
    assert OutboundMessage.objects.of(acme).count() == 0
    settle(acme)
    assert Invitation.objects.of(acme).get().status == "ANSWERED"
