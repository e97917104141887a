"""The gateway: what is kept sealed, what is refused, what a test text is."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from core.sealing import unseal
from outbox.channels import sms
from outbox.models import OutboundMessage
from outbox.text_rules import Limits
from surveys.models import SmsGateway
from surveys.services import sms_gateways
from tests.conftest import MONDAY_9AM
from tests.texts import OURS, SECRET, TWILIO, set_up


def test_account_and_secret_lie_sealed_and_stay_when_nothing_is_typed(acme: Workspace) -> None:
    set_up(acme, provider="APPRISE", address=TWILIO)
    row = set_up(acme, provider="APPRISE", secret="", per_day=5, countries="de, at")
    assert SmsGateway.objects.of(acme).count() == 1
    assert TWILIO not in row.address
    assert SECRET not in row.secret
    assert (unseal(row.address), unseal(row.secret)) == (TWILIO, SECRET)
    gateway = sms.gateway_of(acme.pk)
    assert gateway == sms.Gateway(
        provider="APPRISE", number=OURS, address=TWILIO, limits=Limits(per_day=5, countries=frozenset({"DE", "AT"}))
    )  # fmt: skip
    assert gateway is not None
    assert gateway.region == "DE"


def test_no_gateway_and_one_that_is_off_send_nothing(acme: Workspace, globex: Workspace) -> None:
    set_up(acme, is_active=False)
    set_up(globex)
    assert (sms.gateway_of(acme.pk), sms.gateway_of(0)) == (None, None)
    assert sms.gateway_of(globex.pk) is not None


def test_an_account_sealed_under_a_lost_key_sends_nothing_and_says_so(acme: Workspace) -> None:
    set_up(acme, provider="APPRISE", address=TWILIO)
    SmsGateway.objects.of(acme).update(address="damaged")
    assert sms.gateway_of(acme.pk) is None
    assert sms_gateways.state(workspace=acme, now=MONDAY_9AM).is_readable is False


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": "12"}, "number"),
        ({"number": "0301234567"}, "number"),
        ({"countries": "DE XX"}, "countries"),
        ({"address": "json://127.0.0.1/"}, "address"),
        ({"provider": "APPRISE"}, "address"),
        ({"provider": "APPRISE", "address": TWILIO + "?retry=3"}, "address"),
    ],
)
def test_what_cannot_be_kept_is_said_by_field(acme: Workspace, given: dict[str, Any], field: str) -> None:
    with pytest.raises(sms_gateways.BadGateway) as refused:
        set_up(acme, **given)
    assert list(refused.value.errors) == [field]
    assert SmsGateway.objects.of(acme).count() == 0


def test_a_made_secret_is_told_once_and_replaces_the_former(acme: Workspace) -> None:
    row = set_up(acme)
    made = sms_gateways.make_secret(workspace=acme, now=MONDAY_9AM)
    row.refresh_from_db()
    assert made.startswith("whsec_")
    assert sms_gateways.secret_of(row=row) == made


def test_a_test_text_goes_the_way_of_every_other_once_a_minute(acme: Workspace, owner: User) -> None:
    with pytest.raises(sms_gateways.NoTest):
        sms_gateways.try_out(workspace=acme, to="+49 151 12345678", by=owner, now=MONDAY_9AM)
    set_up(acme)
    first = sms_gateways.try_out(workspace=acme, to="0151 12345678", by=owner, now=MONDAY_9AM)
    again = sms_gateways.try_out(workspace=acme, to="0151 12345678", by=owner, now=MONDAY_9AM)
    assert (first.pk, first.to, first.kind) == (again.pk, "+4915112345678", "STAFF")
    with pytest.raises(sms_gateways.NoTest):
        sms_gateways.try_out(workspace=acme, to="12", by=owner, now=MONDAY_9AM)
    for minute in range(1, sms_gateways.TESTS_A_DAY):
        moment = MONDAY_9AM + timedelta(minutes=minute)
        sms_gateways.try_out(workspace=acme, to="0151 12345678", by=owner, now=moment)
    with pytest.raises(sms_gateways.NoTest):
        sms_gateways.try_out(
            workspace=acme, to="0151 12345678", by=owner, now=MONDAY_9AM + timedelta(hours=1)
        )
    assert OutboundMessage.objects.of(acme).count() == sms_gateways.TESTS_A_DAY
