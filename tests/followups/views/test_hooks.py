"""Mail handed over by every provider, in the shape its documentation gives: taken when proven, refused when not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from anymail import urls as anymail_urls
from anymail.webhooks import mailtrap, resend
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import encode_multipart

from config import mail as mail_settings
from followups import providers, reading
from followups.models import ReceivedMail
from followups.services import receiving
from tests.followups.mails import letter

pytestmark = pytest.mark.django_db

SECRET = "hook:4f8a1c0d9e"
TO, FROM = "reply+x@in.example", "ines@customer.example"
AUTH = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(SECRET.encode()).decode()}
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = base64.b64encode(
    KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
).decode()
BOUNDARY = "----amends"
RAW = letter("Grüße, it is still broken.", to=TO, subject="Still broken").as_string()
HEADERS = [
    ["From", f"Ines <{FROM}>"],
    ["To", TO],
    ["Subject", "Still broken"],
    ["Message-ID", "<one@customer.example>"],
]


class Call(NamedTuple):
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = {}


def _json(said: Any, **headers: str) -> Call:
    return Call(json.dumps(said).encode(), headers=headers)


def _form(fields: dict[str, Any]) -> Call:
    return Call(encode_multipart(BOUNDARY, fields), f"multipart/form-data; boundary={BOUNDARY}")


def _signed_form(fields: dict[str, Any]) -> Call:
    stamp, token = str(int(time.time())), "a" * 50
    signature = hmac.new(b"mailgun-key", f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return _form({"timestamp": stamp, "token": token, "signature": signature, **fields})


def amazon_ses() -> Call:
    event = {
        "notificationType": "Received",
        "mail": {"source": FROM, "messageId": "ses-1", "timestamp": "2026-03-02T09:00:00.000Z", "destination": [TO]},
        "receipt": {"recipients": [TO], "spamVerdict": {"status": "PASS"}, "action": {"type": "SNS", "encoding": "BASE64"}},
        "content": base64.b64encode(RAW.encode()).decode(),
    }  # fmt: skip
    sns = {"Type": "Notification", "MessageId": "sns-1", "TopicArn": "arn:aws:sns:eu-west-1:1:in", "Message": json.dumps(event), "Timestamp": "2026-03-02T09:00:01.000Z"}  # fmt: skip
    return _json(sns, HTTP_X_AMZ_SNS_MESSAGE_TYPE="Notification", HTTP_X_AMZ_SNS_MESSAGE_ID="sns-1")


def brevo() -> Call:
    headers = {
        **dict(HEADERS),
        "Delivered-To": f"<{TO}>",
        "Return-Path": f"<{FROM}>",
    }
    return _json({"items": [{"Uuid": ["u-1"], "MessageId": "<one@customer.example>", "Headers": headers, "Attachments": [], "RawTextBody": "Grüße, it is still broken.", "RawHtmlBody": ""}]})  # fmt: skip


def mailersend() -> Call:
    said = {"type": "inbound.message", "data": {"object": "message", "id": "m-1", "recipients": {"rcptTo": [{"email": TO}]}, "sender": {"email": FROM}, "raw": RAW, "created_at": "2026-03-02T09:00:00.000000Z"}}  # fmt: skip
    body = json.dumps(said).encode()
    return Call(body, headers={"HTTP_SIGNATURE": hmac.new(b"ms-secret", body, hashlib.sha256).hexdigest()})


def mailgun() -> Call:
    return _signed_form({"recipient": TO, "sender": FROM, "from": FROM, "subject": "Still broken", "message-headers": json.dumps(HEADERS), "body-plain": "Grüße, it is still broken.", "attachment-count": "1", "attachment-1": SimpleUploadedFile("a.txt", b"file", "text/plain")})  # fmt: skip


def mailjet() -> Call:
    return _json({"Sender": FROM, "Recipient": TO, "Date": "20260302T090000", "From": f"Ines <{FROM}>", "Subject": "Still broken", "Headers": {**dict(HEADERS), "Received": ["a", "b"]}, "Parts": [{"Headers": {"Content-Type": "text/plain; charset=utf-8"}, "ContentRef": "Text-part"}], "Text-part": "Grüße, it is still broken.", "SpamAssassinScore": "0.4"})  # fmt: skip


def mailtrap_() -> Call:
    body = json.dumps({"events": [{"event": "inbound.message_received", "event_id": "e-1", "inbox_id": 7, "message_id": "m-1", "timestamp": 1772442000000}]}).encode()  # fmt: skip
    return Call(
        body, headers={"HTTP_MAILTRAP_SIGNATURE": hmac.new(b"mt-secret", body, hashlib.sha256).hexdigest()}
    )


def mandrill() -> Call:
    events = json.dumps([{"event": "inbound", "ts": 1772442000, "msg": {"raw_msg": RAW, "email": TO, "from_email": FROM, "subject": "Still broken", "spam_report": {"score": 0.1}}}])  # fmt: skip
    url = f"http://{SECRET}@testserver/hooks/anymail/mandrill/inbound/"
    signature = base64.b64encode(hmac.new(b"mandrill-key", (url + "mandrill_events" + events).encode(), hashlib.sha1).digest()).decode()  # fmt: skip
    return Call(urlencode({"mandrill_events": events}).encode(), "application/x-www-form-urlencoded", {"HTTP_X_MANDRILL_SIGNATURE": signature})  # fmt: skip


def postal() -> Call:
    body = json.dumps({"id": 233980, "rcpt_to": TO, "mail_from": FROM, "message": base64.b64encode(RAW.encode()).decode(), "base64": True, "size": len(RAW)}).encode()  # fmt: skip
    signature = base64.b64encode(KEY.sign(body, padding.PKCS1v15(), hashes.SHA1())).decode()
    return Call(body, headers={"HTTP_X_POSTAL_SIGNATURE": signature})


def postmark() -> Call:
    return _json({"FromFull": {"Email": FROM, "Name": "Ines"}, "ToFull": [{"Email": TO, "Name": "", "MailboxHash": "x"}], "OriginalRecipient": TO, "MessageID": "22c74902", "Subject": "Still broken", "Date": "Mon, 2 Mar 2026 09:00:00 +0000", "TextBody": "Grüße, it is still broken.", "HtmlBody": "", "StrippedTextReply": "", "Headers": [{"Name": "Return-Path", "Value": f"<{FROM}>"}, {"Name": "Message-ID", "Value": "<one@customer.example>"}], "Attachments": [{"Name": "p.png", "Content": "iVBORw0KGgo=", "ContentType": "image/png", "ContentLength": 8, "ContentID": ""}]})  # fmt: skip


def resend_() -> Call:
    return _json({"type": "email.received", "created_at": "2026-03-02T09:00:00.000Z", "data": {"email_id": "e-1", "from": FROM, "to": [TO], "subject": "Still broken"}}, HTTP_SVIX_ID="msg_1")  # fmt: skip


def sendgrid() -> Call:
    return _form({"headers": "\n".join(f"{name}: {value}" for name, value in HEADERS), "envelope": json.dumps({"from": FROM, "to": [TO]}), "charsets": json.dumps({"text": "UTF-8", "subject": "UTF-8"}), "text": "Grüße, it is still broken.", "subject": "Still broken", "attachments": "0"})  # fmt: skip


def sparkpost() -> Call:
    return _json([{"msys": {"relay_message": {"protocol": "smtp", "msg_from": FROM, "rcpt_to": TO, "webhook_id": "1", "content": {"email_rfc822": RAW, "email_rfc822_is_base64": False, "subject": "Still broken", "headers": []}}}}, {"msys": {}}])  # fmt: skip


class Provider(NamedTuple):
    call: Callable[[], Call]
    options: dict[str, str]
    signature: str = ""  # the header whose value is made wrong


PROVIDERS = {
    "amazon_ses": Provider(amazon_ses, {}),
    "brevo": Provider(brevo, {"api_key": "k"}),
    "mailersend": Provider(mailersend, {"inbound_secret": "ms-secret", "api_token": "t"}, "HTTP_SIGNATURE"),
    "mailgun": Provider(mailgun, {"api_key": "k", "webhook_signing_key": "mailgun-key"}),
    "mailjet": Provider(mailjet, {"api_key": "k", "secret_key": "s"}),
    "mailtrap": Provider(mailtrap_, {"api_token": "t", "inbound_secret": "mt-secret"}, "HTTP_MAILTRAP_SIGNATURE"),
    "mandrill": Provider(mandrill, {"api_key": "k", "webhook_key": "mandrill-key"}, "HTTP_X_MANDRILL_SIGNATURE"),
    "postal": Provider(postal, {"api_key": "k", "api_url": "https://postal.example", "webhook_key": PEM}, "HTTP_X_POSTAL_SIGNATURE"),
    "postmark": Provider(postmark, {"server_token": "t"}),
    "resend": Provider(resend_, {"api_key": "k"}),
    "sendgrid": Provider(sendgrid, {"api_key": "k"}),
    "sparkpost": Provider(sparkpost, {"api_key": "k"}),
}  # fmt: skip


class Answer:
    """What the providers' own interfaces give for a mail they only announce."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __enter__(self) -> Answer:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def raise_for_status(self) -> None:
        return

    def json(self) -> dict[str, Any]:
        link = "https://files.example/raw"
        return {"id": "m-1", "raw_message_url": link, "raw": {"download_url": link}}

    def iter_content(self, chunk_size: int) -> list[bytes]:
        return [RAW.encode()]


