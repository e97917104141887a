"""Handing a text to a provider: what each ending means, and that no secret and no number is said."""

import logging
from typing import Any

import pytest
import requests

from outbox.channels import sms
from outbox.models import OutboundMessage
from outbox.rules import Outcome, Verdict
from tests.texts import DORAS, TWILIO


class Answer:
    def __init__(self, status: int, content: bytes = b"{}") -> None:
        self.status_code, self.content = status, content


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The provider's end: what was posted; `calls.answer` is what comes back (an exception is raised)."""

    class Calls(list[dict[str, Any]]):
        answer: Any = Answer(201)

    made = Calls()

    def post(url: str, **given: Any) -> Answer:
        made.append({"url": url, **given})
        if isinstance(made.answer, Exception):
            raise made.answer
        answer: Answer = made.answer
        return answer

    import apprise.plugins.twilio as plugin

    monkeypatch.setattr(plugin.requests, "post", post)
    return made


def text() -> OutboundMessage:
    return OutboundMessage(to=DORAS, text="How did we do? 5 € & <b>", channel="SMS")


def test_the_provider_gets_the_words_as_they_are_and_the_number(calls: Any) -> None:
    assert sms.Apprise(TWILIO).send(text()) == Verdict(Outcome.ACCEPTED)
    [call] = calls
    assert call["data"] == {"Body": "How did we do? 5 € & <b>", "From": "+15005550006", "To": DORAS}
    assert call["url"].startswith("https://api.twilio.com/")
    assert (call["allow_redirects"], call["timeout"]) == (False, (3.0, 12.0))


NEW_CONNECTION = requests.ConnectionError("Max retries exceeded (Caused by NewConnectionError('refused'))")


@pytest.mark.parametrize(
    ("answer", "outcome", "is_dead"),
    [
        (Answer(429), Outcome.DEFERRED, False),
        (Answer(401), Outcome.DEFERRED, False),
        (Answer(400), Outcome.REFUSED, False),
        (Answer(500), Outcome.UNKNOWN, False),
        (Answer(503), Outcome.UNKNOWN, False),
        (Answer(400, b'{"code": 21211, "message": "invalid To"}'), Outcome.REFUSED, True),
        (Answer(400, b'{"code": 21610, "message": "unsubscribed"}'), Outcome.REFUSED, True),
        (Answer(429, b'{"code": 20429, "message": "slow down"}'), Outcome.DEFERRED, False),
        (Answer(401, b'{"code": 20003, "message": "sign in"}'), Outcome.DEFERRED, False),
        (Answer(500, b'{"code": 20500, "message": "broken"}'), Outcome.UNKNOWN, False),
        (requests.ReadTimeout("read timed out"), Outcome.UNKNOWN, False),
        (requests.ConnectionError("Connection aborted."), Outcome.UNKNOWN, False),
        (requests.ConnectTimeout("ConnectTimeoutError: timed out"), Outcome.UNREACHABLE, False),
        (NEW_CONNECTION, Outcome.UNREACHABLE, False),
    ],
)
def test_every_ending_of_a_call_is_sorted(calls: Any, answer: Any, outcome: str, is_dead: bool) -> None:
    calls.answer = answer
    verdict = sms.Apprise(TWILIO).send(text())
    assert (verdict.outcome, verdict.is_dead_address) == (outcome, is_dead)
    assert len(calls) == 1  # apprise itself tries nothing again


def test_neither_number_nor_account_is_said(calls: Any, caplog: pytest.LogCaptureFixture) -> None:
    calls.answer = Answer(400)
    with caplog.at_level(logging.DEBUG):
        verdict = sms.Apprise(TWILIO).send(text())
    said = caplog.text + repr(verdict) + repr(sms.Gateway(provider="APPRISE", address=TWILIO))
    assert [secret for secret in (DORAS, DORAS[1:], "0123456789abcdef", "AC0000") if secret in said] == []
    left = [one for one in logging.getLogger("apprise").handlers if not isinstance(one, logging.NullHandler)]
    assert (left, logging.getLogger("apprise").propagate) == ([], True)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://sms.internal/send", sms.UNKNOWN_PROVIDER),
        ("json://127.0.0.1/", sms.UNKNOWN_PROVIDER),  # apprise would call any host
        ("smseagle://token@10.0.0.1", sms.UNKNOWN_PROVIDER),
        ("twilio", sms.UNKNOWN_PROVIDER),
        ("", sms.UNKNOWN_PROVIDER),
        ("twilio://only-this", sms.NOT_READABLE),
        (TWILIO + "?retry=9", sms.NO_OWN_OPTIONS),
        (TWILIO + "?verify=no", sms.NO_OWN_OPTIONS),
        (TWILIO + "?Method=call", sms.NO_OWN_OPTIONS),
    ],
)
def test_an_address_that_is_none_is_refused_before_anything_is_called(
    calls: Any, address: str, code: str
) -> None:
    with pytest.raises(sms.BadAddress) as refused:
        sms.check(address)
    assert (refused.value.code, calls) == (code, [])


@pytest.mark.parametrize(
    "address",
    [
        TWILIO,
        "vonage://0a1b2c3d:secretsecret@15005550006",
        "msgbird://aaaaaaaaaaaaaaaaaaaaaaaaa/15005550006",
        "plivo://aaaaaaaaaaaaaaaaaaaaaaaaa@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/15005550006",
        "sinch://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb@15005550006",
        "clicksend://user:key@",
        "bulksms://name:secret@{to}",
        "d7sms://token@",
        "seven://apikey",
        "46elks://user:password@15005550006",
    ],
)
def test_the_providers_of_the_field_are_understood_with_the_number_in_its_place(address: str) -> None:
    sms.check(address)
    made = sms.instance(sms.addressed(address, DORAS))
    assert DORAS[1:] in repr(vars(made))


def test_the_console_keeps_what_it_is_given() -> None:
    assert sms.Console().send(text()) == Verdict(Outcome.ACCEPTED, is_delivered=True)
