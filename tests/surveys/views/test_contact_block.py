"""How to reach the company stands wherever a customer of it looks: page, thanks, mails, widget."""

import gzip
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User, Workspace
from accounts.services import workspaces
from core.tokens import new_nonce
from outbox.models import OutboundMessage
from surveys.models import Contact, Survey
from surveys.queries import widget_config
from surveys.services import invitations, widget_keys
from tests.conftest import MONDAY_9AM, signed_in

NOW = datetime.now(UTC)
LINKS = [
    {"label": "Instagram", "url": "https://www.instagram.com/acme?x=1&y=2"},
    {"label": "Mastodon", "url": "https://social.example/@acme"},
]
EVERYTHING = ("+49 30 901820", "care@acme.example", "Main Street 1, Berlin", "https://acme.example")


@pytest.fixture
def reachable(acme: Workspace) -> Workspace:
    phone, email, address, website = EVERYTHING
    return workspaces.change(
        workspace=acme, phone=phone, email=email, address=address, website=website, social_links=LINKS
    )


def test_it_stands_on_the_page_and_under_the_thanks_within_the_pages_weight(
    reachable: Workspace, survey: Survey
) -> None:
    asked = Client().get(f"/s/p/{survey.public_id}/")
    thanked = Client().post(f"/s/p/{survey.public_id}/?n={new_nonce()}", {"score": "9"})
    for page in (asked, thanked):
        html = page.content.decode()
        assert [line for line in EVERYTHING if line not in html] == []
        assert (
            'href="https://www.instagram.com/acme?x=1&amp;y=2" rel="noopener noreferrer" dir="auto">Instagram<'
            in html
        )
        assert len(gzip.compress(page.content)) <= 15_000


def test_it_stands_in_both_parts_of_a_mail(reachable: Workspace, survey: Survey, dora: Contact) -> None:
    invitations.invite(workspace=reachable, survey=survey, contact=dora, now=MONDAY_9AM)
    invitations.send_due(now=MONDAY_9AM)
    message = OutboundMessage.objects.of(reachable).get(mail="survey_invitation")
    text, html = message.text, message.html
    assert [line for line in EVERYTHING if line not in html or line not in text] == []
    assert "Instagram: https://www.instagram.com/acme?x=1&y=2\nMastodon: https://social.example/@acme" in text
    assert 'href="https://www.instagram.com/acme?x=1&amp;y=2"' in html


def test_it_stands_in_the_widgets_thanks(reachable: Workspace, survey: Survey, owner: User) -> None:
    survey = Survey.objects.of(reachable).select_related("workspace").get()
    key = widget_keys.issue(
        workspace=reachable, survey=survey, name="Shop", origins=["https://shop.example"], by=owner, now=NOW
    )
    assert widget_config.config(key=key)["contact"] == [
        *[[line, ""] for line in EVERYTHING],
        *[[link["label"], link["url"]] for link in LINKS],
    ]


def test_it_is_written_in_the_settings_line_by_line(reachable: Workspace, owner: User) -> None:
    browser, page = signed_in(owner), "/w/acme/settings/company/"
    form = browser.get(page).context["form"]
    assert form["social_links"].value() == (
        "Instagram https://www.instagram.com/acme?x=1&y=2\nMastodon https://social.example/@acme"
    )
    sent = {name: form[name].value() or "" for name in form.fields} | {"part": "company"}
    sent["frame_origins"] = ""
    refused = browser.post(page, sent | {"social_links": "Instagram javascript:alert(1)"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["social_links"])
    assert browser.post(page, sent | {"social_links": "Bluesky https://bsky.app/acme"}).status_code == 302
    reachable.refresh_from_db()
    assert reachable.social_links == [{"label": "Bluesky", "url": "https://bsky.app/acme"}]


def test_a_service_refuses_what_the_form_would(acme: Workspace) -> None:
    for links in (
        [{"label": "x", "url": "http://plain.example"}],
        [{"label": "", "url": "https://x.example"}],
    ):
        with pytest.raises(ValidationError):
            workspaces.change(workspace=acme, social_links=links)