@pytest.fixture(autouse=True)
def interfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (mailtrap, resend):
        monkeypatch.setattr(module.requests, "get", lambda url, **_: Answer(url))


def use(settings: Any, name: str) -> Provider:
    provider = PROVIDERS[name]
    query = urlencode({"webhook_secret": SECRET, **provider.options})
    settings.MAIL = mail_settings.configure(f"{name.replace('_', '-')}://?{query}")
    settings.ANYMAIL = settings.MAIL.anymail
    return provider


def post(name: str, call: Call, **headers: str) -> int:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    url = f"/hooks/anymail/{name}/inbound/"
    return int(
        client.post(url, call.body, content_type=call.content_type, **call.headers, **headers).status_code
    )


def kept() -> list[ReceivedMail]:
    return list(ReceivedMail.objects.across_workspaces().order_by("id"))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_a_proven_call_is_kept_once_and_read_as_what_was_written(name: str, settings: Any) -> None:
    call = use(settings, name).call()
    assert [post(name, call, **AUTH), post(name, call, **AUTH)] == [200, 200]
    [row] = kept()
    read = reading.read(receiving.raw_of(row), envelope_from=row.envelope_from or None)
    assert (read.sender, read.subject, read.text) == (FROM, "Still broken", "Grüße, it is still broken.")
    assert (read.message_id, TO in (row.envelope_to, *read.receivers)) == ("<one@customer.example>", True)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_a_call_that_proves_nothing_keeps_nothing(name: str, settings: Any) -> None:
    provider = use(settings, name)
    call = provider.call()
    wrong = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(b"hook:wrong").decode()}
    said = [post(name, call), post(name, call, **wrong)]
    if provider.signature:
        forged = call._replace(headers={**call.headers, provider.signature: "bm9wZQ=="})
        unsigned = call._replace(headers={})
        said += [post(name, forged, **AUTH), post(name, unsigned, **AUTH)]
    if name == "mailgun":
        said.append(post(name, call._replace(body=call.body.replace(b"a" * 50, b"b" * 50)), **AUTH))
    assert (set(said) <= {400, 401}, kept()) == (True, [])


