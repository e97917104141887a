from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Team, User, Workspace
from accounts.rules.sight import EVERYTHING
from detractors.enums import BulkAct
from detractors.models import BulkAction, Case, CaseEvent, CaseTag, RootCause
from detractors.services import bulk, cases, statuses, tags
from detractors.services.errors import MoveNotAllowed
from outbox.models import OutboundMessage
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)


@pytest.fixture
def three(acme: Workspace, bob: User, open_cases: Callable[..., list[Case]]) -> list[Case]:
    """Three cases of Bob's."""
    return open_cases(
        [
            contacts.upsert(workspace=acme, email=f"c{n}@customer.example", name=f"C{n}", now=MONDAY_9AM)[0]
            for n in range(3)
        ]
    )


def do(acme: Workspace, by: User, found: list[Case], act: str, **given: Any) -> bulk.Result:
    numbers = [case.number for case in found]
    return bulk.act(workspace=acme, by=by, sight=EVERYTHING, numbers=numbers, act=act, given=given, now=LATER)


def owners(acme: Workspace) -> list[int | None]:
    return list(Case.objects.of(acme).order_by("number").values_list("owner", flat=True))


def test_many_are_assigned_and_each_has_its_line_and_its_mail(
    acme: Workspace, alice: User, bob: User, three: list[Case]
) -> None:
    before = OutboundMessage.objects.of(acme).count()
    result = do(acme, bob, three, BulkAct.ASSIGN, owner=alice)
    assert (result.done, result.left, owners(acme)) == (3, [], [alice.pk] * 3)
    assert CaseEvent.objects.of(acme).filter(kind="ASSIGNED", by=bob).count() == 3
    assert OutboundMessage.objects.of(acme).count() == before + 3


def test_undoing_brings_back_owner_and_team_and_writes_to_nobody(
    acme: Workspace, alice: User, bob: User, three: list[Case]
) -> None:
    second = Team(workspace=acme, name="Second line", created_at=MONDAY_9AM)
    second.save()
    Case.objects.of(acme).filter(pk=three[0].pk).update(team=second)
    result = do(acme, alice, three, BulkAct.ASSIGN, owner=alice)
    mails = OutboundMessage.objects.of(acme).count()
    undone = bulk.undo(action=result.action, by=alice, sight=EVERYTHING, now=LATER)
    three[0].refresh_from_db()
    assert (undone.done, undone.left, owners(acme), three[0].team) == (3, [], [bob.pk] * 3, second)
    assert OutboundMessage.objects.of(acme).count() == mails


def test_undoing_leaves_what_somebody_has_touched_since_and_says_who(
    acme: Workspace, alice: User, bob: User, three: list[Case]
) -> None:
    result = do(acme, alice, three, BulkAct.ASSIGN, owner=alice)
    cases.note(case=three[1], by=bob, text="I called her.", now=LATER)
    undone = bulk.undo(action=result.action, by=alice, sight=EVERYTHING, now=LATER)
    assert owners(acme) == [bob.pk, alice.pk, bob.pk]
    assert [(one.number, one.why) for one in undone.left] == [
        (three[1].number, "Bob Brown has worked on it since.")
    ]
    again = bulk.undo(action=result.action, by=alice, sight=EVERYTHING, now=LATER)
    assert (again.done, owners(acme)) == (0, [bob.pk, alice.pk, bob.pk])


def test_only_who_did_it_takes_it_back(acme: Workspace, alice: User, bob: User, three: list[Case]) -> None:
    result = do(acme, alice, three, BulkAct.ASSIGN, owner=alice)
    with pytest.raises(MoveNotAllowed):
        bulk.undo(action=result.action, by=bob, sight=EVERYTHING, now=LATER)
    assert owners(acme) == [alice.pk] * 3


def test_waiting_is_begun_and_taken_back(acme: Workspace, bob: User, three: list[Case]) -> None:
    cases.wait(case=three[2], by=bob, waiting_for="a photo", now=MONDAY_9AM)
    result = do(acme, bob, three, BulkAct.WAIT, waiting_for="the carrier's answer")
    assert (result.done, [one.number for one in result.left]) == (2, [three[2].number])
    assert Case.objects.of(acme).filter(category="WAITING").count() == 3
    bulk.undo(action=result.action, by=bob, sight=EVERYTHING, now=LATER)
    waiting = Case.objects.of(acme).get(category="WAITING")
    assert (waiting.number, waiting.waiting_for) == (three[2].number, "a photo")


