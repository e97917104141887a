"""Reading a mailbox by IMAP: its lines are opened by core/outgoing.py, so a typed server cannot lead into our network."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from imap_tools import AND, BaseMailBox, ImapToolsError, MailMessageFlags
from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError

from core import outgoing
from core.mail_account import MailAccount
from followups.enums import Line

PORTS = (993, 143)
SECONDS = 50.0  # a turn at one mailbox, whatever its server does
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class CannotRead(Exception):
    """The mailbox could not be read; the text says why, in words for people."""


class Found(NamedTuple):
    """A mail in the mailbox: its number there, its bytes, or their beginning when it is larger than was asked for."""

    uid: str
    raw: bytes
    size: int


class _Client(imaplib.IMAP4):
    def __init__(self, account: MailAccount) -> None:
        self._account = account
        super().__init__(account.host, account.port)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        account = self._account
        line = outgoing.connect(account.host, account.port, ports=PORTS, is_ours=account.is_ours)
        if account.line != Line.TLS:
            return line
        try:
            return ssl.create_default_context().wrap_socket(line, server_hostname=account.host)
        except BaseException:
            line.close()
            raise


class _Box(BaseMailBox):
    def __init__(self, account: MailAccount) -> None:
        self._account = account
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = _Client(self._account)
        if self._account.line == Line.STARTTLS:
            client.starttls(ssl.create_default_context())
        return client


class Mailbox:
    """An open mailbox, in its folder."""

    def __init__(self, box: _Box, account: MailAccount) -> None:
        self._box, self._account = box, account

    def waiting(self, *, since: date) -> list[str]:
        """The numbers of the mails that nobody has taken, the oldest first."""
        criteria = AND(date_gte=since) if self._account.done_folder else AND(seen=False, date_gte=since)
        return sorted(self._box.uids(criteria), key=int)

    def read(self, uid: str, *, most: int, beginning: int) -> Found | None:
        """The mail `uid`, as it stays unread there; of one larger than `most` its `beginning`. None when it has gone."""
        sized = self._fetch(uid, "(RFC822.SIZE)")
        told = next((_SIZE.search(_bytes(part)) for part in sized if _SIZE.search(_bytes(part))), None)
        if told is None:
            return None
        size = int(told[1])
        what = "(BODY.PEEK[])" if size <= most else f"(BODY.PEEK[]<0.{beginning}>)"
        raw = next((part[1] for part in self._fetch(uid, what) if isinstance(part, tuple)), None)
        return Found(uid, raw, size) if raw is not None else None

    def take(self, uid: str) -> None:
        """It is ours now: out of the way, or marked as read."""
        if self._account.done_folder:
            if not self._box.folder.exists(self._account.done_folder):
                self._box.folder.create(self._account.done_folder)
            self._box.move(uid, self._account.done_folder)
        else:
            self._box.flag(uid, MailMessageFlags.SEEN, True)

    def _fetch(self, uid: str, what: str) -> list[Any]:
        kind, parts = self._box.client.uid("fetch", uid, what)
        return [part for part in parts or [] if part is not None] if kind == "OK" else []


def _bytes(part: Any) -> bytes:
    return part[0] if isinstance(part, tuple) else part


@contextmanager
def opened(account: MailAccount) -> Iterator[Mailbox]:
    """The mailbox, open for at most SECONDS. Raises CannotRead, whatever the server does."""
    box: _Box | None = None
    with outgoing.within(SECONDS):
        try:
            box = _Box(account)
            box.login(account.user, account.password, initial_folder=account.folder)
            yield Mailbox(box, account)
        except outgoing.OutgoingError as error:
            raise CannotRead(str(error)) from error
        except MailboxLoginError as error:
            raise CannotRead(_("The server does not accept the user name or the password.")) from error
        except MailboxFolderSelectError as error:
            raise CannotRead(_("There is no folder “%(name)s”.") % {"name": account.folder}) from error
        except ssl.SSLCertVerificationError as error:
            raise CannotRead(_("The server's certificate is not valid for this name.")) from error
        except ssl.SSLError as error:
            raise CannotRead(_("The server speaks another kind of encryption on this port.")) from error
        except TimeoutError as error:
            raise CannotRead(_("No answer in time.")) from error
        except (imaplib.IMAP4.error, ImapToolsError) as error:
            raise CannotRead(_("The server said: %(words)s") % {"words": _words(error)}) from error
        except (OSError, ValueError, UnicodeError) as error:
            raise CannotRead(_("Nobody answers there.")) from error
        finally:
            if box is not None:
                with suppress(Exception):
                    box.logout()


def _words(error: Exception) -> str:
    """What a server said, in one line; it never repeats what was signed in with, which is not part of an answer."""
    return " ".join(str(error).split())[:200]
