from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Membership, Team, User, Workspace
from core.tokens import link_token
from detractors.enums import EventKind, NotificationKind
from detractors.models import Case, CaseEvent, Notification, Task
from detractors.services import tasks
from detractors.services.errors import Incomplete, MoveNotAllowed, NotAMember
from outbox.models import OutboundMessage
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)
NOON = MONDAY_9AM + timedelta(hours=3)
END_OF_TIME = MONDAY_9AM.replace(year=9999, month=12, day=31)  # west of Greenwich it is the year 10000 in UTC


@pytest.fixture
def case(bob: User, open_case: Callable[..., Case]) -> Case:
    return open_case()


def told(user: User) -> list[str]:
    rows = Notification.objects.across_workspaces().filter(user=user).order_by("id")
    return list(rows.values_list("kind", flat=True))


def asked(case: Case, by: User, **more: object) -> Task:
    facts = {"title": "When was it scanned?", "helper_email": "Depot@supplier.example", "helper_name": "Dana"}
    return tasks.add(case=case, by=by, now=LATER, **{**facts, **more})  # type: ignore[arg-type]


def test_a_task_is_added_done_and_not_done_after_all_with_a_line_each(
    acme: Workspace, alice: User, bob: User, case: Case
) -> None:
    task = tasks.add(case=case, title="  Ask the   depot ", owner=alice, by=bob, due_at=NOON, now=LATER)
    for _press in range(2):
        task = tasks.done(task=task, by=bob, now=LATER)
    assert (task.title, task.done_at, task.done_by) == ("Ask the depot", LATER, bob)
    task = tasks.undone(task=task, by=bob, now=LATER)
    assert (task.done_at, task.done_by) == (None, None)
    kinds = CaseEvent.objects.of(acme).filter(case=case, kind__startswith="TASK").order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == [
        EventKind.TASK_ADDED, EventKind.TASK_DONE, EventKind.TASK_UNDONE,
    ]  # fmt: skip
    assert (told(alice), told(bob)) == ([NotificationKind.TASK_GIVEN], [])


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"title": " "}, "title"), ({"due_at": MONDAY_9AM}, "due_at"), ({"due_at": END_OF_TIME}, "due_at"), ({"helper_email": "alice@acme.example"}, "helper_email")],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_its_field(
    alice: User, bob: User, case: Case, facts: dict[str, object], field: str
) -> None:
    with pytest.raises(Incomplete) as caught:
        tasks.add(case=case, by=bob, now=LATER, **{"title": "Ask", **facts})  # type: ignore[arg-type]
    assert (caught.value.field, Task.objects.across_workspaces().count()) == (field, 0)


def test_a_stranger_is_given_no_task(bob: User, charlie: User, case: Case) -> None:
    with pytest.raises(NotAMember):
        tasks.add(case=case, title="Ask", owner=charlie, by=bob, now=LATER)


def test_who_is_overdue_is_told_once_and_in_order(alice: User, bob: User, case: Case) -> None:
    first = tasks.add(case=case, title="First", owner=alice, by=bob, due_at=NOON, now=LATER)
    second = tasks.add(
        case=case, title="Second", owner=alice, by=bob, due_at=NOON + timedelta(minutes=5), now=LATER
    )
    done = tasks.add(case=case, title="Done", owner=alice, by=bob, due_at=NOON, now=LATER)
    tasks.done(task=done, by=bob, now=LATER)
    assert tasks.tell_overdue(now=NOON) == 0  # it may be done up to its moment
    late = NOON + timedelta(hours=6)
    assert [tasks.tell_overdue(now=late) for _turn in range(3)] == [2, 0, 0]
    rows = Notification.objects.across_workspaces().filter(kind=NotificationKind.TASK_OVERDUE).order_by("id")
    assert [(row.user_id, row.task_id) for row in rows] == [(alice.pk, first.pk), (alice.pk, second.pk)]
    tasks.undone(task=tasks.done(task=first, by=bob, now=late), by=bob, now=late)
    assert tasks.tell_overdue(now=late) == 0


