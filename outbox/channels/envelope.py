"""What stands on and in a mail: its headers, and its bytes.

`wire` writes the usual mail (a text and an HTML part) directly. The library builds the same out of a dozen objects per
message, which is half the cost of a campaign; a test holds the two against each other for many kinds of message. What is
not usual, a very long line or a picture, is left to the library.
"""

from __future__ import annotations

from email.header import Header
from email.utils import formataddr, formatdate, parseaddr
from functools import lru_cache

from django.conf import settings
from django.core.validators import validate_email

from core.links import absolute_url
from core.tokens import link_token
from outbox.enums import Kind
from outbox.models import OutboundMessage

# The only header names a message may carry beyond the usual, whatever its row says.
HEADERS = ("Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To", "References")
LONGEST_LINE = 998  # bytes (RFC 5322)
SHORT = 76  # characters of a header line that needs no folding
PLACE = "token"


class BadHeader(ValueError):
    """A header's value holds a line break or another control character."""


def check(message: OutboundMessage) -> None:
    """Raise ValidationError for a receiver that is no address: `smtplib` would send to the first word of anything."""
    validate_email(message.to)


def headers(message: OutboundMessage) -> dict[str, str]:
    """Every header beyond sender, receiver and subject; names are constants, values have no line breaks."""
    made = {
        "Message-ID": message.message_id,
        "X-Amends-Id": message.public_id,
        **{name: str(message.headers[name]) for name in HEADERS if name in message.headers},
    }
    if message.kind == Kind.SURVEY:  # RFC 8058: one link, and one POST to it unsubscribes
        made["List-Unsubscribe"] = f"<{unsubscribe_url(message.unsubscribe_nonce)}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return made


def unsubscribe_url(nonce: str) -> str:
    """The link by which the receiver of the message with this nonce says: no more surveys."""
    before, after = _around_token(settings.BASE_URL)
    return f"{before}{link_token('unsubscribe', nonce)}{after}"


@lru_cache(maxsize=8)
def _around_token(base_url: str) -> tuple[str, str]:
    """What stands before and after the token; a campaign looks the route up once."""
    before, _place, after = absolute_url("outbox:unsubscribe", token=PLACE).rpartition(PLACE)
    return before, after


def sender_address() -> str:
    """The address all mail comes from, without its name."""
    return _bare_address(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=8)
def _bare_address(sender: str) -> str:
    return parseaddr(sender)[1]


def wire(message: OutboundMessage) -> bytes | None:
    """The message as it goes over the wire, lines ended by CRLF; None when it is not a usual one.

    Raises ValidationError for a receiver that is no address and BadHeader for a header that would be two.
    """
    check(message)
    parts = [_body(message.text), _body(message.html)]
    addresses = [message.to, message.reply_to]
    if not message.html or None in parts or not all(address.isascii() for address in addresses):
        return None
    boundary = f"=_{message.public_id}"  # random, and in no part: nothing needs to be searched for it
    lines = [
        _header("From", _address(message.from_name, sender_address())),
        _header("To", _address(message.to_name, message.to)),
        _header("Subject", message.subject),
        *([_header("Reply-To", message.reply_to)] if message.reply_to else []),
        _header("Date", formatdate()),
        *(_header(name, value) for name, value in headers(message).items()),
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"',
    ]
    pieces = ["\r\n".join(lines).encode("ascii"), b""]
    for kind, body in zip(("plain", "html"), parts, strict=True):
        assert body is not None
        encoding = "7bit" if body.isascii() else "8bit"
        head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n'
        pieces += [f"--{boundary}".encode("ascii"), head.encode("ascii"), body]
    return b"\r\n".join([*pieces, f"--{boundary}--\r\n".encode("ascii")])


def _body(text: str) -> bytes | None:
    """A part with CRLF line ends; None when a line is too long to travel as it is."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    body = text.replace("\n", "\r\n").encode("utf-8")
    return body if max(map(len, body.split(b"\r\n"))) <= LONGEST_LINE else None


def _address(name: str, address: str) -> str:
    """A name and its address; a name that is not ASCII as encoded words of at most 75 characters (RFC 2047)."""
    if not name.isprintable():
        raise BadHeader(name)
    if name.isascii():
        return formataddr((name, address)) if name else address
    return f"{Header(name, 'utf-8').encode(linesep='')} <{address}>"


def _header(name: str, value: str) -> str:
    """One header, folded where it is long, in encoded words where it is not ASCII."""
    if not value.isprintable():
        raise BadHeader(name)
    if value.isascii() and (len(name) + len(value) < SHORT or " " not in value):  # nowhere to fold
        return f"{name}: {value}"
    return _folded(name, value)


@lru_cache(maxsize=64)  # the subject of a campaign
def _folded(name: str, value: str) -> str:
    charset = "us-ascii" if value.isascii() else "utf-8"
    folded = Header(value, charset, header_name=name).encode(linesep="\r\n")
    return f"{name}: {folded}"
