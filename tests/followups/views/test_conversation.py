import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User, Workspace
from accounts.services import members
from detractors.models import Case, RootCause
from detractors.services import cases
from followups.enums import SkippedBecause
from followups.models import FollowUp, Mail, MessageTemplate, PendingReply
from followups.services import followups, pending_replies, replies, reply_templates, resurveys, templates
from outbox.models import OutboundMessage
from surveys.models import Contact
from surveys.services import contacts
from tests.conftest import MONDAY_9AM, signed_in
from tests.followups.conftest import LATER

pytestmark = pytest.mark.django_db
URL = "/w/acme/cases/1/conversation/"
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def agent(bob: User, case: Case) -> Client:
    return signed_in(bob)


@pytest.fixture
def analyst(acme: Workspace) -> Client:
    user = members.ensure_user(
        email="ann@acme.example", name="Ann Analyst", password="pw-ann-2026", now=MONDAY_9AM
    )
    members.add(workspace=acme, user=user, role=Role.ANALYST, now=MONDAY_9AM)
    return signed_in(user)


def typed(page: str, **words: str) -> dict[str, str]:
    """The fields of the reply form in `page`, with `words` typed into it."""
    hidden = dict(re.findall(r'<input type="hidden" name="(seen|submission)" value="([^"]*)"', page))
    subject = re.search(r'name="subject" value="([^"]*)"', page)
    return {**hidden, "subject": subject.group(1) if subject else "", "body": "", **words}


def customers_mails() -> list[str]:
    """What left, once nothing can be taken back any more."""
    pending_replies.leave_due(now=timezone.now() + pending_replies.UNDO_FOR)
    rows = OutboundMessage.objects.across_workspaces().filter(to="ines@customer.example", mail="case_reply")
    return list(rows.order_by("id").values_list("text", flat=True))


# --- Who may ----------------------------------------------------------------------------------------------------


def acts(case: Case) -> list[tuple[str, dict[str, str]]]:
    row = FollowUp.objects.of(case.workspace_id).get(case=case)
    return [
        (f"{URL}reply/", {"body": "Hello"}),
        (f"{URL}draft/", {"body": "Hello"}),
        (f"{URL}mails/{row.pk}/switch-off/", {}),
    ]


def test_owner_manager_agent_and_analyst_read_the_conversation(
    case: Case, owner: User, alice: User, agent: Client, analyst: Client
) -> None:
    clients = [signed_in(owner), signed_in(alice), agent, analyst]
    assert [client.get(URL).status_code for client in clients] == [200] * 4


def test_an_analyst_reads_and_changes_nothing(case: Case, analyst: Client) -> None:
    assert "reply-form" not in analyst.get(URL).content.decode()
    assert [analyst.post(url, data).status_code for url, data in acts(case)] == [403] * 3
    assert (customers_mails(), FollowUp.objects.of(case.workspace_id).get(case=case).status) == (
        [],
        "PLANNED",
    )


def test_a_stranger_finds_nothing(case: Case, charlie: User) -> None:
    stranger = signed_in(charlie)
    found = [
        stranger.get(URL).status_code,
        *(stranger.post(url, data).status_code for url, data in acts(case)),
    ]
    assert (found, customers_mails()) == ([404] * 4, [])


def test_a_planned_mail_of_another_workspaces_case_cannot_be_switched_off(
    case: Case, globex: Workspace, charlie: User
) -> None:
    row = FollowUp.objects.of(case.workspace_id).get(case=case)
    response = signed_in(charlie).post(f"/w/globex/cases/1/conversation/mails/{row.pk}/switch-off/")
    row.refresh_from_db()
    assert (response.status_code, row.status) == (404, "PLANNED")


def test_somebody_who_is_not_signed_in_is_sent_to_the_door(case: Case) -> None:
    response = Client().get(URL)
    assert (response.status_code, response.headers["Location"].startswith("/accounts/login/")) == (302, True)


# --- The page ---------------------------------------------------------------------------------------------------


def test_a_request_by_script_gets_the_part_and_a_visit_the_page(agent: Client) -> None:
    part = agent.get(URL, headers=SCRIPT).content.decode()
    page = agent.get(URL)
    assert (part.lstrip().startswith('<div class="conversation'), "<html" in part) == (True, False)
    assert ("<html" in page.content.decode(), "HX-Request" in page.headers["Vary"]) == (True, True)


