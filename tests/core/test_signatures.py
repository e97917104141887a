"""Standard Webhooks, against the vector its own documents and libraries use."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from core import signatures
from core.signatures import BadSignature

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, AT, BODY = (
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    datetime.fromtimestamp(1614265330, UTC),
    b'{"test": 2432232314}',
)
PUBLISHED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def headers(**changed: str) -> dict[str, str]:
    given = {"webhook-id": ID, "webhook-timestamp": "1614265330", "webhook-signature": PUBLISHED}
    return given | {name.replace("_", "-"): value for name, value in changed.items()}


def test_the_published_message_gets_the_published_signature() -> None:
    assert signatures.sign(secret=SECRET, message_id=ID, at=AT, body=BODY) == PUBLISHED


@pytest.mark.parametrize("given", [PUBLISHED, f"v1,{'A' * 43}= {PUBLISHED}", f"v1a,xyz {PUBLISHED}"])
def test_one_fitting_signature_of_several_is_enough(given: str) -> None:
    found = signatures.verify(secret=SECRET, headers=headers(webhook_signature=given), body=BODY, now=AT)
    assert found == ID


@pytest.mark.parametrize(
    ("changed", "body", "later"),
    [
        ({"webhook_signature": PUBLISHED.replace("v1,", "v2,")}, BODY, 0),
        ({"webhook_signature": "v1,é" + PUBLISHED[4:]}, BODY, 0),
        ({"webhook_signature": ""}, BODY, 0),
        ({"webhook_id": "another"}, BODY, 0),
        ({"webhook_timestamp": "1614265331"}, BODY, 0),
        ({"webhook_timestamp": "-1"}, BODY, 0),
        ({"webhook_timestamp": "9" * 30}, BODY, 0),
        ({}, BODY + b" ", 0),
        ({}, BODY, 301),
        ({}, BODY, -301),
    ],
)
def test_whatever_was_changed_is_refused(changed: dict[str, str], body: bytes, later: int) -> None:
    with pytest.raises(BadSignature):
        signatures.verify(
            secret=SECRET, headers=headers(**changed), body=body, now=AT + timedelta(seconds=later)
        )


def test_a_secret_of_ours_signs_and_is_never_the_same() -> None:
    one, other = signatures.new_secret(), signatures.new_secret()
    given = headers(webhook_signature=signatures.sign(secret=one, message_id=ID, at=AT, body=BODY))
    assert signatures.verify(secret=one, headers=given, body=BODY, now=AT) == ID
    with pytest.raises(BadSignature):
        signatures.verify(secret=other, headers=given, body=BODY, now=AT)


def test_the_librarys_own_verifier_takes_what_we_sign() -> None:
    now = datetime.now(UTC)  # its clock cannot be set
    made = signatures.sign(secret=SECRET, message_id=ID, at=now, body=BODY)
    given = headers(webhook_signature=made, webhook_timestamp=str(int(now.timestamp())))
    assert Webhook(SECRET).verify(BODY, given) == {"test": 2432232314}


def test_what_is_no_text_is_refused_and_no_error() -> None:
    with pytest.raises(BadSignature):
        signatures.verify(secret=SECRET, headers=headers(), body=b"\xff\xfe", now=AT)
