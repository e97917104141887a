from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User, Workspace
from accounts.services import invites, members
from outbox.enums import Kind, State
from outbox.models import OutboundMessage
from tests.conftest import MONDAY_9AM, signed_in
from tests.outbox.conftest import FACTS, queued

PAGES = ["/w/acme/mailbox/", "/w/acme/mailbox/{id}/", "/w/acme/mailbox/{id}/html/"]


@pytest.fixture
def message(acme: Workspace, kept_mail: None) -> OutboundMessage:
    return queued(acme, to_name="Maya Keller")


@pytest.mark.parametrize("page", PAGES)
def test_a_manager_sees_the_mail_and_a_stranger_gets_404(
    page: str, message: OutboundMessage, alice: User, bob: User, charlie: User
) -> None:
    url = page.format(id=message.public_id)
    found = {user.email: signed_in(user).get(url).status_code for user in (alice, bob, charlie)}
    assert found == {alice.email: 200, bob.email: 403, charlie.email: 404}
    assert Client().get(url).status_code == 302  # to the sign-in page


def test_a_mail_of_another_workspace_is_not_found(message: OutboundMessage, charlie: User) -> None:
    answers = [
        signed_in(charlie).get(f"/w/globex/mailbox/{message.public_id}/{end}") for end in ("", "html/")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_list_shows_and_filters(acme: Workspace, message: OutboundMessage, alice: User) -> None:
    queued(acme, "team@acme.example", kind=Kind.STAFF)
    browser = signed_in(alice)

    def seen(query: str) -> list[bool]:
        page = browser.get(f"/w/acme/mailbox/{query}").content.decode()
        return ["maya@customer.example" in page, "team@acme.example" in page]

    assert seen("") == [True, True]
    assert seen("?to=customers") == [True, False]
    assert seen("?to=staff") == [False, True]
    assert seen("?state=sent") == [True, True]
    assert seen("?state=trouble") == [False, False]
    assert seen("?search=KELLER") == [True, False]
    assert seen("?to=nonsense&state=%00&older=abc&newer=99999999999999999999") == [True, True]


def test_the_list_pages_in_both_directions(acme: Workspace, kept_mail: None, alice: User) -> None:
    for n in range(120):
        queued(acme, f"m{n:03}@x.example")
    browser = signed_in(alice)

    def page(query: str) -> Any:
        return browser.get(f"/w/acme/mailbox/{query}").context

    first = page("")
    second = page(first["older_url"])
    third = page(second["older_url"])
    back = page(third["newer_url"])
    names = [[row["message"].to[1:4] for row in found["rows"]] for found in (first, second, third, back)]
    assert [(shown[0], shown[-1]) for shown in names] == [
        ("119", "070"),
        ("069", "020"),
        ("019", "000"),
        ("069", "020"),
    ]
    assert (first["newer_url"], third["older_url"]) == ("", "")


def test_one_page_costs_the_same_for_one_and_for_fifty(
    acme: Workspace, message: OutboundMessage, alice: User, django_assert_max_num_queries: Any
) -> None:
    browser = signed_in(alice)
    for count in (0, 49):
        for n in range(count):
            queued(acme, f"m{n}@x.example")
        with django_assert_max_num_queries(6):
            browser.get("/w/acme/mailbox/")


def test_the_mail_is_shown_in_a_frame_that_can_do_nothing_but_open_links(
    message: OutboundMessage, alice: User
) -> None:
    browser = signed_in(alice)
    page = browser.get(f"/w/acme/mailbox/{message.public_id}/").content.decode()
    assert (
        f'src="/w/acme/mailbox/{message.public_id}/html/" sandbox="allow-popups allow-popups-to-escape-sandbox"'
        in page
    )
    frame = browser.get(f"/w/acme/mailbox/{message.public_id}/html/")
    policy = frame["Content-Security-Policy"]
    assert ("default-src 'none'" in policy, "frame-ancestors 'self'" in policy, "script" in policy) == (
        True,
        True,
        False,
    )
    assert (frame["X-Frame-Options"], frame["Referrer-Policy"]) == ("SAMEORIGIN", "no-referrer")
    shown = frame.content.decode()
    assert '<base target="_blank">' in shown
    assert all(score["url"] in shown for score in FACTS["scores"])


def test_looking_at_mail_changes_nothing(message: OutboundMessage, alice: User) -> None:
    browser, before = signed_in(alice), OutboundMessage.objects.across_workspaces().values().get()
    for page in [*PAGES, "/w/acme/settings/suppressions/"]:
        browser.get(page.format(id=message.public_id))
    assert OutboundMessage.objects.across_workspaces().values().get() == before
    assert browser.get(f"/w/acme/mailbox/{message.public_id}/retry/").status_code == 405


def test_a_doubtful_mail_is_tried_again_by_a_person_only(
    message: OutboundMessage, alice: User, bob: User, charlie: User
) -> None:
    OutboundMessage.objects.across_workspaces().update(state=State.UNKNOWN)
    url = f"/w/acme/mailbox/{message.public_id}/"
    assert "This mail may have been sent" in signed_in(alice).get(url).content.decode()
    answers = [signed_in(user).post(f"{url}retry/").status_code for user in (bob, charlie)]
    assert (answers, OutboundMessage.objects.across_workspaces().get().state) == ([403, 404], State.UNKNOWN)
    assert signed_in(alice).post(f"{url}retry/").status_code == 302
    assert OutboundMessage.objects.across_workspaces().get().state == State.QUEUED
    again = signed_in(alice).post(f"{url}retry/", follow=True)
    assert "cannot be sent again" in again.content.decode()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"state": State.SKIPPED, "skipped_because": "SUPPRESSED"}, "suppression list"),
        ({"state": State.FAILED, "last_error": "550 5.1.1 no such mailbox"}, "550 5.1.1 no such mailbox"),
        ({"bounced_at": MONDAY_9AM + timedelta(hours=1)}, "Bounced"),
        ({"text": "", "html": "", "forgotten_at": MONDAY_9AM}, "no longer kept"),
    ],
)
def test_what_became_of_a_mail_is_said_in_words(
    message: OutboundMessage, alice: User, change: dict[str, Any], word: str
) -> None:
    OutboundMessage.objects.across_workspaces().update(**change)
    assert word in signed_in(alice).get(f"/w/acme/mailbox/{message.public_id}/").content.decode()


