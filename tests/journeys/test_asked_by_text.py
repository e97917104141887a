"""A campaign by text message: one customer presses the short link on a telephone, one texts back; both are answered for."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from core import called_back
from detractors.models import Case
from detractors.services import decisions
from outbox.models import OutboundMessage
from outbox.services import deliveries
from surveys.models import Campaign, Invitation, Response, Survey
from surveys.services import campaigns, contacts, following, preparing, sending
from tests.browsers import Complaints, sideways, violations
from tests.texts import DORAS, OURS, SECRET, set_up

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]
EVES = "+4915155555555"


@pytest.fixture(scope="session", autouse=True)
def beside_a_loop() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, in which nothing of Django runs: Django need not be afraid of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def campaign(acme: Workspace, survey: Survey, owner: User) -> Campaign:
    """Dora and Eve have got the question by text; Ann, without a number, has not, and it is known why."""
    now = timezone.now()
    set_up(acme, now=now)
    for name, phone in (("Dora Doe", DORAS), ("Eve Else", EVES), ("Ann Able", "")):
        address = f"{name.split()[0].lower()}@customer.example"
        contacts.upsert(workspace=acme, email=address, name=name, phone=phone, now=now)
    row = campaigns.create(
        workspace=acme,
        name="By text",
        survey=survey,
        audience={"all": True},
        by=owner,
        channel="SMS",
        now=now,
    )
    campaigns.start(campaign=row, by=owner, now=now)
    preparing.prepare(now=now)
    sending.send_due(now=now)
    deliveries.sweep_texts(now=now)
    following.follow_mail(now=now)
    return row


def text_to(workspace: Workspace, number: str) -> OutboundMessage:
    return OutboundMessage.objects.of(workspace).get(channel="SMS", to=number)


def text_back(workspace: Workspace, number: str, words: str) -> int:
    """What the provider calls when a customer texts."""
    gateway = set_up(workspace)
    where = f"/hooks/sms/{gateway.public_id}/"
    fields = {"MessageSid": "SM1", "From": number, "To": OURS, "Body": words, "SmsStatus": "received"}
    form = {name: [value] for name, value in fields.items()}
    signed = called_back.twilio_signature(secret=SECRET, url=settings.BASE_URL + where, form=form)
    body = "&".join(f"{name}={value.replace('+', '%2B').replace(' ', '+')}" for name, value in fields.items())
    kind = "application/x-www-form-urlencoded"
    return Client().post(where, body, content_type=kind, headers={"x-twilio-signature": signed}).status_code


def test_the_short_link_on_a_telephone_and_a_reply_by_text_both_become_cases(
    acme: Workspace, campaign: Campaign, chromium: Any, live_server: Any
) -> None:
    left_out = Invitation.objects.of(acme).get(contact__name="Ann Able")
    assert (left_out.status, left_out.not_sent_because) == ("NOT_SENT", "NO_PHONE")
    text = text_to(acme, DORAS)
    assert (text.parts, text.state) == (1, "SENT")
    [link] = re.findall(r"https?://\S+/m/\S+/", text.text)
    phone = chromium.new_context(
        viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True, bypass_csp=True
    )
    try:
        page = phone.new_page()
        page.set_default_timeout(40_000)
        complaints = Complaints()
        complaints.listen(page)
        page.goto(link.replace(settings.BASE_URL, live_server.url))
        assert (sideways(page), violations(page)) == (0, [])
        page.locator("input[name=score][value='2']").tap()
        page.locator("textarea").fill("The courier left it in the rain.")
        page.get_by_role("button", name="Send my answer").tap()
        page.get_by_role("heading", name="Thank you").wait_for()
        assert (sideways(page), complaints.lines) == (0, [])
    finally:
        phone.close()
    assert text_back(acme, EVES, "3 nobody called back") == 204
    decisions.decide_pending(now=timezone.now())
    answers = Response.objects.of(acme).order_by("score")
    assert [(row.score, row.comment, row.channel, row.campaign) for row in answers] == [
        (2, "The courier left it in the rain.", "SMS", campaign), (3, "nobody called back", "SMS", campaign),
    ]  # fmt: skip
    cases = Case.objects.of(acme).order_by("score").select_related("contact")
    assert [(case.contact.name, case.score) for case in cases] == [("Dora Doe", 2), ("Eve Else", 3)]
