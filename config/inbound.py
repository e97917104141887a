"""`AMENDS_INBOUND_DOMAIN` and `AMENDS_IMAP_URL`: where mail of the whole installation comes in."""

import re
from urllib.parse import unquote, urlsplit

from config import env
from core.mail_account import MailAccount

_DOMAIN = re.compile(
    r"(?=.{1,200}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z"
)
LINES = {"imap": "NONE", "imaps": "TLS", "imap+tls": "STARTTLS"}


def domain(text: str) -> str:
    """A domain whose mail reaches us, in small letters, or nothing. Raises ConfigurationError."""
    name = text.strip().lower().removeprefix("@")
    if name and not _DOMAIN.match(name):
        raise env.ConfigurationError("AMENDS_INBOUND_DOMAIN is no domain: use for example reply.example.com.")
    return name


def mailbox(url: str) -> MailAccount | None:
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
    return MailAccount(
        host=parts.hostname,
        port=port or (993 if parts.scheme == "imaps" else 143),
        line=LINES[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.lstrip("/")) or "INBOX",
        done_folder=unquote(done),
        is_ours=True,
    )


_USE = "use imaps://user:password@host:993/INBOX (or imap+tls://, imap://)."
