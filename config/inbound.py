"""`AMENDS_INBOUND_DOMAIN` and `AMENDS_IMAP_URL`: where mail of the whole installation comes in."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from config import env

_DOMAIN = re.compile(
    r"(?=.{1,200}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z"
)
LINES = {"imap": "NONE", "imaps": "TLS", "imap+tls": "STARTTLS"}


@dataclass(frozen=True)
class Mailbox:
    """A mailbox that is read by IMAP for all workspaces; what was read goes to `done_folder`, or is marked as seen."""

    host: str
    port: int
    line: str
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    done_folder: str = ""


def domain(text: str) -> str:
    """A domain whose mail reaches us, in small letters, or nothing. Raises ConfigurationError."""
    name = text.strip().lower().removeprefix("@")
    if name and not _DOMAIN.match(name):
        raise env.ConfigurationError("AMENDS_INBOUND_DOMAIN is no domain: use for example reply.example.com.")
    return name


def mailbox(url: str) -> Mailbox | None:
    """`imaps://user:password@host:993/INBOX?done=Archive`, imap+tls:// or imap://; nothing is None.

    Raises ConfigurationError that names the variable and the cure, never the password.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise env.ConfigurationError("AMENDS_IMAP_URL is no address: " + _USE) from None
    if parts.scheme not in LINES or not parts.hostname or not parts.username:
        raise env.ConfigurationError("AMENDS_IMAP_URL lacks a part: " + _USE)
    done = next((word[5:] for word in parts.query.split("&") if word.startswith("done=")), "")
    return Mailbox(
        host=parts.hostname,
        port=port or (993 if parts.scheme == "imaps" else 143),
        line=LINES[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.lstrip("/")) or "INBOX",
        done_folder=unquote(done),
    )


_USE = "use imaps://user:password@host:993/INBOX (or imap+tls://, imap://)."