def test_a_task_of_nobody_is_told_to_who_added_it_and_to_the_owner_of_the_case(
    alice: User, bob: User, case: Case
) -> None:
    tasks.add(case=case, title="Ask", by=alice, due_at=NOON, now=LATER)
    tasks.tell_overdue(now=NOON + timedelta(minutes=1))
    assert (told(alice), told(bob)) == ([NotificationKind.TASK_OVERDUE], [NotificationKind.TASK_OVERDUE])


def test_somebody_outside_is_asked_by_mail_and_their_words_end_the_task(
    acme: Workspace, alice: User, bob: User, case: Case
) -> None:
    task = asked(case, alice)
    mail = OutboundMessage.objects.of(acme).get(mail="task_question")
    assert (mail.to, mail.about) == ("depot@supplier.example", f"case:{case.pk}")
    assert (f"/task/{task.link}/" in mail.text, "When was it scanned?" in mail.text) == (True, True)
    assert tasks.find(token=task.link, now=NOON).pk == task.pk
    answered = tasks.answer(token=task.link, words="At noon on Friday.", now=NOON)
    assert (answered.done_at, answered.done_by, answered.answer) == (NOON, None, "At noon on Friday.")
    line = CaseEvent.objects.of(acme).filter(case=case).latest("id")
    assert (line.kind, line.by, line.note, line.facts["helper"]) == (
        EventKind.TASK_ANSWERED, None, "At noon on Friday.", "Dana",
    )  # fmt: skip
    assert (told(alice), told(bob)) == ([NotificationKind.TASK_ANSWERED], [NotificationKind.TASK_ANSWERED])
    with pytest.raises(tasks.Closed) as caught:
        tasks.answer(token=task.link, words="Or Saturday.", now=NOON)
    assert caught.value.state == "ANSWERED"


def test_a_link_ends_by_time_by_being_taken_back_and_by_a_newer_one(bob: User, case: Case) -> None:
    task = asked(case, bob)
    with pytest.raises(tasks.Closed) as caught:
        tasks.find(token=task.link, now=LATER + tasks.LINK_LIFE)
    assert caught.value.state == "EXPIRED"
    revoked = tasks.revoke(task=task, by=bob, now=NOON)
    for token in (task.link, revoked.link):
        with pytest.raises(tasks.Closed) as caught:
            tasks.answer(token=token, words="Noon.", now=NOON)
        assert caught.value.state == "REVOKED"
    again = tasks.ask_again(task=task, by=bob, now=NOON)
    with pytest.raises(tasks.Unknown):
        tasks.answer(token=task.link, words="Noon.", now=NOON)
    assert tasks.answer(token=again.link, words="Noon.", now=NOON).is_done


@pytest.mark.parametrize("token", ["", "x" * 44, link_token("case", "n" * 22), link_token("task", "n" * 22)])
def test_a_token_that_is_not_of_a_task_opens_nothing(case: Case, token: str) -> None:
    with pytest.raises(tasks.Unknown):
        tasks.find(token=token, now=NOON)


def test_a_dropped_task_takes_its_link_with_it(bob: User, case: Case) -> None:
    task = asked(case, bob)
    tasks.drop(task=task, by=bob, now=NOON)
    with pytest.raises(tasks.Unknown):
        tasks.find(token=task.link, now=NOON)
    with pytest.raises(MoveNotAllowed):
        tasks.done(task=task, by=bob, now=NOON)


def test_nobody_is_told_of_a_case_they_may_not_see(
    acme: Workspace, alice: User, bob: User, owner: User, case: Case
) -> None:
    other = Team(workspace=acme, name="Elsewhere", created_at=MONDAY_9AM)
    other.save()
    Case.objects.of(acme).update(team=other, owner=owner)
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    tasks.add(case=case, title="Ask", owner=bob, by=alice, due_at=NOON, now=LATER)
    tasks.tell_overdue(now=NOON + timedelta(minutes=1))
    assert told(bob) == []
