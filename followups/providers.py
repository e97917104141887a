"""Mail that providers hand over by HTTP, in the shape of each: proven by anymail, and kept byte by byte where it can be.

Whatever was proven to be the provider's is never refused for its content: what nobody can read is kept as an attachment of
a mail of our own, for a person to look at.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
import structlog
from anymail.exceptions import AnymailConfigurationError
from anymail.signals import AnymailInboundEvent
from anymail.webhooks.amazon_ses import AmazonSESInboundWebhookView
from anymail.webhooks.base import AnymailBaseWebhookView
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.module_loading import import_string

from core import outgoing

log = structlog.get_logger(__name__)

VIEWS = {
    "amazon_ses": "followups.providers.SesInbound",
    "brevo": "anymail.webhooks.brevo.BrevoInboundWebhookView",
    "mailersend": "anymail.webhooks.mailersend.MailerSendInboundWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunInboundWebhookView",
    "mailjet": "anymail.webhooks.mailjet.MailjetInboundWebhookView",
    "mailtrap": "anymail.webhooks.mailtrap.MailtrapInboundWebhookView",
    "mandrill": "anymail.webhooks.mandrill.MandrillCombinedWebhookView",
    "postal": "anymail.webhooks.postal.PostalInboundWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkInboundWebhookView",
    "resend": "anymail.webhooks.resend.ResendInboundWebhookView",
    "sendgrid": "anymail.webhooks.sendgrid.SendGridInboundWebhookView",
    "sparkpost": "anymail.webhooks.sparkpost.SparkPostInboundWebhookView",
}
LARGEST = 75 * 1024 * 1024  # bytes of a call: a mail of 50 MB in base64
_CONFIRM = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\Z")


class Handed(NamedTuple):
    """One mail as a provider handed it over, with what it says of the envelope."""

    raw: bytes
    envelope_from: str
    envelope_to: str


class SesInbound(AmazonSESInboundWebhookView):
    """Amazon's calls, also without its library, which only mail in S3 needs."""

    def __init__(self, **kwargs: Any) -> None:
        try:
            super().__init__(**kwargs)
        except ImportError:
            nothing: dict[str, Any] = {}
            self.session_params = self.client_params = nothing
            self.kms_key_id, self.chunk_size = None, 65_536
            AnymailBaseWebhookView.__init__(self, **kwargs)

    def auto_confirm_sns_subscription(self, sns_message: dict[str, Any]) -> None:
        """Say yes to the topic: who asks has shown our secret. Only Amazon is called."""
        url = str(sns_message.get("SubscribeURL", ""))
        if urlsplit(url).scheme == "https" and _CONFIRM.match(urlsplit(url).hostname or ""):
            outgoing.fetch(url)


def view_of(provider: str, request: HttpRequest) -> Any:
    """anymail's view for this provider, ready to judge the call."""
    view = import_string(VIEWS[provider])()
    view.setup(request)
    return view


def take_whole(request: HttpRequest) -> None:
    """Read the call into memory, past the limits for people's forms: it is our provider's, and holds a mail."""
    body = request.read()
    request._body = body  # type: ignore[attr-defined]  # what `request.body` gives
    if request.content_type == "multipart/form-data":
        try:
            _ = request.POST
        except (RequestDataTooBig, TooManyFilesSent):
            _read_form(request, body)


def handed(provider: str, view: Any, request: HttpRequest) -> Iterator[Handed]:
    """The mails in a call that was proven, each by itself: one that cannot be read does not hold up the others."""
    try:
        events = view.parse_events(request)
    except (AnymailConfigurationError, requests.RequestException):  # the second: asked again, it may be there
        raise
    except Exception as error:
        log.warning("inbound_not_understood", provider=provider, error=type(error).__name__)
        yield _by_hand(provider, request) or _unread(request)
        return
    for event in events:
        if not isinstance(event, AnymailInboundEvent) or event.message is None:
            continue
        sender = event.message.envelope_sender
        yield Handed(
            raw=_raw(provider, event),
            envelope_from="" if sender is None else str(sender).strip() or "<>",
            envelope_to=str(event.message.envelope_recipient or ""),
        )


