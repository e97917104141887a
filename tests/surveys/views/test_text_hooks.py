"""What a provider calls: signed, or refused; once, or once again without effect."""

import base64
import json
import logging
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Workspace
from core import called_back, signatures
from core.logs import mask
from outbox.models import OutboundMessage
from outbox.services import deliveries
from surveys.models import Contact, InboundText, Invitation, Response, SmsGateway, Survey
from surveys.services import contacts, invitations, sms_gateways
from tests.conftest import MONDAY_9AM
from tests.texts import DORAS, OURS, SECRET, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(acme: Workspace) -> SmsGateway:
    return set_up(acme)


@pytest.fixture
def asked(acme: Workspace, survey: Survey, gateway: SmsGateway) -> Invitation:
    now = timezone.now()
    dora: Contact = contacts.upsert(workspace=acme, email="dora@x.example", phone=DORAS, now=now)[0]
    row = invitations.invite(workspace=acme, survey=survey, contact=dora, channel="SMS", now=now)
    invitations.send_due(now=now)
    deliveries.sweep_texts(now=now)
    return row


def path(gateway: SmsGateway) -> str:
    return f"/hooks/sms/{gateway.public_id}/"


def twilio(gateway: SmsGateway, fields: dict[str, str], *, secret: str = SECRET, signed: Any = None) -> Any:
    """A call as Twilio makes it; `signed` are the fields the signature is made of, if others."""
    form = {name: [value] for name, value in (signed or fields).items()}
    signature = called_back.twilio_signature(secret=secret, url=settings.BASE_URL + path(gateway), form=form)
    body = "&".join(f"{name}={value.replace('+', '%2B').replace(' ', '+')}" for name, value in fields.items())
    return Client().post(
        path(gateway), body, content_type="application/x-www-form-urlencoded",
        headers={"x-twilio-signature": signature},
    )  # fmt: skip


def a_text(body: str, sid: str = "SM1", number: str = DORAS) -> dict[str, str]:
    return {"MessageSid": sid, "From": number, "To": OURS, "Body": body, "SmsStatus": "received"}


def test_a_signed_text_is_an_answer_once(acme: Workspace, gateway: SmsGateway, asked: Invitation) -> None:
    answers = [twilio(gateway, a_text("9 great service")) for _time in range(3)]
    assert [(one.status_code, one.content) for one in answers] == [(204, b"")] * 3
    answer = Response.objects.of(acme).get()
    assert (answer.score, answer.comment, answer.channel) == (9, "great service", "SMS")
    assert InboundText.objects.of(acme).count() == 1


def test_a_forged_call_is_refused_and_changes_nothing(
    acme: Workspace, gateway: SmsGateway, asked: Invitation
) -> None:
    fields = a_text("0 forged")
    calls = [
        twilio(gateway, fields, secret="another"),
        twilio(gateway, fields, signed=a_text("9 great")),
        Client().post(path(gateway), fields),
        Client().post(path(gateway), json.dumps(fields), content_type="application/json"),
        Client().post(path(gateway), fields, headers={"authorization": "Bearer guess"}),
    ]
    assert [(one.status_code, one.json()["code"]) for one in calls] == [(401, "BAD_SIGNATURE")] * 5
    assert (InboundText.objects.of(acme).count(), Response.objects.of(acme).count()) == (0, 0)


def test_a_gateway_without_a_secret_believes_nobody(acme: Workspace, gateway: SmsGateway) -> None:
    SmsGateway.objects.of(acme).update(secret="")
    assert twilio(gateway, a_text("9"), secret="").status_code == 401


def test_another_workspaces_secret_opens_nothing_here(
    acme: Workspace, globex: Workspace, gateway: SmsGateway
) -> None:
    set_up(globex, secret="theirs")
    assert twilio(gateway, a_text("9"), secret="theirs").status_code == 401


def test_other_shapes_and_signatures_are_understood(
    acme: Workspace, gateway: SmsGateway, asked: Invitation
) -> None:
    secret, now = sms_gateways.make_secret(workspace=acme, now=MONDAY_9AM), timezone.now()
    raw = json.dumps({"results": [{"messageId": "1", "from": DORAS[1:], "to": OURS, "text": "7"}]}).encode()
    signed = {
        "webhook-id": "m1", "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signatures.sign(secret=secret, message_id="m1", at=now, body=raw),
    }  # fmt: skip
    basic = {"authorization": "Basic " + base64.b64encode(f"x:{secret}".encode()).decode()}
    first = Client().post(path(gateway), raw, content_type="application/json", headers=signed)
    form = {"msisdn": DORAS[1:], "to": OURS[1:], "messageId": "2", "text": "slow"}
    body = "&".join(f"{name}={value}" for name, value in form.items())
    second = Client().post(
        path(gateway), body, content_type="application/x-www-form-urlencoded", headers=basic
    )
    assert (first.status_code, second.status_code) == (204, 204)
    answer = Response.objects.of(acme).get()
    assert (answer.score, answer.comment) == (7, "slow")


def test_a_report_moves_the_text_it_means(acme: Workspace, gateway: SmsGateway, asked: Invitation) -> None:
    OutboundMessage.objects.of(acme).update(delivered_at=None)
    fields = {"MessageSid": "SM9", "MessageStatus": "delivered", "To": DORAS, "From": OURS}
    assert [twilio(gateway, fields).status_code for _time in range(2)] == [204, 204]
    message = OutboundMessage.objects.of(acme).get()
    assert (message.provider_id, message.delivered_at is not None) == ("SM9", True)
    assert InboundText.objects.of(acme).count() == 0


def test_what_is_no_call_of_a_provider_is_said_so(acme: Workspace, gateway: SmsGateway) -> None:
    client, right = Client(), {"authorization": f"Bearer {SECRET}"}
    assert client.get(path(gateway)).status_code == 405
    assert client.post("/hooks/sms/" + "A" * 22 + "/", {}, headers=right).status_code == 404
    assert client.post(path(gateway), b"{", content_type="application/json", headers=right).status_code == 400
    large = b"[" + b" " * 300_000 + b"]"
    assert (
        client.post(path(gateway), large, content_type="application/json", headers=right).status_code == 413
    )
    deep = b"[" * 100_000
    assert client.post(path(gateway), deep, content_type="application/json", headers=right).status_code == 400
    assert (
        client.post(path(gateway), b"[]", content_type="application/json", headers=right).status_code == 204
    )


def test_a_stop_is_heard_while_the_gateway_is_off(
    acme: Workspace, gateway: SmsGateway, asked: Invitation
) -> None:
    set_up(acme, is_active=False)
    assert twilio(gateway, a_text("STOP")).status_code == 204
    assert Contact.objects.of(acme).get().sms_stopped_at is not None


def test_numbers_addresses_and_links_are_masked_in_logs(
    gateway: SmsGateway, asked: Invitation, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        twilio(gateway, a_text("9"))
        twilio(gateway, a_text("STOP", "SM2"))
    assert DORAS not in caplog.text
    assert mask(f"POST {path(gateway)}?From=%2B4915112345678 to +4915112345678") == (
        "POST /hooks/sms/***/?From=%2B491*** to +491***"
    )
    assert mask(f"GET /m/{asked.link_nonce}/") == "GET /m/***/"
    assert (
        mask("2026-03-02T09:00:00+00:00 n=123456789 1+12345")
        == "2026-03-02T09:00:00+00:00 n=123456789 1+12345"
    )
