"""Real SMTP conversations on loopback."""

import base64
import socket
import threading
from typing import Any

import pytest
import requests
from anymail.exceptions import AnymailRecipientsRefused, AnymailRequestsAPIError
from urllib3.exceptions import NewConnectionError

from accounts.models import Workspace
from config.mail import configure
from outbox.channels.email import KeptMail, ProviderMail, SmtpMail, connect
from outbox.enums import Kind
from outbox.rules import Outcome, Verdict
from tests.outbox.conftest import Postman, queued


@pytest.mark.parametrize("takes_together", [False, True])
@pytest.mark.parametrize(
    ("name", "outcome", "is_dead"),
    [
        ("maya", Outcome.ACCEPTED, False),
        ("refuse", Outcome.REFUSED, False),
        ("gone", Outcome.REFUSED, True),
        ("defer", Outcome.DEFERRED, False),
        ("drop", Outcome.UNKNOWN, False),
        ("leave", Outcome.UNREACHABLE, False),
    ],
)
def test_every_ending_of_a_conversation_is_told_apart(
    acme: Workspace, postman: Postman, name: str, outcome: Outcome, is_dead: bool, takes_together: bool
) -> None:
    postman.takes_together = takes_together
    channel = SmtpMail()
    verdict = channel.send(queued(acme, f"{name}@customer.example"))
    channel.close()
    assert (verdict.outcome, verdict.is_dead_address) == (outcome, is_dead)


@pytest.mark.parametrize("takes_together", [False, True])
def test_a_refusal_spoils_nothing_for_the_next_on_the_same_line(
    acme: Workspace, postman: Postman, takes_together: bool
) -> None:
    postman.takes_together = takes_together
    channel = SmtpMail()
    outcomes = [
        channel.send(queued(acme, f"{name}@x.example")).outcome for name in ("a", "gone", "b", "defer", "c")
    ]
    assert outcomes == [
        Outcome.ACCEPTED, Outcome.REFUSED, Outcome.ACCEPTED, Outcome.DEFERRED, Outcome.ACCEPTED,
    ]  # fmt: skip
    assert postman.addresses == ["a@x.example", "b@x.example", "c@x.example"]
    assert postman.connections == 1


class Script:
    """A mail server with one written reply to each line it reads, on one connection."""

    def __init__(self, settings: Any, *replies: str) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        settings.MAIL = configure(f"smtp://127.0.0.1:{self._listener.getsockname()[1]}")
        self._replies, self._read = replies, list[str]()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        line, _address = self._listener.accept()
        with self._listener, line, line.makefile("rwb") as file:
            file.write(b"220 script\r\n")
            file.flush()
            for reply in self._replies:
                self._read.append(file.readline().decode().strip())
                file.write(reply.encode() + b"\r\n")
                file.flush()

    def heard(self) -> list[str]:
        """The first word of every line, once all replies are given."""
        self._thread.join(10)
        return [line.split(" ")[0].upper() for line in self._read]


TOGETHER = "250-script\r\n250 PIPELINING"


def test_a_server_that_waits_for_a_message_to_nobody_gets_none(acme: Workspace, settings: Any) -> None:
    message = queued(acme)
    server = Script(settings, TOGETHER, "250 ok", "550 5.1.1 nobody", "354 go on", "554 no one", "250 ok")
    verdict = SmtpMail().send(message)
    assert (verdict.outcome, verdict.is_dead_address) == (Outcome.REFUSED, True)
    assert server.heard() == ["EHLO", "MAIL", "RCPT", "DATA", ".", "RSET"]


@pytest.mark.parametrize("greeting", ["250 script", TOGETHER])
def test_a_server_that_closes_is_tried_again_later(acme: Workspace, settings: Any, greeting: str) -> None:
    message = queued(acme)
    server = Script(settings, greeting, "421 4.3.2 closing")
    verdict = SmtpMail().send(message)
    assert (verdict.outcome, verdict.why) == (Outcome.DEFERRED, "421 4.3.2 closing")
    assert server.heard() == ["EHLO", "MAIL"]