def test_the_page_shows_what_was_written_what_comes_by_itself_and_the_second_question(
    agent: Client, case: Case, bob: User, resolve: Callable[..., Case]
) -> None:
    followups.send_due(now=MONDAY_9AM + timedelta(minutes=10))
    replies.send(
        case=case, by=bob, subject="Your parcel", body="I am <b>sorry</b>.", submission="1",
        now=MONDAY_9AM + timedelta(minutes=11),
    )  # fmt: skip
    resolve(case, now=MONDAY_9AM + timedelta(minutes=12))
    page = agent.get(URL).content.decode()
    assert page.index("Sent automatically") < page.index("I am &lt;b&gt;sorry&lt;/b&gt;.")
    assert ("What was done" in page, "Do not send" in page, "Second question" in page) == (True, True, True)
    resurveys.resurvey_due(now=MONDAY_9AM + timedelta(days=15))
    assert "an answer is waited for until" in agent.get(URL).content.decode()


def test_a_mail_that_was_not_sent_says_why(agent: Client, case: Case, bob: User) -> None:
    cases.record_contact(case=case, by=bob, channel="CALL", note="", now=LATER)
    followups.send_due(now=MONDAY_9AM + timedelta(minutes=10))
    assert "Not sent: a person had already answered" in agent.get(URL).content.decode()


def test_where_nobody_can_be_written_to_the_page_says_why_and_has_no_form(
    agent: Client, ines: Contact
) -> None:
    contacts.update(contact=ines, now=MONDAY_9AM, external_id="C-1", email="")
    page = agent.get(URL).content.decode()
    assert ("No e-mail address of this customer is known" in page, "reply-form" in page) == (True, False)


def test_a_case_that_is_over_has_no_form(agent: Client, case: Case, alice: User) -> None:
    cases.dismiss(case=case, by=alice, reason="A test of ours.", now=LATER)
    page = agent.get(URL).content.decode()
    assert ("This case is over." in page, "reply-form" in page) == (True, False)


def test_a_long_thread_costs_as_many_queries_as_a_short_one(
    agent: Client, case: Case, bob: User, django_assert_num_queries: Any
) -> None:
    def write(turn: int) -> None:
        replies.send(case=case, by=bob, subject="", body="Hello", submission=str(turn), now=LATER)

    write(0)
    agent.get(URL)  # what a process learns once
    with django_assert_num_queries(QUERIES):
        agent.get(URL)
    for turn in range(1, 4):
        write(turn)
    with django_assert_num_queries(QUERIES):
        agent.get(URL)


# session, user, membership; case, thread, plans, waiting replies, second question; fields, suppression, kept replies,
# causes, seen, files of the mails and of the case; the customer's own page and whether there are such pages
QUERIES = 23


# --- Writing ----------------------------------------------------------------------------------------------------


def test_a_reply_sent_from_the_page_leaves_and_leads_back_to_the_case(agent: Client, case: Case) -> None:
    form = typed(agent.get(URL).content.decode(), body="Dear {{ first_name }}, I am sorry.")
    response = agent.post(f"{URL}reply/", form)
    customers_mails()
    case.refresh_from_db()
    assert (response.status_code, response.headers["Location"]) == (302, "/w/acme/cases/1/")
    assert [text.startswith("Dear Ines, I am sorry.") for text in customers_mails()] == [True]
    assert case.contacted_at is not None


def test_a_double_click_sends_one_mail_and_both_lead_back(agent: Client) -> None:
    form = typed(agent.get(URL).content.decode(), body="Hello")
    assert [agent.post(f"{URL}reply/", form).status_code for _click in range(2)] == [302, 302]
    assert len(customers_mails()) == 1


def test_an_unfilled_field_keeps_the_mail_here_and_every_typed_word(agent: Client, case: Case) -> None:
    form = typed(agent.get(URL).content.decode(), body="Dear {{ nickname }}, sorry.", subject="My words")
    response = agent.post(f"{URL}reply/", form)
    page = response.content.decode()
    assert (response.status_code, customers_mails(), Mail.objects.of(case.workspace_id).count()) == (
        422,
        [],
        0,
    )
    assert "There is no value for nickname." in page
    assert ("Dear {{ nickname }}, sorry." in page, 'value="My words"' in page) == (True, True)
    assert agent.post(f"{URL}reply/", {**typed(page), "body": "Dear Ines, sorry."}).status_code == 302


