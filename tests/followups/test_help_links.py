"""Help links from the editor to everybody who chose the reason: after the answer, in the mail, on the page of the case."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User, Workspace
from detractors.models import Case, RootCause
from detractors.services import decisions
from followups.services import followups
from outbox.models import OutboundMessage
from surveys.models import HelpLink, Survey
from surveys.rules import help_links as rules
from surveys.services import contacts, invitations, questions
from surveys.services.help_links import Given, put
from surveys.views import public
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
SETTINGS = "/w/acme/settings/help/"
RETURNS = "https://help.example/returns"


@pytest.fixture(autouse=True)
def at_nine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY_9AM)
    public.ANSWERS_OF_LINK._noted.clear()


@pytest.fixture
def survey(acme: Workspace) -> Survey:
    return Survey.objects.of(acme).get()


@pytest.fixture
def what(survey: Survey) -> Any:
    return questions.add(
        survey=survey, kind="MULTIPLE", text="What went wrong?", options=["Price", "Returns"], now=MONDAY_9AM
    )


@pytest.fixture
def returns(what: Any) -> str:
    return rules.of_option(what.public_id, what.options[1]["id"])


def form(**more: str) -> dict[str, str]:
    return {"url_0": RETURNS, "words_0_en": "How to send it back", **more}


def test_a_manager_writes_them_with_a_preview_and_mistakes_are_said(
    acme: Workspace, alice: User, bob: User, charlie: User, returns: str
) -> None:
    url, browser = f"{SETTINGS}{returns}/", signed_in(alice)
    assert "What went wrong?" in browser.get(SETTINGS).content.decode()
    wrong = browser.post(
        url, {"url_0": "http://help.example", "words_0_en": "", "url_1": "", "words_1_en": "Words alone"}
    )
    text = wrong.content.decode()
    assert wrong.status_code == 422
    for sentence in (
        "begins with https://:",
        "Please say in a few words",
        "Please give the address",
        "Words alone",
    ):
        assert sentence in text
    assert HelpLink.objects.of(acme).count() == 0
    assert browser.post(url, form()).status_code == 302
    HelpLink.objects.of(acme).update(clicks=7)
    assert (
        browser.post(url, form(words_0_en="Send it back", url_1="help.example/b", words_1_en="B")).status_code
        == 302
    )
    rows = HelpLink.objects.of(acme).order_by("position")
    assert list(rows.values_list("url", "words", "clicks")) == [
        (RETURNS, {"en": "Send it back"}, 7),
        ("https://help.example/b", {"en": "B"}, 0),
    ]
    page = browser.get(url).content.decode()
    assert "This may help you right away" in page
    assert browser.get(f"{SETTINGS}cause:nothing/").status_code == 404
    assert browser.post(url, {}).status_code == 302
    assert HelpLink.objects.of(acme).count() == 0
    assert signed_in(bob).get(url).status_code == 403
    assert signed_in(charlie).get(url).status_code == 404


def test_whoever_chose_the_reason_sees_them_everywhere_and_contact_stays_promised(
    acme: Workspace, bob: User, survey: Survey, what: Any, returns: str, news: Any
) -> None:
    put(workspace=acme, reason=returns, links=[Given(RETURNS, {"en": "Send it back"})], now=MONDAY_9AM)
    cause = RootCause.objects.of(acme).filter(parent__isnull=True).order_by("pk").first()
    assert cause is not None
    put(
        workspace=acme, reason=rules.of_cause(cause.public_id), now=MONDAY_9AM,
        links=[Given("https://help.example/cause", {"en": "About the cause"}), Given(RETURNS, {"en": "Doubled"})],
    )  # fmt: skip
    ines = contacts.upsert(
        workspace=acme, email="ines@customer.example", name="Ines Iglesias", now=MONDAY_9AM
    )[0]
    invitation = invitations.invite(workspace=acme, survey=survey, contact=ines, now=MONDAY_9AM, send=False)
    with news():
        Client().post(f"/s/{invitation.link}/", {"score": 3, "comment": "Bad"})
        decisions.decide_pending(now=MONDAY_9AM)
    chosen = {"more": what.public_id, f"q_{what.public_id}_many": "1"}
    thanks = Client().post(
        f"/s/{invitation.link}/", {**chosen, f"q_{what.public_id}": [what.options[1]["id"]]}
    )
    page = thanks.content.decode()
    link = HelpLink.objects.of(acme).get(reason=returns)
    for part in (
        f'href="{RETURNS}"',
        "Send it back",
        f"/s/h/{link.public_id}/",
        "a person will read your answer",
    ):
        assert part in page
    assert "connect-src 'self'" in thanks.headers["Content-Security-Policy"]
    # A press is counted by a beacon alone; looking, as programs that check mails do, counts nothing.
    assert Client().get(f"/s/h/{link.public_id}/").status_code == 405
    assert [Client().post(f"/s/h/{name}/").status_code for name in (link.public_id, "nothing")] == [204, 204]
    link.refresh_from_db()
    assert link.clicks == 1

    followups.send_due(now=MONDAY_9AM + timedelta(minutes=11))
    mail = OutboundMessage.objects.of(acme).get(mail="case_acknowledged")
    for words in (f"- Send it back {RETURNS}", "This may help you right away:", "Bob Brown has your answer"):
        assert words in mail.text
    assert "/s/h/" not in mail.text + mail.html
    case = Case.objects.of(acme).get()
    Case.objects.of(acme).update(root_cause=cause)
    own = Client().get(f"/c/{case.link}/").content.decode()
    assert own.count(RETURNS) == 1
    assert "About the cause" in own
    assert "<script" not in own


def test_who_chose_something_else_sees_none(acme: Workspace, survey: Survey, what: Any, returns: str) -> None:
    put(workspace=acme, reason=returns, links=[Given(RETURNS, {"en": "Send it back"})], now=MONDAY_9AM)
    ines = contacts.upsert(workspace=acme, email="ines@customer.example", now=MONDAY_9AM)[0]
    invitation = invitations.invite(workspace=acme, survey=survey, contact=ines, now=MONDAY_9AM, send=False)
    Client().post(f"/s/{invitation.link}/", {"score": 3})
    decisions.decide_pending(now=MONDAY_9AM)
    chosen = {"more": what.public_id, f"q_{what.public_id}_many": "1"}
    page = Client().post(f"/s/{invitation.link}/", {**chosen, f"q_{what.public_id}": [what.options[0]["id"]]})
    assert (page.status_code, "help.example" in page.content.decode()) == (200, False)
