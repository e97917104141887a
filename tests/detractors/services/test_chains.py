from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import Team, User, Workspace
from accounts.services import members
from detractors.enums import EventKind, TimerKind
from detractors.models import Case, CaseEvent, Escalation, EscalationStep, Notification, SlaPolicy, SlaTimer
from detractors.services import cases, chains, escalating, policies, sla
from detractors.services.chains import ChainError, WantedStep
from outbox.models import OutboundMessage
from tests.conftest import MONDAY_9AM
from tests.detractors.services.test_policies import wanted as promise

pytestmark = pytest.mark.django_db
FIRST = TimerKind.FIRST_RESPONSE


def at(**passed: float) -> datetime:
    return MONDAY_9AM + timedelta(**passed)


@pytest.fixture
def policy(acme: Workspace) -> SlaPolicy:
    return SlaPolicy.objects.of(acme).get(is_default=True)


def step(level: str = "MANAGER", minutes: int = 0, **facts: Any) -> WantedStep:
    return WantedStep(kind=facts.pop("kind", FIRST), level=level, after_minutes=minutes, **facts)


def save(policy: SlaPolicy, *steps: WantedStep, now: datetime = MONDAY_9AM) -> SlaPolicy:
    return chains.save(policy=policy, has_own=True, steps=steps, by=None, now=now)


def told(workspace: Workspace) -> list[tuple[str, str]]:
    rows = OutboundMessage.objects.of(workspace).exclude(mail="case_assigned").order_by("id")
    return list(rows.values_list("mail", "to"))


def escalations(case: Case) -> list[dict[str, Any]]:
    rows = CaseEvent.objects.of(case.workspace_id).filter(case=case, kind=EventKind.ESCALATED)
    return list(rows.order_by("id").values_list("facts", flat=True))


def test_steps_before_and_after_come_in_order_each_once(
    acme: Workspace, policy: SlaPolicy, alice: User, bob: User, owner: User, open_case: Callable[..., Case]
) -> None:
    save(
        policy, step("AGENT", -30), step("LEAD", 0), step("MANAGER", 60, person=owner),
        step("EXECUTIVE", 60, clock="CALENDAR"),
    )  # fmt: skip
    case = open_case()
    done = [sla.enforce(now=at(minutes=minute)) for minute in (29, 30, 31, 45, 60, 61, 119, 120, 121, 200)]
    assert [(one.warned, one.breached, one.escalated) for one in done] == [
        (0, 0, 0), (0, 0, 1), (0, 0, 0), (1, 0, 0), (0, 0, 0), (0, 1, 1), (0, 0, 0), (0, 0, 2), (0, 0, 0), (0, 0, 0),
    ]  # fmt: skip
    assert told(acme) == [
        ("case_escalated", bob.email), ("sla_warning", bob.email), ("sla_breach", bob.email),
        ("case_escalated", alice.email), ("case_escalated", owner.email), ("case_escalated", alice.email),
    ]  # fmt: skip
    assert [(one["level"], one["to"]) for one in escalations(case)] == [
        ("AGENT", ["Bob Brown"]), ("LEAD", ["Alice Adams"]), ("MANAGER", ["Olivia Owner"]),
        ("EXECUTIVE", ["Alice Adams"]),
    ]  # fmt: skip
    kinds = Notification.objects.of(acme).filter(user=bob).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["ESCALATED", "DUE_SOON", "BREACHED"]