def test_every_provider_that_hands_over_mail_is_known_and_tried_here() -> None:
    """A provider that anymail learns of is ours with its next version, or this fails."""
    named = {str(one.pattern).partition("/")[0].strip("^") for one in anymail_urls.urlpatterns if "inbound" in str(one.name)}  # fmt: skip
    by_anymail = named - {"sendinblue"} | {
        "mandrill"
    }  # an old name of Brevo; one address for both directions
    assert set(providers.VIEWS) == set(PROVIDERS) == by_anymail


def test_amazon_is_told_yes_only_where_amazon_is(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    use(settings, "amazon_ses")
    fetched: list[str] = []
    monkeypatch.setattr("core.outgoing.fetch", lambda url, **_: fetched.append(url))
    right = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"
    for url in (
        right, right.replace("https", "http"), "https://sns.eu-west-1.amazonaws.com.evil.example/?a",
        "https://evil.example/sns.eu-west-1.amazonaws.com", "https://169.254.169.254/latest/",
    ):  # fmt: skip
        sns = {"Type": "SubscriptionConfirmation", "MessageId": "s", "Token": "1", "TopicArn": "arn:aws:sns:eu-west-1:1:in", "SubscribeURL": url}  # fmt: skip
        call = _json(
            sns, HTTP_X_AMZ_SNS_MESSAGE_TYPE="SubscriptionConfirmation", HTTP_X_AMZ_SNS_MESSAGE_ID="s"
        )
        assert post("amazon_ses", call, **AUTH) == 200
        assert post("amazon_ses", call) in (400, 401)
    assert (fetched, kept()) == ([right], [])


def test_only_the_provider_of_this_installation_is_served(settings: Any) -> None:
    use(settings, "postmark")
    assert [post("mailgun", mailgun(), **AUTH), post("scaleway", postmark(), **AUTH)] == [404, 404]


def test_reports_sent_to_the_address_for_mail_are_refused_so_that_somebody_notices(settings: Any) -> None:
    use(settings, "postmark")
    assert post("postmark", _json({"RecordType": "Bounce"}), **AUTH) == 400


@pytest.mark.parametrize("body", [b'{"FromFull": ', b"[]", b'{"FromFull": {"Email": 3}}', b"\x00\xff", b""])
def test_what_a_proven_call_holds_is_kept_even_when_nobody_can_read_it(body: bytes, settings: Any) -> None:
    use(settings, "postmark")
    assert (post("postmark", Call(body), **AUTH), len(kept())) == (200, 1)


def test_a_raw_mail_larger_than_the_forms_of_people_is_kept_whole(settings: Any) -> None:
    use(settings, "mailgun")
    mail = letter("Look.", to=TO)
    mail.add_attachment(b"\x89PNG" + bytes(9_000_000), maintype="image", subtype="png", filename="big.png")
    raw = mail.as_string()
    assert post("mailgun", _signed_form({"recipient": TO, "sender": FROM, "body-mime": raw}), **AUTH) == 200
    [row] = kept()
    assert (row.size > 12_000_000, row.is_cut, len(reading.read(receiving.raw_of(row)).parts)) == (
        True,
        False,
        1,
    )


def test_a_raw_mail_that_is_no_utf_8_is_kept_byte_by_byte(settings: Any) -> None:
    use(settings, "postal")
    raw = b"From: <ines@customer.example>\r\nContent-Type: text/plain; charset=latin-1\r\n\r\nGr\xfc\xdfe"
    body = json.dumps({"id": 1, "rcpt_to": TO, "mail_from": FROM, "message": base64.b64encode(raw).decode(), "base64": True}).encode()  # fmt: skip
    signature = base64.b64encode(KEY.sign(body, padding.PKCS1v15(), hashes.SHA1())).decode()
    post("postal", Call(body, headers={"HTTP_X_POSTAL_SIGNATURE": signature}), **AUTH)
    assert receiving.raw_of(kept()[0]) == raw