def test_lines_that_begin_with_a_dot_arrive_as_they_are(acme: Workspace, postman: Postman) -> None:
    SmtpMail().send(queued(acme, kind=Kind.CUSTOMER, subject="s", text=".\n..two\nx\n.end"))
    [(_address, mail)] = postman.received
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines()[:4] == [".", "..two", "x", ".end"]


def test_a_refused_connection_means_nothing_left(acme: Workspace, mail_server_away: None) -> None:
    channel = SmtpMail()
    assert "ConnectionRefusedError" in channel.open()
    assert channel.send(queued(acme)).outcome == Outcome.UNREACHABLE


def test_one_connection_serves_many_and_is_opened_again_after_a_loss(
    acme: Workspace, postman: Postman
) -> None:
    channel = SmtpMail()
    sent = [channel.send(queued(acme, f"m{n}@x.example")).outcome for n in range(5)]
    assert (sent, postman.connections) == ([Outcome.ACCEPTED] * 5, 1)
    channel._backend.connection.sock.shutdown(socket.SHUT_RDWR)  # the line dies between two messages
    again = channel.send(queued(acme, "m6@x.example"))
    assert (again.outcome, postman.connections, len(postman.received)) == (Outcome.ACCEPTED, 2, 6)


def test_a_survey_carries_every_header_it_should(acme: Workspace, postman: Postman, settings: Any) -> None:
    acme.reply_to = "help@acme.example"
    message = queued(acme, to_name="Maya Keller")
    assert SmtpMail().send(message).outcome == Outcome.ACCEPTED
    [(address, mail)] = postman.received
    assert address == "maya@customer.example"
    assert mail["Message-ID"] == f"<{message.public_id}@amends.example>"
    assert mail["X-Amends-Id"] == message.public_id
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip().startswith(f"<{settings.BASE_URL}/u/{message.unsubscribe_nonce}")
    assert mail["From"].addresses[0].display_name == "Acme"
    assert mail["To"].addresses[0].display_name == "Maya Keller"
    assert mail["Reply-To"] == "help@acme.example"
    parts = [part.get_content_type() for part in mail.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]


def test_a_persons_reply_is_no_automatic_mail_and_keeps_its_thread(acme: Workspace, postman: Postman) -> None:
    message = queued(
        acme,
        kind=Kind.CUSTOMER,
        in_reply_to="<one@customer.example>",
        references=["<zero@customer.example>", "<one@customer.example>"],
    )
    SmtpMail().send(message)
    [(_address, mail)] = postman.received
    names = {name.lower() for name in mail}
    assert (
        names & {"auto-submitted", "x-auto-response-suppress", "list-unsubscribe", "list-unsubscribe-post"}
        == set()
    )
    assert mail["In-Reply-To"] == "<one@customer.example>"
    assert mail["References"] == "<zero@customer.example> <one@customer.example>"
    assert mail["From"].addresses[0].display_name == "Bob Brown · Acme"


def test_no_word_of_anybody_can_start_a_header(acme: Workspace, postman: Postman) -> None:
    evil = "x\r\nBcc: all@acme.example"
    message = queued(
        acme, kind=Kind.CUSTOMER, subject=evil, text="t", to_name=evil, from_name=evil, in_reply_to=evil,
        references=[evil], message_id=f"<id@x.example>{evil}",
    )  # fmt: skip
    message.headers["X-Evil"] = "1"  # a name that is not ours is not sent, whatever the row says
    assert SmtpMail().send(message).outcome == Outcome.ACCEPTED
    [(_address, mail)] = postman.received
    assert (mail["Bcc"], mail["X-Evil"], mail["Subject"]) == (None, None, "x Bcc: all@acme.example")
    assert postman.addresses == ["maya@customer.example"]


@pytest.mark.parametrize("subject", ["Grüße aus Köln", "مرحبا مايا", "🙂 日本語", "é" * 150])
def test_subjects_of_every_script_arrive(acme: Workspace, postman: Postman, subject: str) -> None:
    SmtpMail().send(queued(acme, kind=Kind.CUSTOMER, subject=subject, text="مرحبا"))
    [(_address, mail)] = postman.received
    assert mail["Subject"].strip() == subject  # a long one begins on its second line
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("مرحبا")


