"""E-mail: the only place that hands a message to a mail server or provider.

Every ending is sorted into a Verdict (outbox/rules.py); nothing is raised to the caller but by a programming error in
opening. The one thing the libraries do not tell is whether the message itself had left when a line went dead; our SMTP
connection notes that moment.
"""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.utils import formataddr
from typing import Any, NoReturn, Protocol

import requests
import structlog
from anymail.exceptions import (
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
)
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.exceptions import SSLError as UrllibSSLError

from outbox import queries
from outbox.channels import envelope
from outbox.enums import Kind
from outbox.models import MessageFile, OutboundMessage
from outbox.rules import Outcome, Verdict, judge_http, judge_smtp

log = structlog.get_logger(__name__)

_LOGO = re.compile(r'src="data:image/(png|jpeg|gif|webp);base64,([A-Za-z0-9+/=]+)"')
_LOGO_ID = "logo@amends"


class FileGone(Exception):
    """A file that was to go with the mail is no longer there."""


class Channel(Protocol):
    """What a sweep needs of a way out. `is_one_server`: when it cannot be reached, no other message is tried either."""

    is_one_server: bool

    def open(self) -> str:
        """Be ready to send; an empty string, or why the server cannot be reached. Cheap when already open."""

    def send(self, message: OutboundMessage) -> Verdict:
        """Hand over one message; never raises."""

    def close(self) -> None:
        """Hang up; never raises."""


class KeptMail:
    """Nothing leaves: the built-in mailbox is where the mail is read."""

    is_one_server = True

    def open(self) -> str:
        return ""

    def send(self, message: OutboundMessage) -> Verdict:
        return Verdict(Outcome.ACCEPTED, is_delivered=True)

    def close(self) -> None:
        return


class _Line(smtplib.SMTP):
    """An SMTP conversation that knows whether any byte of the message itself has left."""

    has_departed = False

    def send(self, s: Any) -> None:
        if isinstance(s, bytes):  # commands are text; only the message is handed over as bytes
            self.has_departed = True
        super().send(s)

    def hand_over(self, sender: str, recipient: str, body: bytes) -> None:
        """Send a message whose lines end with CRLF; raises like `sendmail`.

        A server that takes commands together (RFC 2920) is told sender, receiver and that the message follows in one go: two
        round trips for a message, not four.
        """
        self.ehlo_or_helo_if_needed()
        size = f" size={len(body)}" if self.does_esmtp and self.has_extn("size") else ""
        commands = [f"MAIL FROM:<{sender}>{size}", f"RCPT TO:<{recipient}>", "DATA"]
        if self.has_extn("pipelining"):
            self._say_together(commands, sender, recipient)
        else:
            for command in commands:
                self._say_alone(command, sender, recipient)
        dotted = body.replace(b"\r\n.", b"\r\n..")
        ending = b".\r\n" if dotted.endswith(b"\r\n") else b"\r\n.\r\n"
        self.send((b"." if dotted.startswith(b".") else b"") + dotted + ending)
        code, text = self.getreply()
        if code != 250:
            self._refused(smtplib.SMTPDataError(code, text), code)

    def _say_alone(self, command: str, sender: str, recipient: str) -> None:
        self.putcmd(command)
        code, text = self.getreply()
        if error := _refusal(command, code, text, sender, recipient):
            self._refused(error, code)

    def _say_together(self, commands: list[str], sender: str, recipient: str) -> None:
        self.send("".join(f"{command}\r\n" for command in commands))
        first: tuple[Exception, int] | None = None
        code = 0
        for command in commands:
            code, text = self.getreply()
            if first is None and (error := _refusal(command, code, text, sender, recipient)):
                first = error, code
                if code == 421:  # it hangs up: no other reply will come
                    break
        if first is None:
            return
        if code == 354:  # nobody is to get it, but it waits for a message
            self.putcmd(".")
            self.getreply()
        self._refused(*first)

    def _refused(self, error: Exception, code: int) -> NoReturn:
        """Be ready for the next message, as far as the server is, and raise."""
        if code == 421:
            self.close()
        else:
            with contextlib.suppress(smtplib.SMTPServerDisconnected):
                self.rset()
        raise error


