"""What is promised in a reply or a call becomes a task with its time; it is reminded of, listed and filtered."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User, Workspace
from detractors.enums import EventKind, NotificationKind
from detractors.models import Case, CaseEvent, Notification, Task
from detractors.queries import promised
from detractors.services import closing, promise_keeping, tasks
from detractors.services.errors import Incomplete
from detractors.services.promise_keeping import Kept
from followups.models import Mail, PendingReply
from followups.services import conversations, pending_replies
from tests.conftest import MONDAY_9AM, signed_in
from tests.followups.conftest import LATER
from tests.followups.views.test_conversation import SCRIPT, URL, typed

pytestmark = pytest.mark.django_db
FRIDAY = MONDAY_9AM + timedelta(days=4, hours=8)
LEFT = LATER + pending_replies.UNDO_FOR
PAGE = "/w/acme/promised/"


@pytest.fixture
def agent(bob: User, case: Case) -> Client:
    return signed_in(bob)


def planned(case: Case, by: User, *promises: Kept, **given: Any) -> PendingReply:
    words: dict[str, Any] = {
        "subject": "",
        "body": "I will call you by Friday.",
        "submission": "p1",
        "now": LATER,
    }
    return pending_replies.plan(case=case, by=by, promises=promises, **{**words, **given})


def open_task(case: Case, by: User, due_at: datetime, title: str = "Call Ines", **given: Any) -> Task:
    return tasks.add(
        case=case, title=title, by=by, owner=by, due_at=due_at, is_promise=True, now=LATER, **given
    )


# --- From a reply -------------------------------------------------------------------------------------------------


def test_a_promise_becomes_a_task_of_its_writer_when_the_reply_leaves(case: Case, bob: User) -> None:
    planned(case, bob, Kept("Call Ines", FRIDAY))
    assert not Task.objects.of(case.workspace_id).exists()
    pending_replies.leave_due(now=LEFT)
    task = Task.objects.of(case.workspace_id).get()
    replied = CaseEvent.objects.of(case.workspace_id).get(case=case, kind=EventKind.REPLIED)
    assert (task.title, task.owner, task.due_at, task.is_promise, task.event) == (
        "Call Ines", bob, FRIDAY, True, replied,
    )  # fmt: skip


def test_a_reply_taken_back_promises_nothing(case: Case, bob: User) -> None:
    pending = planned(case, bob, Kept("Call Ines", FRIDAY))
    pending_replies.undo(pending=pending, by=bob, now=LATER)
    pending_replies.leave_due(now=LEFT)
    assert not Task.objects.of(case.workspace_id).exists()


def test_a_promise_whose_time_is_over_is_refused_and_one_that_runs_out_meanwhile_is_noted(
    case: Case, bob: User
) -> None:
    with pytest.raises(Incomplete, match="over already"):
        planned(case, bob, Kept("Call Ines", LATER))
    planned(case, bob, Kept("Call Ines", LEFT + timedelta(seconds=5)))
    pending_replies.leave_due(now=LEFT + timedelta(minutes=1))
    note = CaseEvent.objects.of(case.workspace_id).filter(case=case, kind=EventKind.NOTE).get().note
    assert ("became no task: Call Ines" in note, Task.objects.of(case.workspace_id).exists()) == (True, False)


def test_the_form_offers_what_was_promised_and_keeps_what_is_ticked(agent: Client, case: Case) -> None:
    tomorrow = timezone.localtime() + timedelta(days=1)
    body = (
        f"Dear Ines, I will call you on {tomorrow:%Y-%m-%d} at 23:30. I hope to write on {tomorrow:%Y-%m-%d}."
    )
    part = agent.post(f"{URL}draft/", {"body": body, "act": "preview"}, headers=SCRIPT).content.decode()
    sure, doubtful = f'value="{tomorrow:%Y%m%d}-0"', f'value="{tomorrow:%Y%m%d}-1"'
    assert [f'name="promise" {sure} checked' in part, f'name="promise" {doubtful} checked' in part] == [
        True,
        False,
    ]
    assert "You hope or try: is it a promise?" in part
    key = f"{tomorrow:%Y%m%d}-0"
    chip = {
        "promise": key,
        f"promise-title-{key}": "Ring her",
        f"promise-due-{key}": f"{tomorrow:%Y-%m-%d}T22:15",
    }
    agent.post(f"{URL}reply/", typed(agent.get(URL).content.decode(), body=body, **chip))
    pending = PendingReply.objects.of(case.workspace_id).get()
    assert [(row["title"], row["due_at"][:16]) for row in pending.promises] == [
        ("Ring her", f"{tomorrow:%Y-%m-%d}T22:15")
    ]


def test_what_was_changed_or_unticked_stays_while_somebody_writes_on(agent: Client) -> None:
    tomorrow = timezone.localtime() + timedelta(days=1)
    key, due = f"{tomorrow:%Y%m%d}-0", f"{tomorrow:%Y-%m-%d}T17:00"
    data = {
        "body": f"I will call you on {tomorrow:%Y-%m-%d}. And so on.",
        "act": "preview",
        "promise-seen": key,
        f"promise-was-{key}": f"{due}|something",
        f"promise-due-{key}": f"{tomorrow:%Y-%m-%d}T09:05",
        f"promise-title-{key}": "Ring her",
    }
    part = agent.post(f"{URL}draft/", data, headers=SCRIPT).content.decode()
    assert (f'value="{tomorrow:%Y-%m-%d}T09:05"' in part, 'value="Ring her"' in part) == (True, True)
    assert f'name="promise" value="{key}">' in part


def test_a_time_nobody_can_read_is_said_and_no_word_is_lost(agent: Client, case: Case) -> None:
    chip = {"promise": "20991231-0", "promise-title-20991231-0": "Ring her", "promise-due-20991231-0": "soon"}
    response = agent.post(f"{URL}reply/", typed(agent.get(URL).content.decode(), body="My words", **chip))
    page = response.content.decode()
    assert (response.status_code, "a day and an hour for the promise" in page, "My words" in page) == (
        409, True, True,
    )  # fmt: skip
    assert not PendingReply.objects.of(case.workspace_id).exists()


# --- From a call --------------------------------------------------------------------------------------------------


def test_a_call_note_offers_promises_and_a_logged_call_keeps_them(
    agent: Client, case: Case, bob: User
) -> None:
    tomorrow = timezone.localtime() + timedelta(days=1)
    note = f"Angry. I will send a new lamp by {tomorrow:%Y-%m-%d}."
    part = agent.post("/w/acme/cases/1/promises/", {"note": note}).content.decode()
    key = f"{tomorrow:%Y%m%d}-0"
    assert f'name="promise" value="{key}" checked' in part
    chip = {
        "promise": key,
        f"promise-title-{key}": "Send a lamp",
        f"promise-due-{key}": f"{tomorrow:%Y-%m-%d}T17:00",
    }
    agent.post("/w/acme/cases/1/call/", {"outcome": "REACHED", "note": note, "submission": "c1", **chip})
    task = Task.objects.of(case.workspace_id).get()
    called = CaseEvent.objects.of(case.workspace_id).get(kind=EventKind.CALLED)
    assert (task.title, task.owner, task.event, task.is_promise) == ("Send a lamp", bob, called, True)


# --- Before it is due, and after ----------------------------------------------------------------------------------


def test_its_owner_hears_of_a_promise_before_it_is_due_and_once(
    case: Case, bob: User, acme: Workspace
) -> None:
    open_task(case, bob, FRIDAY)
    told = Notification.objects.of(acme).filter(user=bob, kind=NotificationKind.PROMISE_SOON)
    assert (promise_keeping.remind(now=FRIDAY - timedelta(hours=25)), told.count()) == (0, 0)
    assert (promise_keeping.remind(now=FRIDAY - timedelta(hours=24)), told.count()) == (1, 1)
    assert (promise_keeping.remind(now=FRIDAY - timedelta(hours=23)), told.count()) == (0, 1)


def test_nobody_is_reminded_of_what_is_done_or_over(case: Case, bob: User, acme: Workspace) -> None:
    tasks.done(task=open_task(case, bob, FRIDAY), by=bob, now=LATER)
    open_task(case, bob, FRIDAY - timedelta(days=1))
    assert promise_keeping.remind(now=FRIDAY + timedelta(days=1)) == 0
    assert not Notification.objects.of(acme).filter(kind=NotificationKind.PROMISE_SOON).exists()


def test_the_list_counts_what_is_overdue_due_and_kept_in_time(case: Case, bob: User, acme: Workspace) -> None:
    tasks.done(task=open_task(case, bob, FRIDAY, "Kept"), by=bob, now=FRIDAY)
    tasks.done(task=open_task(case, bob, FRIDAY, "Late"), by=bob, now=FRIDAY + timedelta(seconds=1))
    open_task(case, bob, FRIDAY, "Broken")
    open_task(case, bob, FRIDAY + timedelta(days=9), "Coming")
    now = FRIDAY + timedelta(days=1)
    figures = promised.figures(workspace=acme, now=now)
    assert (figures.overdue, figures.due, figures.kept, figures.fell_due, figures.in_time, figures.percent) == (
        1, 1, 2, 3, 1, 33,
    )  # fmt: skip
    titles = {
        state: [task.title for task in promised.page(workspace=acme, state=state, now=now)]
        for state in promised.STATES
    }
    assert titles == {"overdue": ["Broken"], "due": ["Coming"], "kept": ["Late", "Kept"], "broken": []}


def test_the_pages_are_for_the_people_of_the_workspace(
    case: Case, owner: User, alice: User, bob: User, charlie: User
) -> None:
    soon = timezone.now() + timedelta(days=2)
    open_task(case, bob, soon, "Call Ines about the lamp")
    codes = [signed_in(user).get(PAGE).status_code for user in (owner, alice, bob, charlie)]
    there = [
        "Call Ines about the lamp" in signed_in(user).get(f"{PAGE}?whose={whose}").content.decode()
        for user, whose in ((alice, "mine"), (alice, "all"), (bob, "mine"))
    ]
    found = (
        signed_in(charlie).post("/w/acme/cases/1/promises/", {"note": "I will call by Friday."}).status_code
    )
    assert (codes, there, found) == ([200, 200, 200, 404], [False, True, True], 404)


def test_a_member_with_limits_sees_no_promise_of_a_case_they_may_not_see(
    case: Case, bob: User, alice: User, acme: Workspace
) -> None:
    open_task(case, alice, timezone.now() + timedelta(days=2), "Call Ines about the lamp")
    row = Membership.objects.of(acme).get(user=bob)
    before = signed_in(bob).get(f"{PAGE}?whose=all").content.decode()
    row.only_touchpoints = ["elsewhere"]
    row.save()
    Case.objects.of(acme).update(owner=alice)  # one's own cases are always seen
    after = signed_in(bob).get(f"{PAGE}?whose=all").content.decode()
    assert [("about the lamp" in page) for page in (before, after)] == [True, False]


def test_the_queue_finds_cases_with_promises_that_are_overdue(agent: Client, case: Case, bob: User) -> None:
    open_task(case, bob, FRIDAY)
    shown = [
        f'href="/w/acme/cases/{case.number}/'
        in agent.get(f"/w/acme/cases/?view=open&promised={state}").content.decode()
        for state in ("overdue", "open")
    ]
    Task.objects.of(case.workspace_id).update(due_at=timezone.now() + timedelta(days=3))
    later = (
        f'href="/w/acme/cases/{case.number}/'
        in agent.get("/w/acme/cases/?view=open&promised=overdue").content.decode()
    )
    assert (shown, later) == ([True, True], False)


def test_the_case_says_how_promises_to_this_customer_stand(agent: Client, case: Case, bob: User) -> None:
    tasks.done(task=open_task(case, bob, FRIDAY, "Kept"), by=bob, now=FRIDAY)
    open_task(case, bob, FRIDAY, "Broken")
    page = agent.get("/w/acme/cases/1/").content.decode()
    assert "Promises to this customer kept in time: 1 of 2." in page


def test_closing_asks_for_what_was_promised_in_a_reply(
    case: Case, bob: User, acme: Workspace, resolve: Callable[..., Case]
) -> None:
    planned(case, bob, Kept("Call Ines", FRIDAY))
    pending_replies.leave_due(now=LEFT)
    closing.change(workspace=acme, needs_note=False, needs_issue=False, needs_promises_done=True, now=LATER)
    with pytest.raises(Incomplete, match="Call Ines"):
        resolve(case)
    tasks.done(task=Task.objects.of(acme).get(), by=bob, now=LEFT)
    assert resolve(case).category == "RESOLVED"


def test_a_reply_that_bounces_opens_again_what_it_promised(acme: Workspace, case: Case, bob: User) -> None:
    planned(case, bob, Kept("Call Ines", FRIDAY), Kept("Send the form", FRIDAY))
    pending_replies.leave_due(now=LEFT)
    call, form = Task.objects.of(acme).order_by("pk")
    tasks.done(task=call, by=bob, now=LEFT)
    promise_keeping.give_up(task=form, reason="There is none.", by=bob, now=LEFT)
    message = Mail.objects.of(acme).get(conversation__case=case, by=bob).message
    assert message is not None
    message.state, message.bounced_at, message.sent_at, message.last_error = (
        "SENT",
        LEFT,
        LEFT,
        "550 no such user",
    )
    message.save()
    for _twice in range(2):
        conversations.notice_failure(message=message, now=LEFT + timedelta(minutes=1))
    call.refresh_from_db()
    form.refresh_from_db()
    assert (call.is_done, form.is_done) == (False, True)
    line = CaseEvent.objects.of(acme).get(case=case, kind=EventKind.PROMISE_UNTOLD)
    assert (line.facts["title"], line.note) == ("Call Ines", "The mail server said: 550 no such user")
    told = Notification.objects.of(acme).get(kind=NotificationKind.UNTOLD)
    assert (told.user, told.task) == (bob, call)
