from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Workspace
from outbox.channels.email import build
from outbox.channels.envelope import BadHeader, wire
from outbox.enums import Kind
from outbox.models import OutboundMessage
from tests.outbox.conftest import queued

LONG = "Did the parcel that you ordered for your mother's birthday arrive in time and in one piece, dear Maya Keller?"


def seen(raw: bytes) -> dict[str, Any]:
    """What a mail program reads in a message."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    old = message_from_bytes(
        raw
    )  # its headers undecoded: the new parser puts spaces into a name of several words
    different = {"date", "content-type", "mime-version"}
    parts = [part for part in mail.walk() if not part.is_multipart()]
    return {
        "headers": sorted((k.lower(), _decoded(v)) for k, v in old.items() if k.lower() not in different),
        "type": mail.get_content_type(),
        "parts": [
            (part.get_content_type(), part.get_content_charset(), part.get_content().strip())
            for part in parts
        ],
        "defects": [mail.defects, [part.defects for part in parts]],
    }


def _decoded(value: str) -> str:
    return " ".join(str(make_header(decode_header(value))).split())


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"to_name": "Maya Keller", "from_name": "Acme"},
        {"to_name": "Müller, Jörg", "from_name": "Bob Brown · Straßenbahn Köln"},
        {"to_name": "مايا كيلر"},
        {"to_name": "日本語" * 20},
        {"subject": LONG},
        {"subject": "Grüße aus Köln"},
        {"subject": "é" * 190},
        {"subject": "🙂 مرحبا 日本語 " * 9},
        {"reply_to": "help@acme.example"},
        {"kind": Kind.CUSTOMER},
        {
            "headers": {
                "In-Reply-To": "<a@b.example>",
                "References": " ".join(f"<{n}@b.example>" for n in range(60)),
            }
        },
        {"text": "Grüße\nund مرحبا\n.\n..\nFrom here on\n", "html": "<html><body>ä\n.\n</body></html>"},
        {"text": "lines\r\nof\rall kinds\n"},
    ],
)
def test_the_bytes_say_what_the_librarys_say(
    acme: Workspace, kept_mail: None, fields: dict[str, Any]
) -> None:
    message = queued(acme)
    for name, value in fields.items():
        setattr(message, name, value)
    raw = wire(message)
    assert raw is not None
    assert seen(raw) == seen(build(message).message().as_bytes(linesep="\r\n"))
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert max(map(len, raw.split(b"\r\n\r\n")[0].split(b"\r\n"))) <= 110  # headers are folded
    assert (b"\n" in raw.replace(b"\r\n", b""), b"\r" in raw.replace(b"\r\n", b"")) == (False, False)


@pytest.mark.parametrize("fields", [{"text": "x" * 999}, {"html": ""}, {"html": f"<html>{'ü' * 600}</html>"}])
def test_what_is_not_usual_is_left_to_the_library(
    acme: Workspace, kept_mail: None, fields: dict[str, Any]
) -> None:
    message = queued(acme)
    for name, value in fields.items():
        setattr(message, name, value)
    assert wire(message) is None


@pytest.mark.parametrize("name", ["subject", "to_name", "from_name", "reply_to", "message_id"])
@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: a@b.example", "x\nBcc: a@b.example", "x\rBcc: a@b.example", "x\x00", "x\u2028y"]
)
def test_a_header_is_never_two(acme: Workspace, kept_mail: None, name: str, evil: str) -> None:
    message = queued(acme)
    setattr(message, name, evil)
    if name == "reply_to" and not evil.isascii():
        return  # left to the library, which refuses it
    with pytest.raises(BadHeader):
        wire(message)


def test_a_receiver_that_is_no_address_is_refused(acme: Workspace, kept_mail: None) -> None:
    message: OutboundMessage = queued(acme)
    message.to = "a b <x@y.example>"
    with pytest.raises(ValidationError):
        wire(message)
