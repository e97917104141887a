from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.enums import Role
from accounts.models import Membership, User, Workspace
from accounts.services import members
from detractors.enums import EventKind, TimerKind
from detractors.models import Case, CaseEvent, RootCause, SlaTimer
from detractors.services import cases, errors, sla
from outbox.models import OutboundMessage
from surveys.models import Contact
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(minutes=10)


@pytest.fixture
def cause(acme: Workspace) -> RootCause:
    return RootCause.objects.of(acme).get(name="Late delivery")


def last_event(case: Case) -> CaseEvent:
    return CaseEvent.objects.of(case.workspace_id).filter(case=case).latest("id")


def resolved(case: Case, by: User, cause: RootCause) -> Case:
    cases.record_contact(case=case, by=by, channel="REPLY", note="Sorry!", now=LATER)
    return cases.resolve(
        case=case, by=by, root_cause=cause, resolution="A new parcel is on its way.", now=LATER
    )


def test_the_first_claim_wins_and_the_second_is_told_who(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    Membership.objects.of(acme).update(takes_cases=False)
    case = open_case()
    assert cases.claim(case=case, by=bob, now=LATER).owner == bob
    assert cases.claim(case=case, by=bob, now=LATER).owner == bob
    with pytest.raises(errors.AlreadyClaimed) as caught:
        cases.claim(case=case, by=alice, now=LATER)
    assert caught.value.owner_name == "Bob Brown"


@pytest.mark.django_db(transaction=True)
def test_sixteen_racers_claim_and_one_wins(
    acme: Workspace, owner: User, open_case: Callable[..., Case]
) -> None:
    Membership.objects.of(acme).update(takes_cases=False)
    case = open_case()
    people = []
    for index in range(16):
        user = members.ensure_user(email=f"agent{index}@acme.example", now=MONDAY_9AM)
        members.add(workspace=acme, user=user, role=Role.AGENT, now=MONDAY_9AM)
        people.append(user)
    barrier, outcomes = Barrier(16), []

    def race(user: User) -> None:
        barrier.wait()
        try:
            cases.claim(case=case, by=user, now=LATER)
            outcomes.append(user.pk)
        except errors.AlreadyClaimed:
            outcomes.append(None)
        connection.close()

    threads = [Thread(target=race, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [winner for winner in outcomes if winner]
    case.refresh_from_db()
    assert (len(outcomes), winners) == (16, [case.owner_id])


def test_assigning_tells_the_new_owner_and_only_members_can_own(
    acme: Workspace, alice: User, bob: User, charlie: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    cases.assign(case=case, owner=alice, by=bob, now=LATER, because="She knows the customer.")
    case.refresh_from_db()
    assert (case.owner, last_event(case).facts["before"]) == (alice, "Bob Brown")
    assert OutboundMessage.objects.of(acme).filter(mail="case_assigned", to=alice.email).count() == 1
    with pytest.raises(errors.NotAMember):
        cases.assign(case=case, owner=charlie, by=bob, now=LATER)


def test_an_empty_note_is_refused_and_names_the_field(bob: User, open_case: Callable[..., Case]) -> None:
    with pytest.raises(errors.Incomplete) as caught:
        cases.note(case=open_case(), by=bob, text="  ", now=LATER)
    assert caught.value.field == "text"


def test_the_issue_under_the_complaint_is_kept_once(bob: User, open_case: Callable[..., Case]) -> None:
    case = open_case(comment="Late again")
    for _press in range(2):
        cases.note_issue(
            case=case, by=bob, stated_complaint="Late again", underlying_issue="Wrong depot", now=LATER
        )
    case.refresh_from_db()
    assert (case.stated_complaint, case.underlying_issue) == ("Late again", "Wrong depot")
    assert CaseEvent.objects.of(case.workspace_id).filter(kind=EventKind.ISSUE_NOTED).count() == 1


def test_resolving_needs_cause_words_and_a_contact(
    bob: User, open_case: Callable[..., Case], cause: RootCause
) -> None:
    case = open_case()
    with pytest.raises(errors.Incomplete) as caught:
        cases.resolve(case=case, by=bob, root_cause=cause, resolution="Sent again.", now=LATER)
    assert caught.value.field == "contact"
    cases.record_contact(case=case, by=bob, channel="REPLY", note="Sorry!", now=LATER)
    with pytest.raises(errors.Incomplete) as caught:
        cases.resolve(case=case, by=bob, root_cause=None, resolution="Sent again.", now=LATER)
    assert caught.value.field == "root_cause"
    with pytest.raises(errors.Incomplete) as caught:
        cases.resolve(case=case, by=bob, root_cause=cause, resolution=" ", now=LATER)
    assert caught.value.field == "resolution"


def test_resolving_in_one_act_with_a_call(
    acme: Workspace, bob: User, open_case: Callable[..., Case], cause: RootCause
) -> None:
    case = cases.resolve(
        case=open_case(),
        by=bob,
        root_cause=cause,
        resolution="Sent again.",
        contact={"channel": "CALL"},
        now=LATER,
    )
    assert (case.category, case.resolved_by, case.contacted_at) == ("RESOLVED", bob, LATER)
    assert list(SlaTimer.objects.of(acme).values_list("met_at", flat=True)) == [LATER, LATER]
    with pytest.raises(errors.MoveNotAllowed):
        cases.resolve(case=case, by=bob, root_cause=cause, resolution="Again.", now=LATER)


def test_an_attempted_call_does_not_resolve(
    bob: User, open_case: Callable[..., Case], cause: RootCause
) -> None:
    case = open_case()
    with pytest.raises(errors.Incomplete):
        cases.resolve(
            case=case,
            by=bob,
            root_cause=cause,
            resolution="x",
            contact={"channel": "CALL", "outcome": "VOICEMAIL"},
            now=LATER,
        )
    case.refresh_from_db()
    assert case.category == "OPEN"
    assert EventKind.CALLED not in CaseEvent.objects.of(case.workspace_id).values_list("kind", flat=True)


def test_a_cause_of_another_workspace_is_refused(
    bob: User, globex: Workspace, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    cases.record_contact(case=case, by=bob, channel="REPLY", note="Sorry!", now=LATER)
    foreign = RootCause.objects.of(globex).get(name="Late delivery")
    with pytest.raises(errors.Incomplete):
        cases.resolve(case=case, by=bob, root_cause=foreign, resolution="Sent again.", now=LATER)


def test_reopening_promises_a_resolution_anew(
    acme: Workspace, bob: User, open_case: Callable[..., Case], cause: RootCause
) -> None:
    case = resolved(open_case(), bob, cause)
    again = LATER + timedelta(days=1)
    case = sla.customer_wrote(case=case, at=again, now=again)
    case = cases.reopen(case=case, by=bob, reason="It broke again", now=again)
    assert (case.category, case.reopened_count, case.resolved_at) == ("OPEN", 1, None)
    running = SlaTimer.objects.of(acme).get(met_at__isnull=True)
    assert (running.kind, running.started_at) == (TimerKind.RESOLUTION, again)


def test_resolving_or_dismissing_and_opening_again_ourselves_wins_no_time(
    acme: Workspace, bob: User, open_case: Callable[..., Case], cause: RootCause
) -> None:
    case = open_case()
    rows = SlaTimer.objects.of(acme).filter(case=case, met_at__isnull=True, cancelled_at__isnull=True)
    before = dict(rows.values_list("kind", "due_at"))
    case = cases.dismiss(case=case, by=bob, reason="A test", now=MONDAY_9AM + timedelta(minutes=59))
    case = cases.reopen(case=case, by=bob, reason="It was none", now=MONDAY_9AM + timedelta(minutes=59))
    assert dict(rows.values_list("kind", "due_at")) == before
    case = resolved(case, bob, cause)
    case = cases.reopen(case=case, by=bob, reason="Not done", now=LATER)
    assert dict(rows.values_list("kind", "due_at")) == {"RESOLUTION": before["RESOLUTION"]}
    assert last_event(case).facts["goes_on"] is True


def test_dismissing_what_was_missed_unseen_keeps_it_missed(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    late = MONDAY_9AM + timedelta(minutes=61)
    cases.dismiss(case=open_case(), by=bob, reason="A test", now=late)
    [timer] = SlaTimer.objects.of(acme).filter(breached_at__isnull=False)
    assert (timer.kind, timer.breached_at, timer.cancelled_at) == (TimerKind.FIRST_RESPONSE, late, late)


@pytest.mark.parametrize("gone", ["deactivated", "removed", "reads only"])
def test_a_case_opens_again_without_an_owner_who_is_gone(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case], cause: RootCause, gone: str
) -> None:
    case = resolved(open_case(), bob, cause)
    case = cases.record_recovery(case=case, outcome="RECOVERED", score=7, now=LATER)
    eve = members.ensure_user(email="eve@acme.example", name="Eve", now=MONDAY_9AM)
    members.add(workspace=acme, user=eve, role=Role.AGENT, team=None, now=MONDAY_9AM)
    leave(acme, bob, gone)
    again = LATER + timedelta(days=1)
    case = cases.reopen(case=case, by=None, reason="It broke again", now=again)
    case.refresh_from_db()
    event = last_event(case)
    assert (case.owner, case.assigned_because) == (
        eve,
        f"Opened again; {bob.display_name} is no longer here.",
    )
    assert (event.kind, event.by, event.facts["before"], event.facts["to_id"]) == (
        EventKind.ASSIGNED, None, bob.display_name, eve.pk,
    )  # fmt: skip
    turn = Membership.objects.of(acme).get(user=eve).last_assigned_at
    assert turn == again + timedelta(microseconds=1)  # it has passed
    assert told(acme)[-1] == eve.email


def leave(acme: Workspace, user: User, how: str) -> None:
    """`user` goes without handing anything over."""
    row = Membership.objects.of(acme).filter(user=user)
    if how == "removed":
        row.delete()
    else:
        row.update(**({"deactivated_at": LATER} if how == "deactivated" else {"role": Role.ANALYST}))


def told(acme: Workspace) -> list[str]:
    """Who got a mail about a case that is theirs, in order."""
    rows = OutboundMessage.objects.of(acme).filter(mail="case_assigned")
    return list(rows.order_by("pk").values_list("to", flat=True))


def test_a_case_nobody_can_take_opens_again_unowned_and_the_lead_hears_of_it_each_time(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case], cause: RootCause
) -> None:
    case = resolved(open_case(), bob, cause)
    leave(acme, bob, "deactivated")
    Membership.objects.of(acme).update(takes_cases=False)
    again = LATER + timedelta(days=1)
    case = cases.reopen(case=case, by=alice, reason="It broke again", now=again)
    case.refresh_from_db()
    assert (case.owner, told(acme)) == (None, [bob.email, alice.email])
    Case.objects.of(acme).update(category="RESOLVED", resolved_at=again, resolved_by=alice)
    case = cases.reopen(case=case, by=None, reason="And again", now=again + timedelta(hours=1))
    assert (case.owner, told(acme)) == (None, [bob.email, alice.email, alice.email])


def test_a_case_of_somebody_who_is_here_stays_theirs_when_it_opens_again(
    acme: Workspace, bob: User, open_case: Callable[..., Case], cause: RootCause
) -> None:
    case = resolved(open_case(), bob, cause)
    Membership.objects.of(acme).filter(user=bob).update(takes_cases=False)  # away from the turns, not gone
    case = cases.reopen(case=case, by=None, reason="It broke again", now=LATER + timedelta(days=1))
    assert (case.owner, last_event(case).kind) == (bob, EventKind.REOPENED)


def test_reopening_beside_another_open_case_names_it(
    bob: User, ines: Contact, open_case: Callable[..., Case], cause: RootCause
) -> None:
    first = resolved(open_case(), bob, cause)
    second = open_case(2, now=LATER + timedelta(days=1))
    with pytest.raises(errors.OtherCaseOpen) as caught:
        cases.reopen(case=first, by=bob, reason="It broke again", now=LATER + timedelta(days=2))
    assert caught.value.case == second


def test_dismissing_needs_a_reason_and_ends_the_promises(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    with pytest.raises(errors.Incomplete):
        cases.dismiss(case=case, by=bob, reason="", now=LATER)
    case = cases.dismiss(case=case, by=bob, reason="Our own test", now=LATER)
    assert (case.category, case.outcome) == ("CLOSED", "DISMISSED")
    assert list(SlaTimer.objects.of(acme).values_list("next_at", "cancelled_at")) == [
        (None, LATER),
        (None, LATER),
    ]


def test_a_second_answer_of_nine_closes_the_case_as_converted(
    bob: User, open_case: Callable[..., Case], cause: RootCause
) -> None:
    case = resolved(open_case(), bob, cause)
    case = cases.record_recovery(case=case, outcome="CONVERTED", score=9, now=LATER)
    assert (case.category, case.outcome, case.score, case.latest_score) == ("CLOSED", "CONVERTED", 3, 9)


def test_silence_closes_the_case_without_an_answer(
    bob: User, open_case: Callable[..., Case], cause: RootCause
) -> None:
    case = cases.close(case=resolved(open_case(), bob, cause), outcome="NO_ANSWER", now=LATER)
    assert (case.category, case.outcome, case.closed_at) == ("CLOSED", "NO_ANSWER", LATER)


def test_a_new_case_cannot_be_closed(bob: User, open_case: Callable[..., Case]) -> None:
    with pytest.raises(errors.MoveNotAllowed):
        cases.close(case=open_case(), outcome="NO_ANSWER", now=LATER)