def test_a_place_left_to_fill_in_is_asked_about_once(agent: Client) -> None:
    form = typed(agent.get(URL).content.decode(), body="I write again by [date].")
    response = agent.post(f"{URL}reply/", form)
    page = response.content.decode()
    assert (response.status_code, "[date] looks like a place that was not filled in." in page) == (422, True)
    again = {**typed(page), "body": "I write again by [date].", "anyway": "on"}
    assert (agent.post(f"{URL}reply/", again).status_code, len(customers_mails())) == (302, 1)


def test_a_reply_does_not_go_over_what_a_colleague_wrote_meanwhile(
    agent: Client, case: Case, alice: User
) -> None:
    form = typed(agent.get(URL).content.decode(), body="Hello from Bob")
    replies.send(case=case, by=alice, subject="", body="Hello from Alice", submission="a", now=timezone.now())
    response = agent.post(f"{URL}reply/", form)
    page = response.content.decode()
    assert (response.status_code, len(customers_mails())) == (409, 1)
    assert ("Hello from Alice" in page, "Hello from Bob" in page) == (True, True)
    assert agent.post(f"{URL}reply/", {**typed(page), "body": "Hello from Bob"}).status_code == 302


def test_words_to_a_customer_whose_case_is_over_meanwhile_stand_beside_what_happened(
    agent: Client, case: Case, alice: User
) -> None:
    form = typed(agent.get(URL).content.decode(), body="Dear <Ines>")
    cases.dismiss(case=case, by=alice, reason="A test of ours.", now=timezone.now())
    response = agent.post(f"{URL}reply/", form)
    page = response.content.decode()
    assert (response.status_code, "Dear &lt;Ines&gt;</textarea>" in page, customers_mails()) == (
        409,
        True,
        [],
    )
    assert ("your words are below" in page, "A test of ours." in page) == (False, True)


@pytest.mark.parametrize(
    "broken", [{"seen": "x"}, {"submission": "s" * 37}, {"body": "nul \x00"}, {"template": "999"}]
)
def test_a_form_that_was_tampered_with_is_answered_kindly_and_sends_nothing(
    agent: Client, broken: dict[str, str]
) -> None:
    form = typed(agent.get(URL).content.decode(), body="Hello")
    assert agent.post(f"{URL}reply/", {**form, **broken}).status_code == 422
    assert customers_mails() == []


def test_a_reply_can_be_looked_at_before_it_leaves(agent: Client) -> None:
    form = typed(agent.get(URL).content.decode(), body="Dear {{ first_name }}, your {{ gift }}", subject="Hi")
    part = agent.post(f"{URL}draft/", {**form, "act": "preview"}, headers=SCRIPT).content.decode()
    assert ("Dear Ines, your {{ gift }}" in part, "There is no value for gift." in part, "<form" in part) == (
        True, True, False,
    )  # fmt: skip
    page = agent.post(f"{URL}draft/", {**form, "act": "preview"}).content.decode()
    assert ("Dear Ines, your {{ gift }}" in page, "Dear {{ first_name }}, your {{ gift }}" in page) == (
        True,
        True,
    )
    assert customers_mails() == []


def test_a_kept_reply_is_put_after_what_was_typed(agent: Client, acme: Workspace, bob: User) -> None:
    from followups.queries import templates

    kept = templates(workspace=acme, user=bob)[1]
    form = typed(agent.get(URL).content.decode(), body="As I said on the phone:", subject="My own")
    sent = {**form, "act": "template", "template": str(kept.pk)}
    for page in (
        agent.post(f"{URL}draft/", sent, headers=SCRIPT).content.decode(),
        agent.post(f"{URL}draft/", sent).content.decode(),
    ):
        assert page.index("As I said on the phone:") < page.index("thank you for telling us so openly")
        assert ('value="My own"' in page, typed(page)["submission"]) == (True, form["submission"])


