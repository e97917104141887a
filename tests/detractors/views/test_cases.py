from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User, Workspace
from accounts.services import members
from core.models import IdempotencyKey
from detractors.enums import Category, EventKind
from detractors.models import Case, CaseEvent, RootCause
from detractors.services import cases, decisions, statuses
from surveys.models import Contact
from surveys.services import contacts, responses
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def case(bob: User, open_case: Callable[..., Case], now: datetime) -> Case:
    """Bob's case, opened by an answer of Ines a minute ago."""
    return open_case(now=now - timedelta(minutes=1), comment="The parcel came late.")


@pytest.fixture
def cause(acme: Workspace) -> RootCause:
    return RootCause.objects.of(acme).get(name="Late delivery")


def url(case: Case, act: str = "") -> str:
    return f"/w/acme/cases/{case.number}/{act + '/' if act else ''}"


def drawn(client: Client, case: Case, act: str) -> dict[str, Any]:
    """The hidden fields of the form of `act` as the page draws them."""
    context = client.get(url(case)).context
    forms = {panel["act"]: panel["form"] for panel in context["panels"]} | {"issue": context["issue_form"]}
    form = forms.get(act) or context["resume_form"]
    return {"seen": form["seen"].value(), "submission": form["submission"].value()}


def kinds(case: Case) -> list[str]:
    return list(
        CaseEvent.objects.of(case.workspace_id)
        .filter(case=case)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def test_the_page_shows_the_words_the_customer_and_the_promises(bob: User, case: Case) -> None:
    html = signed_in(bob).get(url(case)).content.decode()
    for words in (
        "The parcel came late.",
        "Ines Iglesias",
        "Ibex",
        "ines@customer.example",
        "First response",
        "Resolution",
    ):
        assert words in html


def test_the_page_says_how_customers_reach_us(acme: Workspace, bob: User, case: Case) -> None:
    assert 'id="reach-us"' not in signed_in(bob).get(url(case)).content.decode()
    acme.phone, acme.email, acme.address = "+49 40 5550 1234", "care@acme.example", "Dock 4"
    acme.website = "https://acme.example"
    acme.social_links = [{"label": "Mastodon", "url": "https://social.example/@acme"}]
    acme.save()
    page = signed_in(bob).get(url(case)).content.decode()
    for part in (
        'href="tel:+49 40 5550 1234"', 'href="mailto:care@acme.example"', "Dock 4", 'href="https://acme.example"',
        'href="https://social.example/@acme"',
    ):  # fmt: skip
        assert part in page


@pytest.mark.parametrize(
    ("act", "words", "event", "said"),
    [
        ("note", {"text": "Asked the carrier."}, EventKind.NOTE, "Asked the carrier."),
        (
            "call",
            {"outcome": "VOICEMAIL", "note": "Asked to call back."},
            EventKind.CALLED,
            "Asked to call back.",
        ),
        ("wait", {"waiting_for": "the order number"}, EventKind.WAITING, "the order number"),
        (
            "issue",
            {"stated_complaint": "Late.", "underlying_issue": "Moved house."},
            EventKind.ISSUE_NOTED,
            "Moved house.",
        ),
    ],
)
def test_an_act_is_one_post_back_to_the_case_with_a_line_in_the_timeline(
    bob: User, case: Case, act: str, words: dict[str, str], event: str, said: str
) -> None:
    client = signed_in(bob)
    answer = client.post(url(case, act), {**drawn(client, case, act), **words})
    assert (answer.status_code, answer["Location"]) == (302, url(case))
    line = CaseEvent.objects.of(case.workspace_id).filter(case=case).latest("id")
    assert (line.kind, line.note, line.by) == (event, said, bob)


def test_a_call_that_reached_the_customer_is_the_first_response_and_an_attempt_is_not(
    bob: User, case: Case
) -> None:
    client = signed_in(bob)
    client.post(url(case, "call"), {**drawn(client, case, "call"), "outcome": "NO_ANSWER"})
    case.refresh_from_db()
    assert case.first_responded_at is None
    client.post(url(case, "call"), {**drawn(client, case, "call"), "outcome": "REACHED"})
    case.refresh_from_db()
    assert case.first_responded_at is not None


def test_a_call_is_not_logged_as_reached_by_a_careless_press(bob: User, case: Case) -> None:
    client = signed_in(bob)
    sent = {**drawn(client, case, "call"), "note": "Asked to call back."}
    assert "outcome" not in sent
    page = client.post(url(case, "call"), sent).content.decode()
    assert "Say how the call went." in page
    assert "Asked to call back." in page
    case.refresh_from_db()
    assert case.first_responded_at is None


def test_wait_stops_and_resume_goes_on(bob: User, case: Case) -> None:
    client = signed_in(bob)
    client.post(url(case, "wait"), {**drawn(client, case, "wait"), "waiting_for": "a photo"})
    case.refresh_from_db()
    assert case.category == Category.WAITING
    client.post(url(case, "resume"), drawn(client, case, "resume"))
    case.refresh_from_db()
    assert case.category == Category.OPEN


def test_resolving_before_any_contact_needs_the_call_in_the_same_act(
    bob: User, case: Case, cause: RootCause
) -> None:
    client = signed_in(bob)
    words = {"root_cause": cause.public_id, "resolution": "Sent again by express."}
    refused = client.post(url(case, "resolve"), {**drawn(client, case, "resolve"), **words})
    assert (refused.status_code, refused.context["open_act"]) == (422, "resolve")
    assert "Sent again by express." in refused.content.decode()
    case.refresh_from_db()
    assert case.category == Category.OPEN
    answer = client.post(
        url(case, "resolve"),
        {**drawn(client, case, "resolve"), **words, "reached": "on", "call_note": "She is glad."},
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.category, case.root_cause, case.resolution) == (
        Category.RESOLVED,
        cause,
        "Sent again by express.",
    )
    assert kinds(case)[-2:] == [EventKind.CALLED, EventKind.RESOLVED]


@pytest.mark.parametrize("left_out", ["root_cause", "resolution"])
def test_resolving_needs_a_cause_and_words_and_keeps_what_was_typed(
    bob: User, case: Case, cause: RootCause, left_out: str
) -> None:
    client = signed_in(bob)
    words = {
        "root_cause": cause.public_id,
        "resolution": "Sent again.",
        "reached": "on",
        "call_note": "Spoke for a while.",
    }
    answer = client.post(url(case, "resolve"), {**drawn(client, case, "resolve"), **words, left_out: " "})
    form = next(panel["form"] for panel in answer.context["panels"] if panel["act"] == "resolve")
    assert (answer.status_code, list(form.errors)) == (422, [left_out])
    assert "Spoke for a while." in answer.content.decode()


def test_a_retired_cause_cannot_be_chosen(bob: User, case: Case, cause: RootCause, now: datetime) -> None:
    RootCause.objects.of(case.workspace_id).filter(pk=cause.pk).update(retired_at=now)
    client = signed_in(bob)
    words = {"root_cause": cause.public_id, "resolution": "Sent again.", "reached": "on"}
    assert client.post(url(case, "resolve"), {**drawn(client, case, "resolve"), **words}).status_code == 422


def test_reopen_and_dismiss_take_a_reason(alice: User, bob: User, case: Case) -> None:
    client = signed_in(alice)
    assert (
        client.post(url(case, "dismiss"), {**drawn(client, case, "dismiss"), "reason": ""}).status_code == 422
    )
    client.post(url(case, "dismiss"), {**drawn(client, case, "dismiss"), "reason": "Our own test."})
    case.refresh_from_db()
    assert (case.category, case.outcome) == (Category.CLOSED, "DISMISSED")
    agent = signed_in(bob)
    agent.post(url(case, "reopen"), {**drawn(agent, case, "reopen"), "reason": "It was real."})
    case.refresh_from_db()
    assert (case.category, case.reopened_count) == (Category.OPEN, 1)


def test_a_manager_assigns_and_takes_away_again(alice: User, bob: User, case: Case) -> None:
    client = signed_in(alice)
    client.post(
        url(case, "assign"),
        {**drawn(client, case, "assign"), "owner": str(alice.pk), "because": "I know her."},
    )
    case.refresh_from_db()
    assert (case.owner, case.assigned_because) == (alice, "I know her.")
    client.post(url(case, "assign"), {**drawn(client, case, "assign"), "owner": "none"})
    case.refresh_from_db()
    assert case.owner is None


def test_an_agent_hands_their_own_case_over_and_says_why(
    alice: User, bob: User, case: Case, acme: Workspace
) -> None:
    client = signed_in(bob)
    sent = {**drawn(client, case, "assign"), "owner": str(alice.pk)}
    page = client.post(url(case, "assign"), sent)
    assert page.status_code == 422
    assert "whoever takes it can go on" in page.content.decode()
    words = "She speaks Danish, call her on Monday."
    assert client.post(url(case, "assign"), {**sent, "because": words}).status_code == 302
    line = CaseEvent.objects.of(acme).filter(case=case).latest("id")
    assert (line.kind, line.note, line.by) == (EventKind.ASSIGNED, words, bob)
    case.refresh_from_db()
    assert case.owner == alice
    assert "assign" not in panels(client, case)  # no longer theirs to give
    assert client.post(url(case, "assign"), {**sent, "because": words}).status_code == 403


def test_nobody_of_another_workspace_can_be_made_the_owner(alice: User, charlie: User, case: Case) -> None:
    client = signed_in(alice)
    answer = client.post(url(case, "assign"), {**drawn(client, case, "assign"), "owner": str(charlie.pk)})
    assert answer.status_code == 422


ACTS = ("claim", "assign", "note", "call", "issue", "wait", "resume", "resolve", "reopen", "dismiss")


@pytest.mark.parametrize("act", ACTS)
def test_a_stranger_finds_no_act_and_an_analyst_may_not(
    acme: Workspace, charlie: User, case: Case, act: str, now: datetime
) -> None:
    analyst = members.ensure_user(email="ann@acme.example", now=now)
    members.add(workspace=acme, user=analyst, role=Role.ANALYST, now=now)
    before = kinds(case)
    assert signed_in(charlie).post(url(case, act), {"text": "x"}).status_code == 404
    assert signed_in(analyst).post(url(case, act), {"text": "x"}).status_code == 403
    assert kinds(case) == before


@pytest.mark.parametrize("act", ACTS)
def test_looking_changes_nothing(bob: User, alice: User, case: Case, act: str) -> None:
    assert signed_in(alice).get(url(case, act)).status_code == 405


def panels(client: Client, case: Case) -> list[str]:
    return [panel["act"] for panel in client.get(url(case)).context["panels"]]


def test_each_role_sees_the_buttons_it_may_press(
    acme: Workspace, alice: User, bob: User, case: Case, cause: RootCause, now: datetime
) -> None:
    analyst = members.ensure_user(email="ann@acme.example", now=now)
    members.add(workspace=acme, user=analyst, role=Role.ANALYST, now=now)
    assert panels(signed_in(alice), case) == ["note", "call", "wait", "resolve", "assign", "dismiss"]
    assert panels(signed_in(bob), case) == ["note", "call", "wait", "resolve", "assign"]
    cases.assign(case=case, owner=alice, by=alice, now=now)
    assert panels(signed_in(bob), case) == ["note", "call", "wait", "resolve"]
    assert panels(signed_in(analyst), case) == []
    cases.resolve(
        case=case,
        by=bob,
        root_cause=cause,
        resolution="Sent again.",
        contact={"channel": "CALL", "note": ""},
        now=now,
    )
    assert panels(signed_in(bob), case) == ["note", "call", "reopen"]


def test_an_agent_may_not_assign_what_is_not_theirs_nor_dismiss(
    alice: User, bob: User, case: Case, now: datetime
) -> None:
    cases.assign(case=case, owner=alice, by=alice, now=now)
    client = signed_in(bob)
    assert client.post(url(case, "assign"), {"owner": str(bob.pk)}).status_code == 403
    assert client.post(url(case, "dismiss"), {"reason": "no"}).status_code == 403


def test_the_same_form_sent_twice_is_one_note(bob: User, case: Case) -> None:
    client = signed_in(bob)
    form = {**drawn(client, case, "note"), "text": "Asked the carrier."}
    answers = [client.post(url(case, "note"), form) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert kinds(case).count(EventKind.NOTE) == 1


def test_a_refused_form_may_be_sent_again(bob: User, case: Case) -> None:
    client = signed_in(bob)
    form = drawn(client, case, "note")
    assert client.post(url(case, "note"), {**form, "text": ""}).status_code == 422
    assert client.post(url(case, "note"), {**form, "text": "Now with words."}).status_code == 302
    assert kinds(case).count(EventKind.NOTE) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_at_once_are_one_note(bob: User, case: Case) -> None:
    form = {**drawn(signed_in(bob), case, "note"), "text": "Asked the carrier."}
    clients, answers = [signed_in(bob) for _click in range(8)], []
    gate = Barrier(len(clients))

    def press(client: Client) -> None:
        gate.wait()
        answers.append(client.post(url(case, "note"), form).status_code)
        connection.close()

    threads = [Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 8
    assert kinds(case).count(EventKind.NOTE) == 1


def test_words_typed_over_a_changed_case_are_kept_and_the_change_is_shown(
    alice: User, bob: User, case: Case, cause: RootCause, now: datetime
) -> None:
    client = signed_in(bob)
    form = {
        **drawn(client, case, "resolve"), "root_cause": cause.public_id, "resolution": "Sent again.",
        "reached": "on", "call_note": "She is glad.",
    }  # fmt: skip
    cases.note(case=case, by=alice, text="Wait, she called again.", now=now)
    answer = client.post(url(case, "resolve"), form)
    html = answer.content.decode()
    assert (answer.status_code, [entry.note for entry in answer.context["changes"]]) == (
        409,
        ["Wait, she called again."],
    )
    assert all(words in html for words in ("Sent again.", "She is glad."))
    case.refresh_from_db()
    assert case.category == Category.OPEN
    shown = next(panel["form"] for panel in answer.context["panels"] if panel["act"] == "resolve")
    again = client.post(
        url(case, "resolve"),
        {**form, "seen": shown["seen"].value(), "submission": shown["submission"].value()},
    )
    assert again.status_code == 302
    case.refresh_from_db()
    assert case.category == Category.RESOLVED


def test_two_editors_of_the_issue_do_not_overwrite_each_other(alice: User, bob: User, case: Case) -> None:
    agent, manager = signed_in(bob), signed_in(alice)
    bobs, alices = drawn(agent, case, "issue"), drawn(manager, case, "issue")
    manager.post(url(case, "issue"), {**alices, "stated_complaint": "Late.", "underlying_issue": "Moved."})
    answer = agent.post(
        url(case, "issue"), {**bobs, "stated_complaint": "Rude driver.", "underlying_issue": ""}
    )
    assert answer.status_code == 409
    assert "Rude driver." in answer.content.decode()
    case.refresh_from_db()
    assert case.stated_complaint == "Late."


def test_what_the_product_does_by_itself_stops_nobody(bob: User, case: Case, now: datetime) -> None:
    client = signed_in(bob)
    form = {**drawn(client, case, "wait"), "waiting_for": "a photo"}
    cases.note_automatic(case=case, what="Mail sent", now=now)
    assert client.post(url(case, "wait"), form).status_code == 302


def test_a_move_that_is_no_longer_possible_says_so_and_keeps_the_words(
    alice: User, bob: User, case: Case, now: datetime
) -> None:
    client = signed_in(alice)
    form = {**drawn(client, case, "dismiss"), "reason": "A duplicate."}
    cases.record_contact(case=case, by=alice, channel="CALL", note="", now=now)
    answer = client.post(url(case, "dismiss"), form)
    assert answer.status_code == 409
    assert answer.context["error"] != ""


def test_changes_of_others_are_told_and_ones_own_are_not(
    alice: User, bob: User, case: Case, now: datetime
) -> None:
    client = signed_in(bob)
    seen = client.get(url(case)).context["seen"]
    cases.note(case=case, by=bob, text="Mine.", now=now)
    assert client.get(url(case, "changes"), {"since": seen}).status_code == 204
    cases.note(case=case, by=alice, text="Hers.", now=now)
    told = client.get(url(case, "changes"), {"since": seen})
    assert [entry.note for entry in told.context["changes"]] == ["Hers."]


def fill(case: Case, by: User, count: int, now: datetime) -> None:
    CaseEvent.objects.of(case.workspace_id).bulk_create(
        CaseEvent(
            workspace_id=case.workspace_id, case=case, kind=EventKind.NOTE, by=by, at=now, note=f"Note {n}."
        )
        for n in range(count)
    )


def test_five_hundred_entries_take_as_many_queries_as_five(bob: User, case: Case, now: datetime) -> None:
    client = signed_in(bob)
    taken = []
    for count in (5, 500):
        fill(case, bob, count, now)
        client.get(url(case))
        with CaptureQueriesContext(connection) as captured:
            page = client.get(url(case))
        taken.append(len(captured))
    assert taken[0] == taken[1]
    assert len(page.context["entries"]) == 50


def test_older_entries_follow_without_gap_or_double_through_equal_moments(
    bob: User, case: Case, now: datetime
) -> None:
    fill(case, bob, 120, now)
    client = signed_in(bob)
    expected = list(
        CaseEvent.objects.of(case.workspace_id)
        .filter(case=case)
        .order_by("-at", "-id")
        .values_list("id", flat=True)
    )
    page = client.get(url(case))
    shown = [entry.id for entry in page.context["entries"]]
    while page.context["older_url"]:
        page = client.get(page.context["older_url"].split("#")[0], headers={"HX-Request": "true"})
        shown += [entry.id for entry in page.context["entries"]]
    assert shown == expected


def test_the_page_takes_as_many_queries_for_three_answers_and_earlier_cases_as_for_one(
    acme: Workspace,
    bob: User,
    ines: Contact,
    case: Case,
    cause: RootCause,
    answer: Callable[..., Any],
    now: datetime,
) -> None:
    client = signed_in(bob)

    def queries() -> int:
        client.get(url(case))
        with CaptureQueriesContext(connection) as captured:
            client.get(url(case))
        return len(captured)

    before = queries()
    for score in (2, 4):
        answer(score, now=now, comment="Again.")
    decisions.decide_pending(now=now)
    page = client.get(url(case))
    assert [shown.score for shown in page.context["answers"]] == [3, 2, 4]
    assert queries() == before


def test_earlier_cases_and_the_score_history_are_shown(
    acme: Workspace,
    bob: User,
    ines: Contact,
    case: Case,
    cause: RootCause,
    answer: Callable[..., Any],
    now: datetime,
) -> None:
    cases.resolve(
        case=case,
        by=bob,
        root_cause=cause,
        resolution="Sent.",
        contact={"channel": "CALL", "note": ""},
        now=now,
    )
    answer(1, now=now, comment="Late again.")
    decisions.decide_pending(now=now)
    second = Case.objects.of(acme).exclude(pk=case.pk).get()
    context = signed_in(bob).get(url(second)).context
    assert [other.number for other in context["earlier"]] == [case.number]
    assert [dot.score for dot in context["history"].dots] == [3, 1]


def test_the_visible_sum_is_the_order(bob: User, case: Case) -> None:
    why = signed_in(bob).get(url(case)).context["why"]
    assert (
        why.base_at - timedelta(minutes=sum(part.minutes for part in why.parts))
        == why.rank_at
        == case.rank_at
    )
    assert why.base_at == case.next_due_at


def test_hostile_words_are_shown_and_not_run(
    acme: Workspace, bob: User, open_case: Callable[..., Case], now: datetime
) -> None:
    hostile = contacts.upsert(
        workspace=acme, email="x@customer.example", name="<b onclick=x>", company="</title><script>c</script>",
        attributes={"plan": "<script>d</script>"}, now=now,
    )[0]  # fmt: skip
    case = open_case(contact=hostile, now=now, comment="<script>alert('x')</script>")
    cases.note(case=case, by=bob, text="<script>note</script>", now=now)
    cases.wait(case=case, by=bob, waiting_for="<script>wait</script>", now=now)
    html = signed_in(bob).get(url(case)).content.decode()
    for words in ("<script>alert", "<script>note", "<script>wait", "<script>c", "<script>d", "<b onclick"):
        assert words not in html
    assert "&lt;script&gt;note&lt;/script&gt;" in html


def test_an_anonymous_customer_has_a_page_too(bob: User, acme: Workspace, survey: Any, now: datetime) -> None:
    response = responses.record(
        workspace=acme, survey=survey, contact=None, score=2, now=now, comment="No name."
    )
    decisions.decide_pending(now=now)
    case = Case.objects.of(acme).get(response=response)
    html = signed_in(bob).get(url(case)).content.decode()
    assert "Anonymous customer" in html
    assert "No name." in html


def test_the_cases_of_a_contact_are_a_fragment_for_members_only(
    bob: User, charlie: User, ines: Contact, case: Case, globex: Workspace
) -> None:
    place = f"/w/acme/cases/of-contact/{ines.public_id}/"
    page = signed_in(bob).get(place)
    assert [other.number for other in page.context["earlier"]] == [case.number]
    assert "<html" not in page.content.decode()
    assert signed_in(charlie).get(place).status_code == 404
    assert signed_in(charlie).get(f"/w/globex/cases/of-contact/{ines.public_id}/").status_code == 404


def test_a_number_nobody_has_is_not_found(bob: User) -> None:
    client = signed_in(bob)
    assert client.get("/w/acme/cases/4711/").status_code == 404
    assert client.get("/w/acme/cases/99999999999999999999/").status_code == 404


@pytest.mark.parametrize("is_true", [True, False])
def test_the_word_of_a_form_is_kept_whatever_it_looks_like(bob: User, case: Case, is_true: bool) -> None:
    """A condition in it, true or false, is a word: answered alike, known again as itself, and nothing else."""
    words = [f") AND 4970={4970 + (not is_true)} AND (9311={number}" for number in (9311, 9312)]

    def wait(word: str) -> int:
        form = {"seen": "", "submission": word, "waiting_for": "A part"}
        return signed_in(bob).post(url(case, "wait"), form).status_code

    assert [wait(words[0]), wait(words[0]), wait(words[1])] == [302, 302, 409]
    kept = IdempotencyKey.objects.filter(scope=f"page:{bob.pk}").values_list("key", flat=True)
    assert list(kept) == words[:1]


@pytest.mark.parametrize("is_true", [True, False])
def test_the_reason_of_opening_again_is_kept_whatever_it_looks_like(
    alice: User, case: Case, is_true: bool
) -> None:
    """A condition in it, true or false, is a reason like any other: the same answer, kept word for word."""
    reason = f"words') AND 2320={2320 + (not is_true)} AND ('IxpG'='IxpG"
    cases.dismiss(case=case, by=alice, reason="no complaint", now=timezone.now())
    form = {"seen": "", "submission": "", "reason": reason}
    answers = [signed_in(alice).post(url(case, "reopen"), form).status_code for _turn in range(2)]
    assert answers == [302, 409]
    event = CaseEvent.objects.of(case.workspace_id).filter(case=case, kind=EventKind.REOPENED).latest("id")
    assert event.note == reason


@pytest.mark.parametrize("act", ["wait", "resolve"])
def test_an_own_status_is_chosen_in_the_form_of_the_move(
    acme: Workspace, bob: User, open_case: Callable[..., Case], act: str
) -> None:
    case = open_case(now=datetime.now(UTC))
    category = {"wait": "WAITING", "resolve": "RESOLVED"}[act]
    own = statuses.add(workspace=acme, name="With the carrier", category=category, now=MONDAY_9AM)
    cause = RootCause.objects.of(acme).get(name="Late delivery").public_id
    form = {
        "wait": {"waiting_for": "a photo"},
        "resolve": {"reached": "on", "root_cause": cause, "resolution": "Sent again."},
    }[act]
    client, address = signed_in(bob), f"/w/acme/cases/{case.number}/"
    assert 'name="own_status"' in client.get(f"{address}?act={act}").content.decode()
    assert client.post(f"{address}{act}/", {**form, "own_status": own.public_id}).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.category) == (own, category)


def test_the_status_of_a_case_says_what_it_is_as_usual(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case(now=datetime.now(UTC))
    client, address = signed_in(bob), f"/w/acme/cases/{case.number}/"
    usual = statuses.add(workspace=acme, name="Looked at", category="OPEN", now=MONDAY_9AM)
    own = statuses.add(workspace=acme, name="At the workshop", category="OPEN", now=MONDAY_9AM)

    def offered() -> list[str]:
        field = client.get(address).context["status_form"]["status"]
        return [str(word) for _value, word in field.field.choices]

    assert offered() == ["New (usual)", "Looked at", "At the workshop"]
    statuses.make_default(status=usual, is_default=True)
    assert offered() == ["Looked at (usual)", "At the workshop"]
    assert client.post(f"{address}status/", {"status": own.public_id}).status_code == 302
    assert client.get(address).context["status_form"]["status"].initial == own.public_id
