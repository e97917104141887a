from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User, Workspace
from detractors.enums import Category
from detractors.models import CallAppointment, Case, RootCause, Tag, Task
from detractors.services import cases, closing, statuses, tasks
from outbox.models import OutboundMessage
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def case(bob: User, open_case: Callable[..., Case], now: datetime) -> Case:
    return open_case(now=now - timedelta(minutes=1), comment="The parcel came late.")


def url(case: Case, act: str = "") -> str:
    return f"/w/acme/cases/{case.number}/{act + '/' if act else ''}"


def drawn(client: Client, case: Case, act: str) -> dict[str, Any]:
    context = client.get(url(case)).context
    form = context["work_forms"].get(act) or next(
        (panel["form"] for panel in context["panels"] if panel["act"] == act), context["status_form"]
    )
    return {"seen": form["seen"].value(), "submission": form["submission"].value()}


def test_a_task_typed_twice_is_one_and_its_due_time_is_meant_in_the_viewers_zone(
    bob: User, case: Case, now: datetime
) -> None:
    bob.time_zone = "Asia/Tokyo"
    bob.save()
    client = signed_in(bob)
    day = (now + timedelta(days=2)).date()
    words = {
        **drawn(client, case, "task_add"),
        "title": "Ask the depot",
        "due_at": f"{day}T09:30",
        "is_promise": "on",
    }
    assert "Time in Asia/Tokyo" in client.get(url(case)).content.decode()
    answers = [client.post(url(case, "tasks"), words) for _click in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    task = Task.objects.of(case.workspace_id).get()
    assert (task.due_at, task.is_promise) == (datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC), True)


def test_what_was_typed_is_kept_when_it_does_not_go_through(bob: User, case: Case) -> None:
    client = signed_in(bob)
    words = {**drawn(client, case, "task_add"), "title": "Ask the depot", "due_at": "2020-01-01T09:30"}
    answer = client.post(url(case, "tasks"), words)
    html = answer.content.decode()
    assert (answer.status_code, 'value="Ask the depot"' in html, "This time is over already." in html) == (
        409, True, True,
    )  # fmt: skip


def test_the_resolve_form_names_what_is_missing_and_keeps_what_was_typed(
    acme: Workspace, bob: User, case: Case, now: datetime
) -> None:
    closing.change(workspace=acme, needs_note=True, needs_issue=True, needs_promises_done=True, now=now)
    cases.record_contact(case=case, by=bob, channel="REPLY", note="Sorry!", now=now)
    tasks.add(case=case, title="Refund her", by=bob, blocks_resolving=True, now=now)
    client = signed_in(bob)
    assert "Refund her" in client.get(url(case) + "?act=resolve").content.decode()
    cause = RootCause.objects.of(acme).get(name="Late delivery")
    words = {
        "root_cause": cause.public_id,
        "resolution": "Sent again by express.",
        "note": "The depot moved.",
    }
    refused = client.post(url(case, "resolve"), {**drawn(client, case, "resolve"), **words})
    html = refused.content.decode()
    assert (refused.status_code, refused.context["open_act"]) == (409, "resolve")
    for said in (
        "Sent again by express.",
        "The depot moved.",
        "Write what is really behind the complaint",
        "Refund her",
    ):
        assert said in html
    case.refresh_from_db()
    assert case.category == Category.OPEN


def test_a_status_is_chosen_in_the_head_of_the_case_and_shown_in_the_queue(
    acme: Workspace, bob: User, case: Case, now: datetime
) -> None:
    client = signed_in(bob)
    assert client.get(url(case)).context["status_form"] is None
    digging = statuses.add(workspace=acme, name="Digging", category="OPEN", now=now)
    answer = client.post(url(case, "status"), {**drawn(client, case, "status"), "status": digging.public_id})
    assert answer.status_code == 302
    assert "Digging" in client.get(url(case)).content.decode()
    assert "Digging" in client.get(f"/w/acme/cases/?own={digging.public_id}").content.decode()


def test_tags_snooze_and_watching_each_take_one_press(acme: Workspace, bob: User, case: Case) -> None:
    client = signed_in(bob)
    client.post(url(case, "tags"), {**drawn(client, case, "tag"), "tags": "Carrier, cargo bike"})
    assert sorted(Tag.objects.of(acme).values_list("name", flat=True)) == ["Carrier", "cargo bike"]
    refused = client.post(url(case, "snooze"), drawn(client, case, "snooze"))
    assert (refused.status_code, "Choose a time" in refused.content.decode()) == (422, True)
    client.post(url(case, "snooze"), {**drawn(client, case, "snooze"), "on_answer": "on"})
    case.refresh_from_db()
    assert (case.is_snoozed, case.snoozed_until) == (True, None)
    html = client.get(url(case)).content.decode()
    assert ("snoozed until the customer answers" in html, "a snooze stops no promise" in html) == (True, True)
    client.post(url(case, "wake"))
    client.post(url(case, "watch"), {"on": "1"})
    case.refresh_from_db()
    assert (case.is_snoozed, case.watchers.count()) == (False, 1)


