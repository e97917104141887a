"""Mentions other programs send: signed, or refused."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from core import signatures
from surveys.models import FeedbackSource, Mention
from surveys.services import sources
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(acme: Workspace, owner: User) -> FeedbackSource:
    return sources.add(
        workspace=acme, kind="WEBHOOK", name="Shop", channel="REVIEW", by=owner, now=MONDAY_9AM
    )


def call(hook: FeedbackSource, body: Any, *, secret: str = "", signed: bytes | None = None) -> Any:
    raw, now = body if isinstance(body, bytes) else json.dumps(body).encode(), timezone.now()
    signature = signatures.sign(
        secret=secret or sources.secret_of(source=hook), message_id="msg_1", at=now, body=signed or raw
    )
    return Client().post(
        f"/hooks/mentions/{hook.public_id}/",
        raw,
        content_type="application/json",
        headers={
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        },
    )


def test_a_signed_mention_is_taken_once(acme: Workspace, hook: FeedbackSource) -> None:
    row = {"id": "r1", "text": "Bad", "stars": 1, "author": "Ann", "url": "https://reviews.example/r1"}
    assert [call(hook, row).json() for _time in range(2)] == [
        {"new": 1, "known": 0, "refused": []},
        {"new": 0, "known": 1, "refused": []},
    ]
    assert Mention.objects.of(acme).get().stars == 1


def test_bad_rows_come_back_with_reasons_and_the_others_are_taken(
    acme: Workspace, hook: FeedbackSource
) -> None:
    answer = call(
        hook, [{"text": "Good", "stars": 5}, {"stars": 6}, {"url": "javascript:alert(1)", "text": "x"}, 7]
    )
    assert answer.json() == {
        "new": 1,
        "known": 0,
        "refused": [
            {"index": 1, "reasons": ["6 is no number of stars; write 1 to 5."]},
            {
                "index": 2,
                "reasons": [
                    "javascript:alert(1) is no address of a page; it begins with https:// or http://."
                ],
            },
            {"index": 3, "reasons": ["Neither words nor stars: there is nothing to hear."]},
        ],
    }


def test_another_secret_another_body_and_none_are_refused(acme: Workspace, hook: FeedbackSource) -> None:
    wrong = [
        call(hook, {"text": "x"}, secret=signatures.new_secret()),
        call(hook, {"text": "x"}, signed=b'{"text": "y"}'),
        Client().post(f"/hooks/mentions/{hook.public_id}/", b"{}", content_type="application/json"),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in wrong] == [(401, "BAD_SIGNATURE")] * 3
    assert Mention.objects.of(acme).count() == 0


def test_after_a_new_secret_the_old_one_is_refused(hook: FeedbackSource) -> None:
    old = sources.secret_of(source=hook)
    sources.new_secret_for(source=hook)
    assert call(hook, {"text": "x"}, secret=old).status_code == 401


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[" * 100_000, 400), (b"x" * 600_000, 413)])
def test_what_is_no_json_or_too_much_is_refused(hook: FeedbackSource, body: bytes, status: int) -> None:
    assert call(hook, body).status_code == status


def test_an_archived_source_is_not_there_and_a_look_is_no_call(hook: FeedbackSource) -> None:
    assert Client().get(f"/hooks/mentions/{hook.public_id}/").status_code == 405
    sources.archive(source=hook, now=MONDAY_9AM)
    assert call(hook, {"text": "x"}).status_code == 404
