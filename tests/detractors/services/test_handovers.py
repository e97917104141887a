"""Whoever goes leaves no case behind: it goes to somebody, with a line and a notice."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Act, Role
from accounts.models import AuditEvent, Membership, Team, User, Workspace
from accounts.services import members, people
from accounts.services.people import Heirs
from detractors.enums import EventKind
from detractors.models import Case, CaseEvent, RootCause
from detractors.services import cases, errors, handovers
from outbox.models import OutboundMessage
from surveys.models import Contact
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(hours=1)


@pytest.fixture
def customer(acme: Workspace) -> Callable[[str], Contact]:
    return lambda name: contacts.upsert(
        workspace=acme, email=f"{name}@customer.example", name=name.title(), now=MONDAY_9AM
    )[0]


@pytest.fixture
def of_bob(
    bob: User, open_cases: Callable[..., list[Case]], customer: Callable[[str], Contact]
) -> Callable[[int], list[Case]]:
    """of_bob(3) opens three cases of three customers, all Bob's, and forgets the mails about it."""

    def make(count: int) -> list[Case]:
        made = open_cases([customer(f"customer{index}") for index in range(count)])
        assert {case.owner for case in made} == {bob}
        OutboundMessage.objects.across_workspaces().delete()
        return made

    return make


def hand_over(acme: Workspace, bob: User, *, to: User | None = None, in_turn: bool = False, by: User) -> int:
    return handovers.hand_over(workspace=acme, user=bob, to=to, in_turn=in_turn, by=by, now=LATER)


def owners(acme: Workspace) -> list[User | None]:
    return [case.owner for case in Case.objects.of(acme).select_related("owner").order_by("number")]


def mails(acme: Workspace) -> list[tuple[str, str]]:
    return sorted(OutboundMessage.objects.of(acme).values_list("mail", "to"))


def agent(acme: Workspace, name: str, **facts: object) -> User:
    user = members.ensure_user(email=f"{name}@acme.example", name=name.title(), now=MONDAY_9AM)
    members.add(workspace=acme, user=user, role=Role.AGENT, now=MONDAY_9AM)
    Membership.objects.of(acme).filter(user=user).update(**facts)
    return user


def test_a_colleague_gets_them_with_a_line_each_and_three_mails(
    acme: Workspace, owner: User, alice: User, bob: User, of_bob: Callable[[int], list[Case]]
) -> None:
    made = of_bob(3)
    assert hand_over(acme, bob, to=alice, by=owner) == 3
    assert owners(acme) == [alice] * 3
    assert mails(acme) == [("case_assigned", "alice@acme.example")] * 3
    event = CaseEvent.objects.of(acme).filter(case=made[0]).latest("pk")
    assert (event.kind, event.by, event.note) == (
        EventKind.ASSIGNED, owner, "Handed over from Bob Brown.",
    )  # fmt: skip
    assert event.facts == {"before": "Bob Brown", "to": "Alice Adams", "to_id": alice.pk}
    fresh = Case.objects.of(acme).get(pk=made[0].pk)
    assert (fresh.version, fresh.updated_at, fresh.assigned_because) == (
        made[0].version + 1, LATER, "Handed over from Bob Brown.",
    )  # fmt: skip
    assert fresh.team == Team.objects.of(acme).get()


def test_more_than_three_come_as_one_list(
    acme: Workspace, owner: User, alice: User, bob: User, of_bob: Callable[[int], list[Case]]
) -> None:
    of_bob(4)
    hand_over(acme, bob, to=alice, by=owner)
    assert mails(acme) == [("cases_handed_over", "alice@acme.example")]
    mail = OutboundMessage.objects.of(acme).get()
    assert mail.subject == "4 cases of Bob Brown are yours"
    for number in (1, 2, 3, 4):
        assert f"/w/acme/cases/{number}/" in mail.text
        assert f"/w/acme/cases/{number}/" in mail.html
    assert "Customer0" in mail.text
    assert "more" not in mail.text


def test_who_gives_cases_to_themselves_gets_no_mail(
    acme: Workspace, alice: User, bob: User, of_bob: Callable[[int], list[Case]]
) -> None:
    of_bob(4)
    hand_over(acme, bob, to=alice, by=alice)
    assert (owners(acme), mails(acme)) == ([alice] * 4, [])


def test_nobody_gets_them_and_the_lead_hears_of_it(
    acme: Workspace, owner: User, alice: User, bob: User, of_bob: Callable[[int], list[Case]]
) -> None:
    of_bob(2)
    assert hand_over(acme, bob, by=owner) == 2
    assert owners(acme) == [None, None]
    assert mails(acme) == [("cases_handed_over", "alice@acme.example")]
    assert OutboundMessage.objects.of(acme).get().subject == "2 cases of Bob Brown have no owner now"


def test_when_the_lead_goes_the_managers_or_owners_hear_of_it(
    acme: Workspace, owner: User, alice: User, bob: User, of_bob: Callable[[int], list[Case]]
) -> None:
    of_bob(1)
    hand_over(acme, bob, to=alice, by=owner)
    OutboundMessage.objects.across_workspaces().delete()
    people.leave(membership=Membership.objects.of(acme).get(user=alice), heirs=Heirs(), now=LATER)
    assert mails(acme) == [("cases_handed_over", "olivia@acme.example")]