def test_a_template_is_put_in_in_the_customers_language_or_says_that_it_is_in_another(
    agent: Client, acme: Workspace, case: Case, globex: Workspace, bob: User
) -> None:
    words = {"en": {"body": "We are sorry."}, "de": {"subject": "Ihr Paket", "body": "Es tut uns leid."}}
    facts = {"kind": "MAIL", "name": "Late", "language": "en", "words": words, "by": bob, "now": LATER}
    ours, theirs = (templates.create(workspace=workspace, **facts) for workspace in (acme, globex))
    form = typed(agent.get(URL).content.decode(), body="Hello,")

    def put_in(language: str, template: MessageTemplate) -> str:
        case.contact.language = language
        case.contact.save()
        sent = {**form, "act": "template", "template": f"mail:{template.public_id}"}
        return str(agent.post(f"{URL}draft/", sent, headers=SCRIPT).content.decode())

    german, french = put_in("de", ours), put_in("fr", ours)
    assert ("Es tut uns leid." in german, 'value="Ihr Paket"' in german, "has no words" in german) == (
        True, True, False,
    )  # fmt: skip
    assert ("We are sorry." in french, "has no words in Français: these are in English" in french) == (
        True, True,
    )  # fmt: skip
    assert "We are sorry." not in put_in("en", theirs)


def test_what_to_say_on_the_phone_stands_beside_the_log_of_a_call(
    agent: Client, acme: Workspace, case: Case, bob: User
) -> None:
    page = "/w/acme/cases/1/call-scripts/"
    assert "There is no call script yet." in agent.get(page, headers=SCRIPT).content.decode()
    words = {"en": {"body": "**Begin:** this is {{ agent_name }}. [their story]"}}
    templates.create(
        workspace=acme, kind="CALL", name="First call", language="en", words=words, by=bob, now=LATER
    )
    part = agent.get(page, headers=SCRIPT).content.decode()
    assert ("<strong>Begin:</strong> this is Bob Brown. [their story]" in part, "<html" in part) == (
        True,
        False,
    )
    assert "<html" in agent.get(page).content.decode()
    assert page in agent.get("/w/acme/cases/1/").content.decode()


def test_a_kept_reply_of_another_workspace_is_not_there(
    agent: Client, globex: Workspace, charlie: User
) -> None:
    from followups.queries import templates

    theirs = templates(workspace=globex, user=charlie)[0]
    form = typed(agent.get(URL).content.decode(), body="Mine")
    page = agent.post(f"{URL}draft/", {**form, "act": "template", "template": str(theirs.pk)}, headers=SCRIPT)
    assert (page.status_code, theirs.body[:40] in page.content.decode()) == (200, False)


def test_a_planned_mail_is_switched_off_on_the_page_once(agent: Client, case: Case) -> None:
    row = FollowUp.objects.of(case.workspace_id).get(case=case)
    url = f"{URL}mails/{row.pk}/switch-off/"
    assert [agent.post(url).status_code for _click in range(2)] == [302, 302]
    row.refresh_from_db()
    assert row.skipped_because == SkippedBecause.SWITCHED_OFF
    assert agent.post(f"{URL}mails/{row.pk + 1000}/switch-off/").status_code == 404


@pytest.mark.parametrize("url", ["reply/", "draft/"])
def test_looking_at_the_address_of_an_act_changes_nothing(agent: Client, url: str) -> None:
    assert agent.get(f"{URL}{url}").status_code == 405


# --- Taking it back -------------------------------------------------------------------------------------------


def pending(case: Case) -> PendingReply:
    return PendingReply.objects.of(case.workspace_id).latest("id")


def test_a_reply_waits_and_can_be_taken_back_with_its_words(agent: Client, case: Case) -> None:
    form = typed(agent.get(URL).content.decode(), body="Dear Ines, wrong words.", subject="Mine")
    agent.post(f"{URL}reply/", form)
    page = agent.get(URL).content.decode()
    assert ("Dear Ines, wrong words." in page, "Undo" in page) == (True, True)
    case.refresh_from_db()
    assert case.contacted_at is None
    back = agent.post(f"{URL}replies/{pending(case).public_id}/undo/")
    assert customers_mails() == []
    beside = agent.get(back.headers["Location"]).content.decode()  # the case, which asks for the mails
    (mails,) = re.findall(r'hx-get="([^"]*/conversation/[^"]*)"', beside)
    again = agent.get(html.unescape(mails)).content.decode()
    assert ("Dear Ines, wrong words.</textarea>" in again, typed(again)["subject"]) == (True, "Mine")