def _raw(provider: str, event: AnymailInboundEvent) -> bytes:
    """The mail as it came, where the provider gives it; else put together from its parts."""
    given = _GIVEN.get(provider)
    try:
        raw = given(event.esp_event) if given is not None else None
    except (LookupError, TypeError, ValueError, AttributeError):
        raw = None
    if raw:
        return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else bytes(raw)
    try:
        made: bytes = event.message.as_bytes(policy=policy.compat32.clone(linesep="\r\n"))
    except Exception as error:  # text that its charset cannot hold, a header that is none
        log.warning("inbound_not_written", provider=provider, error=type(error).__name__)
        made = event.message.as_string(policy=policy.compat32).encode("utf-8", "replace")
    return made


def _of_postal(event: dict[str, Any]) -> Any:
    return base64.b64decode(event["message"]) if event.get("base64") is True else event["message"]


def _of_sparkpost(event: dict[str, Any]) -> Any:
    content = event["msys"]["relay_message"]["content"]
    return (
        base64.b64decode(content["email_rfc822"])
        if content["email_rfc822_is_base64"]
        else content["email_rfc822"]
    )


def _of_ses(event: dict[str, Any]) -> Any:
    is_base64 = event["receipt"]["action"].get("encoding") == "BASE64"
    content = event.get("content")
    return base64.b64decode(content) if is_base64 and content else content


_GIVEN: dict[str, Callable[[Any], Any]] = {
    "amazon_ses": _of_ses,
    "mailersend": lambda event: event["data"]["raw"],
    "mailgun": lambda request: request.POST.get("body-mime"),
    "mandrill": lambda event: event["msg"]["raw_msg"],
    "postal": _of_postal,
    "postmark": lambda event: event.get("RawEmail"),
    "sendgrid": lambda request: request.POST.get("email"),
    "sparkpost": _of_sparkpost,
}


def _by_hand(provider: str, request: HttpRequest) -> Handed | None:
    """A raw mail that is no UTF-8, which anymail cannot take from these two."""
    try:
        said = json.loads(request.body)
        if provider == "postal":
            return Handed(_of_postal(said), str(said.get("mail_from") or ""), str(said.get("rcpt_to") or ""))
        if provider == "sparkpost":
            relay = said[0]["msys"]["relay_message"]
            return Handed(
                _of_sparkpost(said[0]), str(relay.get("msg_from") or ""), str(relay.get("rcpt_to") or "")
            )
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return None


def _unread(request: HttpRequest) -> Handed:
    """What nobody could read, as an attachment of a mail that says so."""
    mail = EmailMessage()
    mail["Subject"] = "Mail that could not be read"
    mail["Message-ID"] = "<unread@amends>"
    mail.set_content(
        "The mail provider handed over something that could not be read as a mail. It is attached."
    )
    mail.add_attachment(request.body, maintype="application", subtype="octet-stream", filename="payload.txt")
    return Handed(mail.as_bytes(), "", "")


def _read_form(request: HttpRequest, body: bytes) -> None:
    """A form whose fields are larger or more than Django takes: a raw mail is one field."""
    head = f"Content-Type: {request.META.get('CONTENT_TYPE', '')}\r\n\r\n".encode("latin-1", "replace")
    form = message_from_bytes(head + body, policy=policy.HTTP)
    fields, files = QueryDict(mutable=True, encoding="utf-8"), MultiValueDict[str, Any]()
    for part in form.iter_parts() if form.is_multipart() else ():  # type: ignore[attr-defined]  # of an EmailMessage
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True) or b""
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        if (filename := part.get_filename()) is not None:
            files.appendlist(name, SimpleUploadedFile(filename or "file", content, part.get_content_type()))
        else:
            fields.appendlist(name, content.decode("utf-8", "surrogateescape"))
    request._post, request._files = fields, files  # type: ignore[attr-defined]  # what POST and FILES give
