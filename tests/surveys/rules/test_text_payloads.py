"""The shapes in which providers hand in texts and reports; taken from their documentation."""

from datetime import UTC, datetime
from typing import Any

import pytest

from surveys.rules import text_payloads
from surveys.rules.text_payloads import Came, Report, read

FROM, TO = "+4915112345678", "+493012345678"

TEXTS: dict[str, Any] = {
    "Twilio": {
        "MessageSid": "SM1", "SmsSid": "SM1", "SmsMessageSid": "SM1", "SmsStatus": "received", "From": FROM, "To": TO,
        "Body": "9 great", "NumMedia": "0", "NumSegments": "1", "AccountSid": "AC1", "ApiVersion": "2010-04-01",
    },
    "Vonage": {
        "msisdn": FROM[1:], "to": TO[1:], "messageId": "SM1", "text": "9 great", "type": "text", "keyword": "9",
        "message-timestamp": "2026-03-02 09:00:00",
    },
    "MessageBird": {"id": "SM1", "originator": FROM[1:], "recipient": TO[1:], "body": "9 great"},
    "Plivo": {"MessageUUID": "SM1", "From": FROM[1:], "To": TO[1:], "Text": "9 great", "Type": "sms"},
    "Sinch": {"id": "SM1", "from": FROM[1:], "to": TO[1:], "body": "9 great", "type": "mo_text"},
    "46elks": {"direction": "incoming", "id": "SM1", "from": FROM, "to": TO, "message": "9 great"},
    "Infobip": {"results": [{"messageId": "SM1", "from": FROM[1:], "to": TO[1:], "text": "9 great"}], "messageCount": 1},
    "Telnyx": {
        "data": {
            "event_type": "message.received",
            "payload": {
                "id": "SM1", "from": {"phone_number": FROM}, "to": [{"phone_number": TO}], "text": "9 great",
            },
        }
    },
    "ours": [{"id": "SM1", "from": FROM, "to": TO, "text": "9 great"}],
}  # fmt: skip


@pytest.mark.parametrize("body", TEXTS.values(), ids=TEXTS)
def test_a_text_is_read_from_every_providers_shape(body: Any) -> None:
    assert read(body) == ([Came("SM1", FROM, TO, "9 great")], [], 0)


REPORTS: dict[str, Any] = {
    "Twilio": {
        "MessageSid": "SM1", "SmsSid": "SM1", "MessageStatus": "delivered", "SmsStatus": "delivered", "To": FROM, "From": TO,
    },
    "Vonage": {"msisdn": FROM[1:], "to": TO[1:], "messageId": "SM1", "status": "delivered", "err-code": "0"},
    "MessageBird": {"id": "SM1", "recipient": FROM[1:], "status": "delivered"},
    "Plivo": {"MessageUUID": "SM1", "From": TO[1:], "To": FROM[1:], "Status": "delivered"},
}  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_names_the_text_and_its_receiver(name: str) -> None:
    texts, [report], unread = read(REPORTS[name])
    assert (texts, unread) == ([], 0)
    assert (report.provider_id, report.number, report.kind, report.reason) == ("SM1", FROM, "delivered", "")


@pytest.mark.parametrize(
    ("state", "code", "kind", "reason"),
    [
        ("sent", "", "sent", ""),
        ("undelivered", "30003", "bounced", ""),
        ("undelivered", "30005", "bounced", "invalid"),
        ("failed", "21610", "bounced", "unsubscribed"),
        ("DELIVRD", "", "delivered", ""),
    ],
)
def test_states_and_codes_are_put_into_our_words(state: str, code: str, kind: str, reason: str) -> None:
    _texts, [report], _unread = read(
        {"MessageSid": "SM1", "MessageStatus": state, "ErrorCode": code, "To": FROM}
    )
    assert report == Report("SM1", FROM, kind, reason, f"{state.lower()} {code}".strip(), None)


@pytest.mark.parametrize(
    "body",
    [
        None, 7, "text", [], {}, [1, None], {"from": "x", "text": "9", "id": "1"}, {"from": FROM, "text": "  ", "id": "1"},
        {"messages": [{"messages": [{"messages": [{"messages": [{"from": FROM}]}]}]}]},
        {"status": "delivered", "to": FROM}, {"from": True, "text": ["9"]},
    ],
)  # fmt: skip
def test_what_is_neither_is_nothing(body: Any) -> None:
    texts, reports, _unread = read(body)
    assert (texts, reports) == ([], [])


def test_without_an_id_the_same_words_at_the_same_moment_are_one_text() -> None:
    row = {"from": FROM, "to": TO, "text": "9", "timestamp": "1772442000"}
    [one], [again] = read(row)[0], read(dict(row))[0]
    [later] = read(row | {"timestamp": "1772442001"})[0]
    assert one.provider_id == again.provider_id != later.provider_id


def test_no_more_than_a_hundred_rows_of_a_call_are_read() -> None:
    assert len(read([{"id": str(n), "from": FROM, "text": "9"} for n in range(250)])[0]) == text_payloads.MOST


def test_moments_are_read_as_seconds_milliseconds_or_dates() -> None:
    found = [
        read({"id": "1", "to": FROM, "status": "sent", "timestamp": given})[1][0].happened_at
        for given in ("1772442000", "1772442000000", "2026-03-02T09:00:00Z", "soon")
    ]
    assert found == [datetime(2026, 3, 2, 9, 0, tzinfo=UTC)] * 3 + [None]