def _refusal(command: str, code: int, text: bytes, sender: str, recipient: str) -> Exception | None:
    """What `smtplib` raises for this reply to a command, or None when the server goes along."""
    if command == "DATA":
        return None if code == 354 else smtplib.SMTPDataError(code, text)
    if code in (250, 251):
        return None
    if command.startswith("MAIL"):
        return smtplib.SMTPSenderRefused(code, text, sender)
    return smtplib.SMTPRecipientsRefused({recipient: (code, text)})


class _SecureLine(_Line, smtplib.SMTP_SSL):
    pass


class _Backend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SecureLine if self.use_ssl else _Line


class SmtpMail:
    """One kept SMTP connection, opened again when the server has hung up."""

    is_one_server = True

    def __init__(self) -> None:
        mail = settings.MAIL
        self._backend: Any = _Backend(  # its connections are ours, see _Backend.connection_class
            host=mail.host, port=mail.port, username=mail.user, password=mail.password, use_tls=mail.use_tls,
            use_ssl=mail.use_ssl, timeout=settings.EMAIL_TIMEOUT,
        )  # fmt: skip

    def open(self) -> str:
        if self._backend.connection is not None:
            return ""
        try:
            self._backend.open()
        except (OSError, smtplib.SMTPException) as error:  # refused, unknown host, certificate, sign-in
            self._drop()
            return _say(error)
        return ""

    def send(self, message: OutboundMessage) -> Verdict:
        try:
            sender, recipient = envelope.sender_address(), message.to
            body = as_bytes(message)
        except (
            Exception
        ) as error:  # an address or header nobody can send: this row's fault, never the batch's
            return Verdict(Outcome.REFUSED, _say(error))
        was_open = self._backend.connection is not None
        verdict = self._hand_over(sender, recipient, body)
        if verdict.outcome == Outcome.UNREACHABLE and was_open:  # the server had hung up on a quiet line
            verdict = self._hand_over(sender, recipient, body)
        return verdict

    def _hand_over(self, sender: str, recipient: str, body: bytes) -> Verdict:
        if why := self.open():
            return Verdict(Outcome.UNREACHABLE, why)
        line = self._backend.connection
        line.has_departed = False
        try:
            line.hand_over(sender, recipient, body)
        except smtplib.SMTPRecipientsRefused as error:
            return judge_smtp(**_reply(next(iter(error.recipients.values()))))
        except smtplib.SMTPSenderRefused as error:
            return judge_smtp(**_reply((error.smtp_code, error.smtp_error)), is_about_us=True)
        except smtplib.SMTPServerDisconnected as error:
            return self._broken(line, error)
        except smtplib.SMTPResponseException as error:
            return judge_smtp(**_reply((error.smtp_code, error.smtp_error)))
        except smtplib.SMTPException as error:  # for example: the server cannot take this kind of address
            return Verdict(Outcome.REFUSED, _say(error))
        except UnicodeError as error:
            return Verdict(Outcome.REFUSED, _say(error))
        except OSError as error:
            return self._broken(line, error)
        return Verdict(Outcome.ACCEPTED)

    def _broken(self, line: _Line, error: Exception) -> Verdict:
        departed = line.has_departed
        self._drop()
        return Verdict(Outcome.UNKNOWN if departed else Outcome.UNREACHABLE, _say(error))

    def _drop(self) -> None:
        """Forget the connection without a word to the server."""
        for line in (self._backend.connection, self._backend._partial_connection):
            if line is not None:
                line.close()
        self._backend.connection = self._backend._partial_connection = None

    def close(self) -> None:
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):  # it hung up first
            self._drop()


class ProviderMail:
    """A provider of django-anymail, over one HTTP session."""

    is_one_server = True

    def __init__(self, connection: Any = None) -> None:
        self._connection = connection or get_connection(settings.MAIL.backend)

    def open(self) -> str:
        self._connection.open()  # makes a session; nothing is called yet
        return ""

    def send(self, message: OutboundMessage) -> Verdict:
        try:
            mail = build(message)
            mail.metadata = {"id": message.public_id}
            mail.track_opens = settings.MAIL.tracks_opens and message.kind == Kind.SURVEY
            mail.track_clicks = False  # our own links tell
        except Exception as error:  # as for SMTP
            return Verdict(Outcome.REFUSED, _say(error))
        try:
            self._connection.send_messages([mail])
        except (AnymailRecipientsRefused, AnymailInvalidAddress) as error:
            return Verdict(Outcome.REFUSED, _say(error))
        except AnymailRequestsAPIError as error:
            return _judge_request(error)
        except (
            AnymailError
        ) as error:  # features or data the provider cannot take: found before anything is posted
            return Verdict(Outcome.REFUSED, _say(error))
        except Exception as error:
            log.error("provider_failed", error=_say(error), exc_info=error)
            return Verdict(Outcome.UNKNOWN, _say(error))
        status = getattr(mail, "anymail_status", None)
        return Verdict(Outcome.ACCEPTED, provider_id=str(getattr(status, "message_id", "") or "")[:255])

    def close(self) -> None:
        try:
            self._connection.close()
        except requests.RequestException as error:
            log.warning("provider_session_not_closed", error=_say(error))