def test_by_turns_they_are_spread_over_who_is_there(
    acme: Workspace, owner: User, bob: User, of_bob: Callable[[int], list[Case]]
) -> None:
    of_bob(4)
    ann, cem = agent(acme, "ann"), agent(acme, "cem")
    agent(acme, "dan", away_until=LATER.date())
    agent(acme, "eve", takes_cases=False)
    assert hand_over(acme, bob, in_turn=True, by=owner) == 4
    assert sorted(owners(acme), key=lambda user: user.pk) == [ann, ann, cem, cem]
    assert Membership.objects.of(acme).filter(last_assigned_at__gte=LATER).count() == 2


def test_by_turns_nobody_gets_what_they_may_not_see(
    acme: Workspace, owner: User, bob: User, of_bob: Callable[[int], list[Case]]
) -> None:
    of_bob(2)
    agent(acme, "ann", only_touchpoints=["another"])
    cem = agent(acme, "cem")
    hand_over(acme, bob, in_turn=True, by=owner)
    assert owners(acme) == [cem, cem]


def test_by_turns_with_nobody_there_they_wait_unassigned(
    acme: Workspace, owner: User, bob: User, of_bob: Callable[[int], list[Case]]
) -> None:
    of_bob(1)
    hand_over(acme, bob, in_turn=True, by=owner)
    assert owners(acme) == [None]


def test_a_resolved_case_goes_too_and_a_closed_one_stays(
    acme: Workspace, owner: User, alice: User, bob: User, of_bob: Callable[[int], list[Case]]
) -> None:
    solved, dismissed = of_bob(2)
    cases.record_contact(case=solved, by=bob, channel="REPLY", note="Sorry", now=LATER)
    cause = RootCause.objects.of(acme).get(name="Late delivery")
    cases.resolve(case=solved, by=bob, root_cause=cause, resolution="Sent again.", now=LATER)
    cases.dismiss(case=dismissed, by=bob, reason="A test.", now=LATER)
    assert handovers.count(workspace=acme, users=[bob.pk, alice.pk]) == {bob.pk: (0, 1)}
    OutboundMessage.objects.across_workspaces().delete()
    assert hand_over(acme, bob, to=alice, by=owner) == 1
    assert owners(acme) == [alice, bob]
    assert mails(acme) == []  # there is nothing to do about it now


def test_only_who_may_work_on_cases_gets_them(
    acme: Workspace, owner: User, bob: User, charlie: User, of_bob: Callable[[int], list[Case]]
) -> None:
    of_bob(1)
    with pytest.raises(errors.NotAMember):
        hand_over(acme, bob, to=charlie, by=owner)
    assert owners(acme) == [bob]


def test_it_costs_the_same_queries_for_four_and_twelve(
    acme: Workspace, owner: User, alice: User, bob: User, of_bob: Callable[[int], list[Case]]
) -> None:
    ids = [case.pk for case in of_bob(12)]
    counts = []
    for size in (4, 12):
        Case.objects.of(acme).update(owner=None)
        Case.objects.of(acme).filter(pk__in=ids[:size]).update(owner=bob)
        with CaptureQueriesContext(connection) as queries:
            assert hand_over(acme, bob, to=alice, by=owner) == size
        counts.append(len(queries))
    assert counts[0] == counts[1]


# What the people services make of it


@pytest.mark.parametrize("act", [people.deactivate, people.remove])
def test_going_hands_over_and_is_recorded(
    acme: Workspace,
    owner: User,
    alice: User,
    bob: User,
    of_bob: Callable[[int], list[Case]],
    act: Callable[..., int],
) -> None:
    of_bob(2)
    member = Membership.objects.of(acme).get(user=bob)
    assert act(membership=member, by=owner, heirs=Heirs(to=alice), now=LATER) == 2
    assert owners(acme) == [alice, alice]
    event = AuditEvent.objects.of(acme).get(act=Act.CASES_HANDED_OVER)
    assert (event.actor, event.subject_id, event.detail) == (
        owner, str(member.pk), {"user": bob.pk, "cases": 2, "to": alice.pk},
    )  # fmt: skip


def test_going_away_hands_over_only_when_asked(
    acme: Workspace, alice: User, bob: User, of_bob: Callable[[int], list[Case]]
) -> None:
    of_bob(1)
    member = Membership.objects.of(acme).get(user=bob)
    day = LATER.date() + timedelta(days=3)
    assert people.set_away(membership=member, first=None, last=day, by=bob, now=LATER) == 0
    assert owners(acme) == [bob]
    moved = people.set_away(membership=member, first=None, last=day, by=bob, heirs=Heirs(to=alice), now=LATER)
    assert (moved, owners(acme)) == (1, [alice])
    back = people.set_away(membership=member, first=None, last=None, by=bob, heirs=Heirs(), now=LATER)
    assert back == 0


def test_a_failed_hand_over_lets_nobody_go(
    acme: Workspace, owner: User, bob: User, charlie: User, of_bob: Callable[[int], list[Case]]
) -> None:
    of_bob(1)
    member = Membership.objects.of(acme).get(user=bob)
    with pytest.raises(people.NotAMember):
        people.deactivate(membership=member, by=owner, heirs=Heirs(to=charlie), now=LATER)
    member.refresh_from_db()
    assert (member.deactivated_at, owners(acme)) == (None, [bob])