def test_after_six_hours_without_a_sweep_every_missed_step_comes_once_in_order_and_says_how_late(
    acme: Workspace,
    policy: SlaPolicy,
    alice: User,
    bob: User,
    owner: User,
    open_cases: Callable[..., list[Case]],
) -> None:
    save(policy, step("AGENT", -15), step("LEAD", 0), step("MANAGER", 60), step("EXECUTIVE", 300))
    found = open_cases([None] * 9)
    OutboundMessage.objects.of(acme).delete()
    now = at(hours=6)
    done = sla.enforce(now=now)
    assert (done.warned, done.breached, done.escalated) == (9, 9, 36)
    assert sla.enforce(now=now + timedelta(minutes=1)) == sla.Enforced()
    for case in found:
        rows = CaseEvent.objects.of(acme).filter(case=case, at=now).order_by("id")
        assert list(rows.values_list("kind", flat=True)) == [
            "DUE_SOON", "ESCALATED", "BREACHED", "ESCALATED", "ESCALATED", "ESCALATED",
        ]  # fmt: skip
        late = [now - datetime.fromisoformat(one["step_at"]) for one in escalations(case)]
        assert late == [timedelta(minutes=minutes) for minutes in (315, 300, 240, 0)]
    # One message to each, not dozens: everything of an outage is one digest.
    assert sorted(told(acme)) == [("sla_digest", alice.email), ("sla_digest", bob.email)]
    subjects = set(OutboundMessage.objects.of(acme).values_list("subject", flat=True))
    assert subjects == {"9 cases need you", "9 cases were escalated to you"}


@pytest.mark.parametrize("ending", ["kept", "closed", "waiting"])
def test_nothing_is_escalated_once_the_promise_is_kept_the_case_is_over_or_waits(
    acme: Workspace, policy: SlaPolicy, alice: User, bob: User, open_case: Callable[..., Case], ending: str
) -> None:
    kind = TimerKind.RESOLUTION if ending == "waiting" else FIRST
    save(policy, step("MANAGER", 60, kind=kind, hand_to="THEM"), step("LEAD", -10, kind=kind))
    case = open_case()
    if ending == "kept":
        cases.record_contact(
            case=case, channel="CALL", by=bob, now=at(minutes=40), outcome="REACHED", note=""
        )
    elif ending == "closed":
        cases.dismiss(case=case, by=alice, reason="not ours", now=at(minutes=40))
    else:
        cases.wait(case=case, waiting_for="an answer", by=bob, now=at(minutes=40))
    sla.enforce(now=at(days=10))
    assert escalations(case) == []
    assert escalating.act_pending(now=at(days=10)) == 0