def test_one_cause_resolves_those_whose_customer_was_spoken_to(
    acme: Workspace, bob: User, three: list[Case]
) -> None:
    for case in three[:2]:
        cases.record_contact(case=case, by=bob, channel="CALL", note="Sorry.", now=MONDAY_9AM)
    cause = RootCause.objects.of(acme).get(name="Late delivery")
    result = do(acme, bob, three, BulkAct.RESOLVE, root_cause=cause, resolution="Sent again.")
    assert (result.done, [one.number for one in result.left]) == (2, [three[2].number])
    assert Case.objects.of(acme).filter(category="RESOLVED", root_cause=cause).count() == 2
    bulk.undo(action=result.action, by=bob, sight=EVERYTHING, now=LATER)
    assert Case.objects.of(acme).filter(category="OPEN").count() == 3


def test_an_act_in_parts_is_one_act(acme: Workspace, alice: User, bob: User, three: list[Case]) -> None:
    first = do(acme, alice, three[:1], BulkAct.ASSIGN, owner=alice)
    bulk.act(
        workspace=acme, by=alice, sight=EVERYTHING, numbers=[case.number for case in three[1:]], act=BulkAct.ASSIGN,
        given={"owner": alice}, now=LATER, action=first.action,
    )  # fmt: skip
    action = BulkAction.objects.of(acme).get()
    changed = [change["number"] for part in action.parts.order_by("pk") for change in part.changes]
    assert (changed, action.rows_changed) == ([case.number for case in three], 3)
    bulk.undo(action=action, by=alice, sight=EVERYTHING, now=LATER)
    assert owners(acme) == [bob.pk] * 3


def test_what_is_remembered_holds_no_words(acme: Workspace, bob: User, three: list[Case]) -> None:
    do(acme, bob, three, BulkAct.WAIT, waiting_for="a photo from Ines")
    action = BulkAction.objects.of(acme).get()
    assert "photo" not in str([action.wanted, action.given, *(part.changes for part in action.parts.all())])


@pytest.mark.parametrize("act", ["PRIORITY", "TAG", "SNOOZE"])
def test_priority_tag_and_snooze_are_given_to_many_and_taken_back(
    acme: Workspace, alice: User, three: list[Case], act: str
) -> None:
    given: dict[str, Any] = {
        "PRIORITY": {"priority": "URGENT"}, "TAG": {"tag": "Carrier"}, "SNOOZE": {"until": None},
    }  # fmt: skip
    met: dict[str, Any] = {
        "PRIORITY": {"priority": "URGENT"}, "TAG": {"tagged__tag__name": "Carrier"},
        "SNOOZE": {"snoozed_at": LATER},
    }  # fmt: skip
    if act == "TAG":
        tags.put(case=three[0], names=["Carrier", "VIP"], by=alice, now=MONDAY_9AM)
    result = do(acme, alice, three, act, **given[act])
    left = [three[0].number] if act == "TAG" else []
    assert ([one.number for one in result.left], Case.objects.of(acme).filter(**met[act]).count()) == (
        left,
        3,
    )
    bulk.undo(action=result.action, by=alice, sight=EVERYTHING, now=LATER)
    assert Case.objects.of(acme).filter(**met[act]).count() == len(left)


def test_a_tag_is_taken_off_many_and_put_on_again(acme: Workspace, alice: User, three: list[Case]) -> None:
    for case in three[:2]:
        tags.put(case=case, names=["Carrier", "VIP"], by=alice, now=MONDAY_9AM)
    result = do(acme, alice, three, BulkAct.UNTAG, tag="carrier")
    having = lambda: CaseTag.objects.of(acme).filter(tag__name="Carrier").count()  # noqa: E731
    assert (result.done, [one.number for one in result.left], having()) == (2, [three[2].number], 0)
    bulk.undo(action=result.action, by=alice, sight=EVERYTHING, now=LATER)
    assert having() == 2


def test_an_own_status_comes_with_the_move_and_must_be_of_its_category(
    acme: Workspace, bob: User, three: list[Case]
) -> None:
    waits = statuses.add(workspace=acme, name="With the carrier", category="WAITING", now=MONDAY_9AM)
    over = statuses.add(workspace=acme, name="Refunded", category="RESOLVED", now=MONDAY_9AM)
    refused = do(acme, bob, three[:1], BulkAct.WAIT, waiting_for="a photo", status=over)
    done = do(acme, bob, three[:1], BulkAct.WAIT, waiting_for="a photo", status=waits)
    case = Case.objects.of(acme).get(pk=three[0].pk)
    assert (refused.done, done.done, case.status, case.category) == (0, 1, waits, "WAITING")
