"""Feeds are read when due, once, through the guard; what fails is said and tried again ever later."""

from datetime import timedelta
from typing import Any

import pytest
import requests

from accounts.models import User, Workspace
from core import outgoing
from outbox.models import OutboundMessage
from surveys import feeds as parser
from surveys.models import FeedbackSource, Mention
from surveys.services import feeds, reminding, sources
from tests.conftest import MONDAY_9AM

HOUR = timedelta(hours=1)
RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:im="http://itunes.apple.com/rss"><channel><title>Reviews</title>
<item><guid>a1</guid><title>Never again</title><description>&lt;p&gt;Late &amp;amp; &lt;b&gt;broken&lt;/b&gt;&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description>
<link>https://reviews.example/a1</link><author>Ann</author><im:rating>1</im:rating>
<pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate></item>
<item><guid>a2</guid><title>Fine</title><link>javascript:alert(1)</link><im:rating>8/10</im:rating></item>
</channel></rss>"""


def answer(body: bytes = RSS, status: int = 200, **headers: str) -> requests.Response:
    made = requests.Response()
    made.status_code, made._content = status, body
    made.headers.update({"Content-Type": "application/rss+xml"} | headers)
    return made


@pytest.fixture
def source(acme: Workspace, owner: User) -> FeedbackSource:
    return sources.add(
        workspace=acme, kind="FEED", name="Reviews", channel="REVIEW", url="https://reviews.example/feed", by=owner,
        now=MONDAY_9AM,
    )  # fmt: skip


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the other side answers; the headers that were sent are kept."""
    asked: list[dict[str, str]] = []

    def set_answer(given: Any) -> list[dict[str, str]]:
        def fetch(url: str, *, headers: dict[str, str], limit: int) -> requests.Response:
            asked.append(headers)
            if isinstance(given, Exception):
                raise given
            return given

        monkeypatch.setattr(outgoing, "fetch", fetch)
        return asked

    return set_answer


def test_entries_become_what_was_heard_without_marks_or_foreign_links() -> None:
    first, second = parser.read(RSS, content_type="application/rss+xml", now=MONDAY_9AM)
    assert (first.external_id, first.stars, first.author, first.url) == (
        "a1",
        1,
        "Ann",
        "https://reviews.example/a1",
    )
    assert ("<" in first.text, "Late & broken" in first.text) == (False, True)
    assert first.published_at == MONDAY_9AM - HOUR
    assert (second.stars, second.url, second.published_at) == (4, "", MONDAY_9AM)


def test_a_page_that_is_no_feed_is_none() -> None:
    with pytest.raises(parser.NoFeed):
        parser.read(b"<html><body>Hello</body></html>", content_type="text/html", now=MONDAY_9AM)


@pytest.mark.django_db
def test_a_feed_is_read_when_due_and_brings_each_entry_once(
    acme: Workspace, source: FeedbackSource, says: Any
) -> None:
    asked = says(answer(ETag='"v1"'))
    assert [feeds.read_due(now=MONDAY_9AM + wait) for wait in (0 * HOUR, HOUR / 2, HOUR)] == [1, 0, 1]
    assert Mention.objects.of(acme).count() == 2
    assert [one.get("If-None-Match") for one in asked] == [None, '"v1"']
    source.refresh_from_db()
    assert (source.failures, source.next_at, source.lease_until) == (0, MONDAY_9AM + 2 * HOUR, None)


@pytest.mark.django_db
def test_nothing_new_is_no_failure_and_keeps_the_mark(source: FeedbackSource, says: Any) -> None:
    says(answer(ETag='"v1"'))
    feeds.read_due(now=MONDAY_9AM)
    says(answer(b"", 304))
    feeds.read_due(now=MONDAY_9AM + HOUR)
    source.refresh_from_db()
    assert (source.failures, source.etag) == (0, '"v1"')


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            outgoing.Refused("It answers with a redirect, and redirects are not followed."),
            "It answers with a redirect",
        ),
        (requests.ConnectionError("refused"), "Nobody answers there."),
        (answer(b"", 500), "It answers with the status 500."),
        (answer(b"<html></html>"), "What is there is neither an RSS nor an Atom feed."),
    ],
)
def test_what_fails_is_said_in_words_and_tried_again_later_each_time(
    source: FeedbackSource, says: Any, given: Any, said: str
) -> None:
    says(given)
    feeds.read_due(now=MONDAY_9AM)
    feeds.read_due(now=MONDAY_9AM + 2 * HOUR)
    source.refresh_from_db()
    assert source.last_error.startswith(said)
    assert (source.failures, source.next_at) == (2, MONDAY_9AM + 6 * HOUR)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/feed", "http://169.254.169.254/latest", "http://[::1]/", "http://localhost/"]
)
def test_a_feed_inside_our_own_network_is_never_called(
    acme: Workspace, owner: User, settings: Any, url: str
) -> None:
    settings.ALLOW_PRIVATE_NETWORKS = False
    row = sources.add(
        workspace=acme, kind="FEED", name="x", channel="REVIEW", url=url, by=owner, now=MONDAY_9AM
    )
    with pytest.raises(feeds.CannotRead, match="not on the public internet"):
        feeds.try_out(source=row, now=MONDAY_9AM)


@pytest.mark.django_db
def test_a_page_without_a_feed_reminds_its_keeper_once_each_time(acme: Workspace, owner: User) -> None:
    sources.add(
        workspace=acme, kind="STAFF", name="Forum", channel="SOCIAL", url="https://forum.example/", by=owner,
        every_minutes=1440, now=MONDAY_9AM,
    )  # fmt: skip
    days = [timedelta(0), timedelta(hours=23), timedelta(days=1)]
    assert [reminding.remind_due(now=MONDAY_9AM + wait) for wait in days] == [1, 0, 1]
    mails = OutboundMessage.objects.of(acme).filter(mail="source_check")
    assert [mail.to for mail in mails] == [owner.email] * 2
