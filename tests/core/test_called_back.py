"""Whether a call about texts is the provider's."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from core import called_back, signatures
from core.signatures import BadSignature

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
URL = "https://feedback.example/hooks/sms/AAAAAAAAAAAAAAAAAAAAAA/"
FORM = {"To": ["+18005551212"], "From": ["+14158675309"], "Digits": ["1234"], "Caller": ["+14158675309"]}


def verify(headers: dict[str, str], *, secret: str = "token", form: object = FORM, url: str = URL) -> bool:
    try:
        called_back.verify(
            secret=secret, url=url, headers=headers, form=form, body=b"{}", now=NOW  # type: ignore[arg-type]
        )  # fmt: skip
    except BadSignature:
        return False
    return True


def test_an_example_of_twilios_own_library_has_twilios_signature() -> None:
    form = {
        "CallSid": ["CA1234567890ABCDE"], "Caller": ["+14158675309"], "Digits": ["1234"], "From": ["+14158675309"],
        "To": ["+18005551212"],
    }  # fmt: skip
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    made = called_back.twilio_signature(secret="12345", url=url, form=form)
    assert made == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_a_call_signed_as_twilio_does_is_believed_and_every_change_refused() -> None:
    good = {"x-twilio-signature": called_back.twilio_signature(secret="token", url=URL, form=FORM)}
    assert verify(good) is True
    assert verify(good, secret="other") is False
    assert verify(good, url=URL + "?a=1") is False
    assert verify(good, form=FORM | {"Digits": ["1235"]}) is False
    assert verify(good, form=FORM | {"More": ["x"]}) is False
    assert verify({"x-twilio-signature": ""}) is False


def test_a_json_body_of_twilio_is_proven_by_its_hash() -> None:
    import hashlib

    url = f"{URL}?bodySHA256={hashlib.sha256(b'{}').hexdigest()}"
    signed = {"x-twilio-signature": called_back.twilio_signature(secret="token", url=url, form=None)}
    assert verify(signed, url=url, form=None) is True
    plain = {"x-twilio-signature": called_back.twilio_signature(secret="token", url=URL, form=None)}
    assert verify(plain, form=None) is False  # the signature says nothing about the body


def test_standard_webhooks_are_believed_while_they_are_fresh() -> None:
    secret = signatures.new_secret()

    def signed(at: datetime, body: bytes = b"{}") -> dict[str, str]:
        made = signatures.sign(secret=secret, message_id="m1", at=at, body=body)
        stamp = str(int(at.timestamp()))
        return {"webhook-id": "m1", "webhook-timestamp": stamp, "webhook-signature": made}

    assert verify(signed(NOW), secret=secret) is True
    assert verify(signed(NOW - timedelta(minutes=6)), secret=secret) is False
    assert verify(signed(NOW, b"[]"), secret=secret) is False


@pytest.mark.parametrize(
    ("header", "is_believed"),
    [
        ("Bearer token", True),
        ("Basic " + base64.b64encode(b"anybody:token").decode(), True),
        ("Bearer tokens", False),
        ("Basic " + base64.b64encode(b"token").decode(), False),
        ("Basic ???", False),
        ("Digest token", False),
        ("", False),
    ],
)
def test_the_secret_in_a_header_is_compared_whole(header: str, is_believed: bool) -> None:
    assert verify({"authorization": header}) is is_believed


def test_without_a_secret_nobody_is_believed() -> None:
    made = called_back.twilio_signature(secret="", url=URL, form=FORM)
    assert verify({"x-twilio-signature": made}, secret="") is False
    assert verify({"authorization": "Bearer "}, secret="") is False