def test_what_has_left_cannot_be_taken_back(agent: Client, case: Case) -> None:
    agent.post(f"{URL}reply/", typed(agent.get(URL).content.decode(), body="Hello"))
    assert len(customers_mails()) == 1
    response = agent.post(f"{URL}replies/{pending(case).public_id}/undo/", follow=True)
    assert "It was too late" in response.content.decode()


def test_only_who_works_on_cases_takes_a_reply_back(
    agent: Client, case: Case, alice: User, analyst: Client, charlie: User
) -> None:
    agent.post(f"{URL}reply/", typed(agent.get(URL).content.decode(), body="Hello"))
    url = f"{URL}replies/{pending(case).public_id}/undo/"
    assert [client.post(url).status_code for client in (analyst, signed_in(charlie))] == [403, 404]
    assert agent.get(url).status_code == 405
    assert signed_in(alice).post(url).status_code == 302
    assert customers_mails() == []


def test_a_reply_that_could_not_leave_says_why_and_keeps_its_words(
    agent: Client, case: Case, alice: User
) -> None:
    agent.post(f"{URL}reply/", typed(agent.get(URL).content.decode(), body="Hello Ines"))
    cases.dismiss(case=case, by=alice, reason="A test of ours.", now=timezone.now())
    assert customers_mails() == []
    page = agent.get(URL).content.decode()
    assert ("Hello Ines" in page, "Not sent" in page) == (True, True)
    (again,) = re.findall(r'href="([^"]*)"[^>]*>(?:(?!</a>).)*Write it again', page)
    assert html.unescape(again).startswith(f"/w/acme/cases/{case.number}/?act=reply&")
    cases.reopen(case=case, by=alice, reason="Not a test after all.", now=timezone.now())
    beside = agent.get(html.unescape(again)).content.decode()  # the case, which asks for the mails
    (mails,) = re.findall(r'hx-get="([^"]*/conversation/\?again=[^"]*)"', beside)
    assert "Hello Ines</textarea>" in agent.get(html.unescape(mails)).content.decode()


def test_sending_and_resolving_are_one_act(agent: Client, case: Case) -> None:
    cause = RootCause.objects.of(case.workspace_id).first()
    form = typed(agent.get(URL).content.decode(), body="It is put right.")
    wanted = {**form, "then_move": "RESOLVE", "root_cause": cause.public_id}
    response = agent.post(f"{URL}reply/", wanted)
    page = response.content.decode()
    assert (response.status_code, "Please write what was done." in page) == (409, True)
    assert ("It is put right." in page, f'value="{cause.public_id}" selected' in page) == (True, True)
    wanted |= typed(page) | {"body": "It is put right.", "resolution": "We refunded it."}
    assert agent.post(f"{URL}reply/", wanted).status_code == 302
    case.refresh_from_db()
    assert case.is_open
    assert len(customers_mails()) == 1
    case.refresh_from_db()
    assert (case.is_resolved, case.resolution, case.root_cause_id) == (True, "We refunded it.", cause.pk)


def test_sending_and_waiting_are_one_act(agent: Client, case: Case) -> None:
    form = typed(agent.get(URL).content.decode(), body="Which parcel?")
    agent.post(f"{URL}reply/", {**form, "then_move": "WAIT", "waiting_for": "the number of the parcel"})
    customers_mails()
    case.refresh_from_db()
    assert (case.is_waiting, case.waiting_for) == (True, "the number of the parcel")


def test_a_macro_brings_its_words_and_what_is_done_with_the_case(agent: Client, acme: Workspace) -> None:
    kept = reply_templates.add(
        workspace=acme, name="Ask", body="Which parcel?", shortcut="/Ask", then_move="WAIT",
        then={"waiting_for": "the number"}, now=MONDAY_9AM,
    )  # fmt: skip
    page = agent.get(URL).content.decode()
    assert f"&quot;id&quot;: {kept.pk}, &quot;word&quot;: &quot;ask&quot;" in page
    sent = {**typed(page), "act": "template", "template": str(kept.pk)}
    part = agent.post(f"{URL}draft/", sent, headers=SCRIPT).content.decode()
    assert ("Which parcel?" in part, 'value="the number"' in part) == (True, True)
    assert re.search(r'value="WAIT"[^>]*checked', part)