def test_the_next_response_escalates_too(
    acme: Workspace, policy: SlaPolicy, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    policies.change(
        policy=policy, wanted=promise(policy, next_response=replace(promise(policy).first_response, minutes=60)),
        by=None, now=MONDAY_9AM,
    )  # fmt: skip
    save(policy, step("MANAGER", 30, kind=TimerKind.NEXT_RESPONSE))
    case = open_case()
    cases.record_contact(case=case, channel="CALL", by=bob, now=at(minutes=5), outcome="REACHED", note="")
    sla.customer_wrote(case=case, at=at(minutes=10), now=at(minutes=10))
    sla.enforce(now=at(minutes=99))
    assert escalations(case) == []
    sla.enforce(now=at(minutes=100))
    assert [one["timer"] for one in escalations(case)] == ["NEXT_RESPONSE"]


def test_a_step_raises_the_priority_and_hands_the_case_over_once(
    acme: Workspace, policy: SlaPolicy, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    dora = members.ensure_user(email="dora@acme.example", name="Dora Dean", now=MONDAY_9AM)
    members.add(
        workspace=acme,
        user=dora,
        role=Role.AGENT,
        team=Team.objects.of(acme).get(),
        takes_cases=False,
        now=MONDAY_9AM,
    )
    save(policy, step("LEAD", 0, person=dora, hand_to="THEM", raises_priority=True, by_mail=False))
    case = open_case(score=5)
    before = case.priority
    sla.enforce(now=at(minutes=61))
    assert [escalating.act_pending(now=at(minutes=61)) for _turn in range(2)] == [1, 0]
    case.refresh_from_db()
    assert (before, case.priority, case.owner) == ("NORMAL", "HIGH", dora)
    assert sum(part["minutes"] for part in case.rank_parts) == 150
    rows = CaseEvent.objects.of(acme).filter(case=case).order_by("id").values_list("kind", flat=True)
    assert list(rows)[-3:] == ["ESCALATED", "RAISED", "ASSIGNED"]
    assert Escalation.objects.of(acme).get().act_at is None


def test_it_goes_to_the_least_busy_colleague_of_the_team(
    acme: Workspace, policy: SlaPolicy, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    save(policy, step("LEAD", 0, hand_to="COLLEAGUE"))
    case = open_case()
    busy, free = (
        members.ensure_user(email=f"{name}@acme.example", name=name, now=MONDAY_9AM)
        for name in ("ann", "ben")
    )
    for person in (busy, free):
        members.add(
            workspace=acme, user=person, role=Role.AGENT, team=Team.objects.of(acme).get(), now=MONDAY_9AM
        )
    other = open_case(contact=None)
    cases.assign(case=other, owner=busy, by=None, now=MONDAY_9AM)
    sla.enforce(now=at(minutes=61))
    escalating.act_pending(now=at(minutes=61))
    case.refresh_from_db()
    assert case.owner == free


def test_a_new_step_concerns_what_is_still_to_come(
    acme: Workspace, policy: SlaPolicy, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    sla.enforce(now=at(minutes=61))
    usual = EscalationStep.objects.of(acme).get(policy=policy, kind=FIRST)
    save(
        policy,
        step("MANAGER", 0, key=usual.pk),
        step("LEAD", 60),
        step("EXECUTIVE", 240),
        now=at(minutes=180),
    )
    assert sla.enforce(now=at(minutes=180)) == sla.Enforced()  # an hour after it was due is over
    assert sla.enforce(now=at(minutes=300)).escalated == 1
    assert [one["level"] for one in escalations(case)] == ["MANAGER", "EXECUTIVE"]


def test_a_promise_without_a_chain_of_its_own_follows_the_usual_one(
    acme: Workspace, policy: SlaPolicy, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    urgent = policies.add(
        workspace=acme, wanted=promise(policy, name="Urgent", priority="URGENT"), by=None, now=MONDAY_9AM
    )
    save(policy, step("LEAD", -10))
    urgent.refresh_from_db()
    assert urgent.looks_ahead
    case = open_case()
    SlaTimer.objects.of(acme).filter(case=case).update(policy=urgent)
    sla.enforce(now=at(minutes=50))
    assert [one["level"] for one in escalations(case)] == ["LEAD"]
    save(urgent, step("EXECUTIVE", 10))
    urgent.refresh_from_db()
    assert (urgent.looks_ahead, urgent.has_own_chain) == (False, True)
    chains.save(policy=urgent, has_own=False, steps=(), by=None, now=MONDAY_9AM)
    urgent.refresh_from_db()
    assert urgent.looks_ahead
    assert not EscalationStep.objects.of(acme).filter(policy=urgent).exists()


def test_what_was_saved_can_be_taken_back_until_somebody_changes_it(policy: SlaPolicy) -> None:
    before = chains.snapshot(policy=policy)
    save(policy, step("LEAD", 5), step("EXECUTIVE", 60, raises_priority=True))
    after = chains.snapshot(policy=policy)
    chains.restore(policy=policy, before=before, after=after, now=MONDAY_9AM)
    assert chains.snapshot(policy=policy) == before
    with pytest.raises(ChainError):
        chains.restore(policy=policy, before=before, after=after, now=MONDAY_9AM)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (step("NOBODY"), ""),
        (step("LEAD", 400 * 24 * 60), "number"),
        (step("LEAD", -60), "number"),  # the promise is kept within 60 minutes
        (step("LEAD", by_bell=False, by_mail=False), "who"),
        (step("LEAD", breaks_quiet=True), "breaks_quiet"),
        (step("MANAGER", 0), "who"),  # twice
    ],
)
def test_what_is_no_chain_is_refused_and_nothing_changes(
    policy: SlaPolicy, wrong: WantedStep, field: str
) -> None:
    before = chains.snapshot(policy=policy)
    with pytest.raises(ChainError) as caught:
        save(policy, step("MANAGER", 0), wrong)
    assert (caught.value.place, caught.value.field) == (1, field)
    assert chains.snapshot(policy=policy) == before


def test_somebody_of_another_company_is_no_step(policy: SlaPolicy, charlie: User) -> None:
    with pytest.raises(ChainError):
        save(policy, step("LEAD", person=charlie))