def test_an_empty_mailbox_says_what_to_do(acme: Workspace, alice: User) -> None:
    page = signed_in(alice).get("/w/acme/mailbox/").content.decode()
    assert ("No mail yet" in page, "/w/acme/campaigns/" in page or "campaign" in page) == (True, True)


def test_words_of_a_customer_are_escaped_on_the_page(acme: Workspace, kept_mail: None, alice: User) -> None:
    message = queued(acme, kind=Kind.CUSTOMER, subject="<script>x</script>", text="<img src=x onerror=y>")
    page = signed_in(alice).get(f"/w/acme/mailbox/{message.public_id}/").content.decode()
    assert ("<script>x" in page, "<img src=x" in page) == (False, False)


def test_an_invitation_is_read_by_those_who_may_give_its_role(
    acme: Workspace, kept_mail: None, owner: User, alice: User, bob: User
) -> None:
    members.add(workspace=acme, user=bob, role="ADMIN", now=MONDAY_9AM)
    for role, readers in (("OWNER", {owner}), ("ADMIN", {owner, bob})):
        one = invites.invite(
            workspace=acme, by=owner, email=f"{role}@acme.example", role=role, now=MONDAY_9AM
        )
        mail = OutboundMessage.objects.of(acme).get(to=f"{role.lower()}@acme.example")
        for user in (owner, bob, alice):
            page = signed_in(user).get(f"/w/acme/mailbox/{mail.public_id}/")
            html = signed_in(user).get(f"/w/acme/mailbox/{mail.public_id}/html/")
            is_reader = user in readers
            assert (page.status_code, html.status_code) == (200, 200 if is_reader else 403)
            assert (one.token in page.content.decode()) is is_reader


def test_where_mail_leaves_nobody_reads_an_invitation(acme: Workspace, owner: User, settings: Any) -> None:
    settings.MAIL = replace(settings.MAIL, is_kept=False)
    one = invites.invite(workspace=acme, by=owner, email="n@acme.example", role="AGENT", now=MONDAY_9AM)
    mail = OutboundMessage.objects.of(acme).get(to="n@acme.example")
    assert (mail.is_secret, one.token in mail.text) == (True, True)  # until it has left
    page = signed_in(owner).get(f"/w/acme/mailbox/{mail.public_id}/").content.decode()
    assert ("This mail opens a door" in page, one.token in page) == (True, False)
    assert signed_in(owner).get(f"/w/acme/mailbox/{mail.public_id}/html/").status_code == 403
