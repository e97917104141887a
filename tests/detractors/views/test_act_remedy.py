"""A remedy that waits is decided from the mail: looking changes nothing, each decision is made once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Membership, User, Workspace
from detractors.models import AlertChoice, Case, Remedy
from detractors.services import alerts, remedies
from outbox.models import OutboundMessage
from tests.conftest import MONDAY_9AM
from tests.detractors.views.test_acting import browser, link, pressed

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]) -> Remedy:
    """Bob may not give so much alone; Alice leads."""
    remedies.change_settings(workspace=acme, currency="EUR", budget=Decimal(1000), limits={})
    case = open_case(2)
    return remedies.give(
        case=case, by=bob, kind="REFUND", what="The postage", value=Decimal(90), cost=Decimal(80),
        now=datetime.now(UTC) - timedelta(minutes=1),
    )  # fmt: skip


def path_in(mail: OutboundMessage) -> str:
    return "/act/" + mail.text.partition("/act/")[2].split()[0]


def test_the_mail_says_all_there_is_to_decide_on_and_looking_changes_nothing(
    acme: Workspace, alice: User, bob: User, asked: Remedy
) -> None:
    mails = OutboundMessage.objects.of(acme).filter(mail="remedy_asked")
    assert bob.email not in mails.values_list("to", flat=True)
    mail = mails.get(to=alice.email)
    for said in (
        "The postage",
        "80.00 EUR",
        "90.00 EUR",
        "1000.00 EUR",
        "more than they may give at once",
        "Bob Brown",
    ):
        assert said in mail.text
    page = browser().get(path_in(mail))
    assert (page.status_code, page["Referrer-Policy"], "The postage" in page.content.decode()) == (
        200,
        "no-referrer",
        True,
    )
    assert "1000.00 EUR" in page.content.decode()
    asked.refresh_from_db()
    assert asked.state == "WAITING"


def test_it_is_agreed_to_once_and_later_presses_are_told_who_decided(
    acme: Workspace, alice: User, asked: Remedy
) -> None:
    path = path_in(OutboundMessage.objects.of(acme).get(mail="remedy_asked", to=alice.email))
    machine = browser().post(path, {"do": "agree", "note": "", "page": ""})
    assert ("Please press once more." in machine.content.decode(), machine.status_code) == (True, 200)
    unsaid = browser().post(path, pressed(do="refuse", note=" "))
    assert (unsaid.status_code, "say why" in unsaid.content.decode()) == (422, True)
    assert "Agreed: The postage" in browser().post(path, pressed(do="agree", note="Fine.")).content.decode()
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.decision_note) == ("GRANTED", alice, "Fine.")
    for answer in (browser().get(path), browser().post(path, pressed(do="refuse", note="No."))):
        assert (answer.status_code, "decided already" in answer.content.decode()) == (200, True)
        assert f"{alice.display_name} agreed to it." in answer.content.decode()
    asked.refresh_from_db()
    assert asked.state == "GRANTED"


def test_a_link_is_good_for_its_case_and_its_person_only(
    acme: Workspace, alice: User, bob: User, asked: Remedy, open_case: Callable[..., Case]
) -> None:
    end = f"remedies/{asked.public_id}/"
    assert browser().get(f"{link(asked.case, alice, days=-1)}{end}").status_code == 410
    assert browser().get(f"{link(asked.case, alice)}remedies/unknown/").status_code == 404
    own = browser().post(f"{link(asked.case, bob)}{end}", pressed(do="agree", note=""))
    assert own.status_code == 422
    Membership.objects.of(acme).filter(user=alice).update(role="AGENT")
    assert browser().post(f"{link(asked.case, alice)}{end}", pressed(do="agree", note="")).status_code == 422
    Membership.objects.of(acme).filter(user=alice).update(deactivated_at=MONDAY_9AM)
    assert browser().get(f"{link(asked.case, alice)}{end}").status_code == 410
    asked.refresh_from_db()
    assert asked.state == "WAITING"


def test_who_wants_no_such_mail_gets_none_and_quiet_time_holds_it(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    now = datetime(2026, 3, 7, 12, tzinfo=UTC)  # a Saturday
    AlertChoice.objects.of(acme).create(workspace=acme, user=alice, quiet_days=[5, 6])
    case = open_case(2, now=now)
    ask = {"case": case, "by": bob, "kind": "REFUND", "what": "Once", "cost": Decimal(80), "now": now}
    remedies.give(**ask)
    held = OutboundMessage.objects.of(acme).get(mail="remedy_asked", to=alice.email)
    assert held.next_at is not None
    assert held.next_at.astimezone(UTC).date().isoformat() in ("2026-03-08", "2026-03-09")
    alerts.revoke_links(workspace=acme, user=alice)
    AlertChoice.objects.of(acme).filter(user=alice).update(no_mail=["REMEDY"])
    remedies.give(**{**ask, "what": "Twice"})
    assert OutboundMessage.objects.of(acme).filter(mail="remedy_asked", to=alice.email).count() == 1