def _judge_request(error: AnymailRequestsAPIError) -> Verdict:
    if error.response is not None:
        return judge_http(
            status=error.response.status_code,
            has_retry_after="Retry-After" in error.response.headers,
            why=_say(error),
        )
    cause = error.__cause__
    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    never_left = isinstance(cause, requests.ConnectTimeout) or isinstance(
        reason, (NewConnectionError, ConnectTimeoutError, UrllibSSLError, ssl.SSLError)
    )
    return Verdict(Outcome.UNREACHABLE if never_left else Outcome.UNKNOWN, _say(cause or error))


def connect() -> Channel:
    """The way out this installation is set to."""
    mail = settings.MAIL
    choose: Callable[[], Channel] = KeptMail if mail.is_kept else ProviderMail if mail.provider else SmtpMail
    return choose()


def build(message: OutboundMessage) -> Any:
    """The row as an EmailMultiAlternatives, with its files.

    Raises ValidationError or ValueError for an address or header that cannot be sent, and FileGone.
    """
    envelope.check(message)
    html, logo = _logo_apart(message.html)
    mail: Any = EmailMultiAlternatives(  # anymail adds attributes its types do not know
        subject=message.subject,
        body=message.text,
        from_email=formataddr((message.from_name, envelope.sender_address())),
        to=[formataddr((message.to_name, message.to)) if message.to_name else message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=envelope.headers(message),
    )
    if html:
        mail.attach_alternative(html, "text/html")
    if logo is not None:
        mail.mixed_subtype = "mixed" if message.file_count else "related"
        mail.attach(logo)
    for file in queries.files_of(message) if message.file_count else ():
        mail.attach(_part(file))
    return mail


def _part(file: MessageFile) -> MIMEBase:
    """The file, byte for byte: also a text keeps its line ends."""
    try:
        with default_storage.open(file.path, "rb") as opened:
            content = opened.read()
    except OSError as error:
        raise FileGone(f"{file.name}: {type(error).__name__}") from error
    part = MIMEBase(*file.content_type.split("/", 1))
    part.set_payload(content)
    encode_base64(part)
    if part.get_content_maintype() == "text":
        part.set_param("charset", "utf-8")
    name = file.name if file.name.isascii() else ("utf-8", "", file.name)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def as_bytes(message: OutboundMessage) -> bytes:
    """The row as it goes over the wire. Raises like `build`."""
    plain = None if message.file_count or _LOGO.search(message.html) else envelope.wire(message)
    if plain is None:
        made: bytes = build(message).message().as_bytes(linesep="\r\n")
        return made
    return plain


def _logo_apart(html: str) -> tuple[str, MIMEImage | None]:
    """The logo as a part of its own: large mail programs show no picture written into the HTML."""
    found = _LOGO.search(html)
    if found is None:
        return html, None
    part = MIMEImage(base64.b64decode(found[2]), _subtype=found[1])
    part.add_header("Content-ID", f"<{_LOGO_ID}>")
    part.add_header("Content-Disposition", "inline", filename=f"logo.{found[1]}")
    return _LOGO.sub(f'src="cid:{_LOGO_ID}"', html, count=1), part


def _reply(pair: tuple[int, bytes | str]) -> dict[str, Any]:
    code, text = pair
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return {"code": int(code), "text": " ".join(words.split())}


def _say(error: BaseException) -> str:
    """One line for people; a sign-in error never repeats what was signed in with."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}"[:480]


__all__ = ["Channel", "KeptMail", "ProviderMail", "SmtpMail", "as_bytes", "build", "connect"]