def test_a_message_nobody_can_send_is_refused_and_not_raised(acme: Workspace, postman: Postman) -> None:
    message = queued(acme)
    message.to = "no address at all\r\nBcc: x@y.example"
    assert SmtpMail().send(message).outcome == Outcome.REFUSED
    assert postman.received == []


def test_a_logo_travels_as_a_part_of_its_own(acme: Workspace, postman: Postman) -> None:
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\nnot really").decode()
    acme.logo = f"data:image/png;base64,{picture}"
    message = queued(acme)
    assert f'src="{acme.logo}"' in message.__class__.objects.of(acme).get(pk=message.pk).html
    SmtpMail().send(message)
    [(_address, mail)] = postman.received
    logo = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    page = mail.get_body(("html",))
    assert page is not None
    assert f'src="cid:{logo["Content-ID"].strip("<>")}"' in page.get_content()
    assert logo.get_content() == b"\x89PNG\r\n\x1a\nnot really"


def test_kept_mail_goes_nowhere_and_has_arrived(acme: Workspace, kept_mail: None) -> None:
    channel = connect()
    assert isinstance(channel, KeptMail)
    assert channel.send(queued(acme)) == Verdict(Outcome.ACCEPTED, is_delivered=True)


class Esp:
    """Stands at the far side of anymail's interface: what its backend does after the HTTP call."""

    def __init__(self, ending: Exception | None = None) -> None:
        self.ending, self.sent = ending, []

    def open(self) -> bool:
        return True

    def close(self) -> None:
        return

    def send_messages(self, envelopes: list[Any]) -> int:
        if self.ending:
            raise self.ending
        self.sent += envelopes
        envelopes[0].anymail_status = type("Status", (), {"message_id": "esp-17"})()
        return 1


def _answered(status: int, **headers: str) -> AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    return AnymailRequestsAPIError("no", response=response)


def _broken(cause: Exception) -> AnymailRequestsAPIError:
    try:
        raise AnymailRequestsAPIError("Error posting") from cause
    except AnymailRequestsAPIError as error:
        return error


def _nobody_there() -> requests.ConnectionError:
    problem = OSError()
    problem.reason = NewConnectionError(None, "refused")  # type: ignore[attr-defined,arg-type]  # urllib3's own shape
    return requests.ConnectionError(problem)


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [
        (AnymailRecipientsRefused(), Outcome.REFUSED),
        (_answered(400), Outcome.REFUSED),
        (_answered(429), Outcome.DEFERRED),
        (_answered(401), Outcome.DEFERRED),
        (_answered(500), Outcome.UNKNOWN),
        (_broken(requests.ReadTimeout()), Outcome.UNKNOWN),
        (_broken(requests.ConnectionError()), Outcome.UNKNOWN),
        (_broken(requests.ConnectTimeout()), Outcome.UNREACHABLE),
        (_broken(_nobody_there()), Outcome.UNREACHABLE),
        (RuntimeError("a bug"), Outcome.UNKNOWN),
    ],
)
def test_every_ending_at_a_provider_is_told_apart(
    acme: Workspace, kept_mail: None, ending: Exception, outcome: Outcome
) -> None:
    assert ProviderMail(Esp(ending)).send(queued(acme)).outcome == outcome


@pytest.mark.parametrize(
    ("kind", "tracked"), [(Kind.SURVEY, True), (Kind.CUSTOMER, False), (Kind.STAFF, False)]
)
def test_opens_are_asked_for_of_surveys_alone(
    acme: Workspace, kept_mail: None, settings: Any, kind: Kind, tracked: bool
) -> None:
    esp, message = Esp(), queued(acme)
    settings.MAIL = configure("postmark://?server_token=t&webhook_secret=a:b&track_opens=yes")
    message.kind = kind
    ProviderMail(esp).send(message)
    assert (esp.sent[0].track_opens, esp.sent[0].track_clicks) == (tracked, False)


def test_a_provider_gets_our_id_and_no_tracking(acme: Workspace, kept_mail: None) -> None:
    esp, message = Esp(), queued(acme)
    assert ProviderMail(esp).send(message) == Verdict(Outcome.ACCEPTED, provider_id="esp-17")
    [envelope] = esp.sent
    assert (envelope.metadata, envelope.track_opens, envelope.track_clicks) == (
        {"id": message.public_id},
        False,
        False,
    )