def test_a_call_back_is_planned_and_leaves_for_a_calendar(bob: User, case: Case, now: datetime) -> None:
    client = signed_in(bob)
    at = (now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    words = {"at": at, "minutes": "20", "remind_minutes": "15", "note": "About the refund"}
    assert (
        client.post(url(case, "call-backs"), {**drawn(client, case, "call_plan"), **words}).status_code == 302
    )
    call = CallAppointment.objects.of(case.workspace_id).get()
    file = client.get(url(case, f"call-backs/{call.public_id}") + "call.ics")
    assert (file["Content-Type"], b"DESCRIPTION:About the refund\r\n" in file.content) == (
        "text/calendar; charset=utf-8", True,
    )  # fmt: skip
    client.post(
        url(case, f"call-backs/{call.public_id}"), {"act": "made", "outcome": "REACHED", "note": "Glad."}
    )
    call.refresh_from_db()
    assert call.done_at is not None
    mine = client.get("/w/acme/mine/")
    assert (mine.status_code, mine.context["coming_calls"]) == (200, [])


def test_my_work_shows_my_tasks_on_cases_i_may_see_and_a_press_does_one(
    alice: User, bob: User, case: Case, now: datetime
) -> None:
    mine = tasks.add(case=case, title="Mine", owner=bob, by=alice, now=now)
    tasks.add(case=case, title="Hers", owner=alice, by=bob, now=now)
    client = signed_in(bob)
    html = client.get("/w/acme/mine/").content.decode()
    assert ("Mine" in html, "Hers" in html) == (True, False)
    answer = client.post(url(case, f"tasks/{mine.public_id}"), {"act": "done", "next": "mine"})
    assert answer["Location"] == "/w/acme/mine/"
    assert "Mine" not in client.get("/w/acme/mine/").content.decode()
    assert client.get("/w/acme/mine/brief/").content.strip() == b""


def test_the_page_of_a_helper_changes_nothing_by_looking_and_takes_one_answer(
    acme: Workspace, bob: User, case: Case, now: datetime
) -> None:
    task = tasks.add(
        case=case, title="When was it scanned?", by=bob, helper_email="depot@supplier.example", now=now
    )
    path, anybody = f"/task/{task.link}/", Client()
    for _look in range(2):
        page = anybody.get(path)
        assert (page.status_code, "When was it scanned?" in page.content.decode()) == (200, True)
    assert ("Ines" in page.content.decode(), page["Referrer-Policy"]) == (False, "no-referrer")
    task.refresh_from_db()
    assert task.done_at is None
    assert anybody.post(path, {"words": " "}).status_code == 422
    assert anybody.post(path, {"words": "On Friday."}).status_code == 200
    task.refresh_from_db()
    assert task.answer == "On Friday."
    assert [anybody.get(path).status_code, anybody.get("/task/nothing/").status_code] == [410, 404]
    assert "On Friday." in signed_in(bob).get(url(case)).content.decode()
    assert OutboundMessage.objects.of(acme).filter(mail="task_question").count() == 1


def test_a_merge_is_previewed_made_and_undone_by_press(
    acme: Workspace, bob: User, case: Case, open_case: Callable[..., Case], now: datetime
) -> None:
    other = open_case(contact=None, now=now, comment="Anonymous, but the same parcel.")
    client = signed_in(bob)
    found = client.get(url(case, "merge"), {"q": "same parcel"}).context["candidates"]
    assert [row.number for row in found] == [other.number]
    preview = client.get(url(case, "merge"), {"with": other.number}).content.decode()
    assert ("Not the same customer" in preview, Case.objects.of(acme).open().count()) == (True, 2)
    client.post(url(case, "merge"), {"with": other.number})
    html = client.get(url(case)).content.decode()
    assert ("Anonymous, but the same parcel." in html, f"from case #{other.number}" in html) == (True, True)
    client.post(url(case, "merge/undo"), {"with": other.number})
    assert Case.objects.of(acme).open().count() == 2


def test_settings_of_statuses_closing_and_tags_do_what_they_say(acme: Workspace, owner: User) -> None:
    client = signed_in(owner)
    place = "/w/acme/settings/"
    assert (
        client.post(f"{place}statuses/", {"act": "add", "name": "Triage", "category": "OPEN"}).status_code
        == 302
    )
    twice = client.post(f"{place}statuses/", {"act": "add", "name": "triage", "category": "OPEN"})
    assert (twice.status_code, "is there already" in twice.content.decode()) == (422, True)
    status = acme_status(acme)
    client.post(f"{place}statuses/", {"act": "usual", "status": status.public_id})
    assert acme_status(acme).is_default is True
    client.post(f"{place}closing/", {"needs_note": "on"})
    assert closing.discipline(workspace=acme).needs_note is True
    client.post(f"{place}tags/", {"act": "add", "name": "Carrier", "colour": "warning"})
    twice = client.post(f"{place}tags/", {"act": "add", "name": "carrier", "colour": "bad"})
    assert (twice.status_code, "is there already" in twice.content.decode()) == (422, True)
    tag = Tag.objects.of(acme).get()
    client.post(f"{place}tags/", {"act": "change", "tag": tag.public_id, "name": "Courier", "colour": "bad"})
    tag.refresh_from_db()
    assert (tag.name, tag.colour) == ("Courier", "bad")
    client.post(f"{place}tags/", {"act": "add", "name": "Late", "colour": "good"})
    refused = client.post(
        f"{place}tags/", {"act": "change", "tag": tag.public_id, "name": "late", "colour": "info"}
    )
    assert refused.status_code == 422
    assert (
        'value="late"' in refused.content.decode(),
        '<option value="info" selected>' in refused.content.decode(),
    ) == (True, True)


def acme_status(acme: Workspace) -> Any:
    from detractors.queries import statuses as queries

    return queries.everything(workspace=acme)[0]
