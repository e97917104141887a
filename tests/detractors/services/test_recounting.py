"""Open cases follow edited hours and promises; what the services write is what the replay says."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import BusinessCalendar, Team, User, Workspace
from accounts.queries import calendar as rule_calendar
from accounts.rules.business_time import Calendar
from accounts.services import calendars
from detractors.models import (
    Case,
    CaseEvent,
    CaseMerge,
    Notification,
    Recount,
    RootCause,
    SlaPolicy,
    SlaTimer,
)
from detractors.queries import clock as clock_queries
from detractors.rules.clock import Span
from detractors.services import cases, duplicates, planning, policies, recounting, sla
from detractors.services.errors import CaseError
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATE = {day: [["12:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@pytest.fixture
def policy(acme: Workspace) -> SlaPolicy:
    return SlaPolicy.objects.of(acme).select_related("calendar", "workspace").get(is_default=True)


@pytest.fixture
def calendar(acme: Workspace) -> BusinessCalendar:
    return BusinessCalendar.objects.of(acme).get()


def wanted(policy: SlaPolicy, **changes: Any) -> policies.Wanted:
    usual = policies.Wanted(
        first_response=Span(60),
        next_response=Span(120),
        resolution=Span(960),
        calendar=policy.calendar,
    )
    return replace(usual, **changes)


def edit(policy: SlaPolicy, now: datetime, **changes: Any) -> SlaPolicy:
    return policies.change(policy=policy, wanted=wanted(policy, **changes), by=None, now=now)


def due(case: Case) -> dict[str, datetime]:
    rows = SlaTimer.objects.of(case.workspace_id).filter(case=case, met_at=None, cancelled_at=None)
    return dict(rows.values_list("kind", "due_at"))


def untrue(now: datetime) -> list[tuple[str, str, str]]:
    return list(clock_queries.disagreements(now=now))


def test_a_shorter_promise_moves_open_cases_and_says_so_on_each(
    open_case: Callable[..., Case], policy: SlaPolicy, bob: User
) -> None:
    case = open_case()
    edit(policy, MONDAY_9AM + 10 * MINUTE, first_response=Span(30))
    assert due(case)["FIRST_RESPONSE"] == MONDAY_9AM + HOUR  # not before the recount
    assert recounting.work(now=MONDAY_9AM + 11 * MINUTE) == 1
    assert due(case)["FIRST_RESPONSE"] == MONDAY_9AM + 30 * MINUTE
    case.refresh_from_db()
    assert case.next_due_at == MONDAY_9AM + 30 * MINUTE
    line = CaseEvent.objects.of(case.workspace_id).get(case=case, kind="PROMISED")
    assert line.facts["moved"] == [
        {"timer": "FIRST_RESPONSE", "from": (MONDAY_9AM + HOUR).isoformat(),
         "to": (MONDAY_9AM + 30 * MINUTE).isoformat()},
    ]  # fmt: skip
    recount = Recount.objects.of(case.workspace_id).get()
    assert (recount.total, recount.done, recount.moved, recount.late) == (1, 1, 1, 0)
    assert recount.finished_at == MONDAY_9AM + 11 * MINUTE
    assert untrue(MONDAY_9AM + 12 * MINUTE) == []


def test_doing_it_again_changes_nothing(
    open_case: Callable[..., Case], policy: SlaPolicy, acme: Workspace, bob: User
) -> None:
    case = open_case()
    edit(policy, MONDAY_9AM, first_response=Span(45))
    recounting.work(now=MONDAY_9AM)
    rows = SlaTimer.objects.of(acme).order_by("pk")
    before = list(rows.values())
    lines = CaseEvent.objects.of(acme).count()
    recounting.ask(workspace=acme, why="PROMISE", what="again", by=None, now=MONDAY_9AM + MINUTE)
    assert recounting.work(now=MONDAY_9AM + MINUTE) == 1
    assert (list(rows.values()), CaseEvent.objects.of(acme).count()) == (before, lines)
    case.refresh_from_db()
    assert case.next_due_at == MONDAY_9AM + 45 * MINUTE


def test_the_preview_says_what_the_recount_does(
    open_case: Callable[..., Case], policy: SlaPolicy, acme: Workspace, bob: User
) -> None:
    open_case()
    now = MONDAY_9AM + 40 * MINUTE
    tried = policies.tried(policy=policy, wanted=wanted(policy, first_response=Span(30)))
    preview = recounting.preview(workspace=acme, now=now, policies={policy.pk: tried})
    assert (preview.open, preview.moved, preview.earlier, preview.later, preview.late) == (1, 1, 1, 0, 1)
    policy.refresh_from_db()
    assert policy.first_response_minutes == 60  # tried, not done
    edit(policy, now, first_response=Span(30))
    recounting.work(now=now)
    recount = Recount.objects.of(acme).get()
    assert (recount.moved, recount.late) == (1, 1)
    sla.enforce(now=now + MINUTE)
    assert SlaTimer.objects.of(acme).get(kind="FIRST_RESPONSE").breached_at == now + MINUTE


def test_a_holiday_moves_what_is_due_on_it_and_unticking_moves_it_back(
    open_case: Callable[..., Case], calendar: BusinessCalendar, bob: User
) -> None:
    case = open_case()
    before = due(case)["RESOLUTION"]
    tuesday = MONDAY_9AM.date() + DAY
    calendars.add_holidays(calendar=calendar, days={tuesday: "Carnival"}, now=MONDAY_9AM + HOUR)
    recounting.work(now=MONDAY_9AM + HOUR)
    assert due(case)["RESOLUTION"] == before + DAY
    holiday = calendar.holidays.get()
    calendars.tick_holiday(holiday=holiday, is_worked=True, now=MONDAY_9AM + 2 * HOUR)
    recounting.work(now=MONDAY_9AM + 2 * HOUR)
    assert due(case)["RESOLUTION"] == before
    assert untrue(MONDAY_9AM + 2 * HOUR) == []


def test_a_warning_that_came_too_early_is_taken_back_and_given_again(
    open_case: Callable[..., Case], policy: SlaPolicy, bob: User
) -> None:
    case = open_case()
    sla.enforce(now=MONDAY_9AM + 50 * MINUTE)
    timer = SlaTimer.objects.of(case.workspace_id).get(case=case, kind="FIRST_RESPONSE")
    assert timer.warned_at is not None
    edit(policy, MONDAY_9AM + 51 * MINUTE, first_response=Span(240))
    recounting.work(now=MONDAY_9AM + 51 * MINUTE)
    timer.refresh_from_db()
    case.refresh_from_db()
    assert (timer.warned_at, timer.next_at, case.is_due_soon) == (None, MONDAY_9AM + 3 * HOUR, False)


def test_a_missed_promise_stays_missed_when_it_is_made_longer(
    open_case: Callable[..., Case], policy: SlaPolicy, bob: User
) -> None:
    case = open_case()
    sla.enforce(now=MONDAY_9AM + 2 * HOUR)
    edit(policy, MONDAY_9AM + 2 * HOUR, first_response=Span(480))
    recounting.work(now=MONDAY_9AM + 2 * HOUR)
    timer = SlaTimer.objects.of(case.workspace_id).get(case=case, kind="FIRST_RESPONSE")
    assert (timer.due_at, timer.promised_minutes, timer.breached_at is None) == (MONDAY_9AM + HOUR, 60, False)


def test_what_was_missed_while_nothing_ran_is_not_taken_back_by_an_edit(
    open_case: Callable[..., Case], policy: SlaPolicy, calendar: BusinessCalendar, acme: Workspace, bob: User
) -> None:
    """Due at ten, edited at eleven, and the recount comes before the sweep: the day off moves the resolution alone."""
    case, later = open_case(), MONDAY_9AM + 2 * HOUR
    usual = rule_calendar(row=calendar)
    hours = Calendar(usual.time_zone, usual.week, frozenset([MONDAY_9AM.date()]))
    seen = recounting.preview(workspace=acme, now=later, calendars={calendar.pk: hours})
    calendars.add_holidays(calendar=calendar, days={MONDAY_9AM.date(): ""}, now=later)
    edit(policy, later, first_response=Span(240))
    recounting.work(now=later)
    moved = CaseEvent.objects.of(acme).get(case=case, kind="PROMISED").facts["moved"]
    assert ([one["timer"] for one in moved], seen.moved) == (["RESOLUTION"], 1)
    timer = SlaTimer.objects.of(acme).get(case=case, kind="FIRST_RESPONSE")
    assert (timer.due_at, timer.breached_at) == (MONDAY_9AM + HOUR, later)
    assert Notification.objects.of(acme).filter(case=case, kind="BREACHED", user=bob).count() == 1
    assert untrue(later) == []


def test_a_promise_that_passed_unseen_before_a_hand_over_is_missed_once(
    open_case: Callable[..., Case], acme: Workspace, bob: User, alice: User
) -> None:
    late = calendars.create(workspace=acme, name="Late shift", like=None, by=None, now=MONDAY_9AM)
    calendars.change(calendar=late, time_zone="America/New_York", week=LATE, now=MONDAY_9AM)
    team = Team(workspace=acme, name="Late", created_at=MONDAY_9AM)
    team.save()
    calendars.set_teams(calendar=late, teams=[team], by=None, now=MONDAY_9AM)
    alice.memberships.filter(workspace=acme).update(team=team)
    case = open_case()
    later = MONDAY_9AM + HOUR + MINUTE
    cases.assign(case=case, owner=alice, by=bob, now=later)
    sla.enforce(now=later)
    lines = CaseEvent.objects.of(acme).filter(case=case, kind="BREACHED")
    assert [line.facts["due_at"] for line in lines] == [(MONDAY_9AM + HOUR).isoformat()]
    assert due(case)["FIRST_RESPONSE"] == MONDAY_9AM + HOUR
    assert untrue(later) == []


def test_a_promise_made_for_the_priority_takes_over_open_cases(
    open_case: Callable[..., Case], policy: SlaPolicy, acme: Workspace, bob: User
) -> None:
    case = open_case(0)
    case.refresh_from_db()
    quick = wanted(policy, name="Quick", first_response=Span(15), priority=case.priority)
    made = policies.add(workspace=acme, wanted=quick, by=None, now=MONDAY_9AM)
    recounting.work(now=MONDAY_9AM)
    case.refresh_from_db()
    assert (case.policy_id, due(case)["FIRST_RESPONSE"]) == (made.pk, MONDAY_9AM + 15 * MINUTE)
    policies.retire(policy=made, by=None, now=MONDAY_9AM + MINUTE)
    recounting.work(now=MONDAY_9AM + MINUTE)
    case.refresh_from_db()
    assert (case.policy_id, due(case)["FIRST_RESPONSE"]) == (policy.pk, MONDAY_9AM + HOUR)


def test_a_team_of_other_hours_counts_what_is_left_by_its_own(
    open_case: Callable[..., Case], calendar: BusinessCalendar, acme: Workspace, bob: User, alice: User
) -> None:
    case = open_case()
    late = calendars.create(workspace=acme, name="Late shift", like=None, by=None, now=MONDAY_9AM)
    calendars.change(calendar=late, time_zone="UTC", week=LATE, now=MONDAY_9AM)
    team = Team(workspace=acme, name="Late", created_at=MONDAY_9AM)
    team.save()
    calendars.set_teams(calendar=late, teams=[team], by=None, now=MONDAY_9AM)
    recounting.work(now=MONDAY_9AM)
    alice.memberships.filter(workspace=acme).update(team=team)
    cases.assign(case=case, owner=alice, by=bob, now=MONDAY_9AM + 30 * MINUTE)
    assert due(case)["FIRST_RESPONSE"] == MONDAY_9AM + 3 * HOUR + 30 * MINUTE  # half an hour from noon
    assert untrue(MONDAY_9AM + HOUR) == []
    cases.record_contact(
        case=case, by=alice, channel="REPLY", note="", now=MONDAY_9AM + 3 * HOUR + 20 * MINUTE
    )
    case.refresh_from_db()
    assert (case.first_response_minutes, case.first_response_minutes_calendar) == (50, 200)
    assert untrue(MONDAY_9AM + 4 * HOUR) == []


def test_cases_are_walked_in_batches_and_a_further_edit_begins_again(
    answer: Callable[..., Any], acme: Workspace, policy: SlaPolicy, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from detractors.services import decisions

    for number in range(5):
        answer(3, contact=None, comment=str(number))
    decisions.decide_pending(now=MONDAY_9AM)
    monkeypatch.setattr(recounting, "BATCH", 2)
    edit(policy, MONDAY_9AM, first_response=Span(90))
    assert recounting.work(now=MONDAY_9AM, batches=1) == 2
    recount = Recount.objects.of(acme).get()
    assert (recount.done, recount.total, recount.percent, recount.finished_at) == (2, 5, 40, None)
    edit(policy, MONDAY_9AM, first_response=Span(120))
    assert recounting.work(now=MONDAY_9AM) == 5
    recount.refresh_from_db()
    assert (recount.done, recount.moved, recount.percent) == (5, 5, 100)
    timers = SlaTimer.objects.of(acme).filter(kind="FIRST_RESPONSE")
    assert set(timers.values_list("due_at", flat=True)) == {MONDAY_9AM + 2 * HOUR}


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_to_a_case_its_lines_tell_its_clocks(
    open_case: Callable[..., Case],
    policy: SlaPolicy,
    calendar: BusinessCalendar,
    acme: Workspace,
    bob: User,
    alice: User,
    seed: int,
) -> None:
    """Random moves with edits between them: rows equal the replay at every step, and a recount of nothing new moves nothing."""
    chance = random.Random(seed)
    edit(policy, MONDAY_9AM, first_response=Span(240), resolution=Span(1_440))
    recounting.work(now=MONDAY_9AM)
    now, case = MONDAY_9AM, open_case()
    late = calendars.create(workspace=acme, name="Late shift", like=None, by=None, now=now)
    calendars.change(calendar=late, time_zone="America/New_York", week=LATE, now=now)
    team = Team(workspace=acme, name="Late", created_at=now)
    team.save()
    calendars.set_teams(calendar=late, teams=[team], by=None, now=now)
    recounting.work(now=now)
    alice.memberships.filter(workspace=acme).update(team=team)
    cause = RootCause.objects.of(acme).filter(parent__isnull=False).first()
    events: list[int] = []
    merges: list[CaseMerge] = []

    def merge() -> None:
        """A duplicate from up to four hours ago, of somebody else."""
        since = now - timedelta(seconds=chance.randrange(14_000))
        other = open_case(now=since, contact=None, comment=f"{now}")
        recounting.work(now=now)
        merges.append(duplicates.merge(keep=case, other=other, by=bob, now=now))

    def unmerge() -> None:
        if merges:
            duplicates.undo(merge=merges.pop(chance.randrange(len(merges))), by=bob, now=now)

    def reply() -> None:
        events.append(cases.record_contact(case=case, by=bob, channel="REPLY", note="", now=now).pk)

    def bounce() -> None:
        if events:
            cases.undo_contact(case=case, event_id=events.pop(), reason="bounced", now=now)

    def minutes(low: int, high: int) -> int:
        return chance.randrange(low, high)

    acts: list[Callable[[], Any]] = [
        reply,
        bounce,
        lambda: cases.wait(case=case, by=bob, waiting_for="papers", now=now),
        lambda: cases.resume(case=case, by=bob, now=now),
        lambda: sla.customer_wrote(case=case, at=now, now=now),
        lambda: cases.assign(case=case, owner=chance.choice([alice, bob]), by=bob, now=now),
        lambda: cases.resolve(case=case, by=bob, root_cause=cause, resolution="Done", now=now),
        lambda: cases.reopen(case=case, by=chance.choice([bob, None]), reason="Not done", now=now),
        merge,
        unmerge,
        lambda: cases.dismiss(case=case, by=bob, reason="A test", now=now),
        lambda: cases.give_back(
            case=case, owner=bob, team_id=chance.choice([None, team.pk]), by=bob, now=now
        ),
        lambda: sla.enforce(now=now),
        lambda: edit(
            policy,
            now,
            first_response=Span(minutes(60, 400)),
            next_response=chance.choice([None, Span(minutes(30, 300)), Span(300, "CALENDAR")]),
            resolution=Span(minutes(900, 4_000), chance.choice(["WORKING", "CALENDAR"])),
        ),
        lambda: calendars.add_holidays(
            calendar=chance.choice([calendar, late]),
            days={now.date() + chance.randrange(4) * DAY: ""},
            now=now,
        ),
    ]
    for _step in range(40):
        now += timedelta(seconds=chance.randrange(1, 20_000))
        try:
            chance.choice(acts)()
        except CaseError:
            continue
        recounting.work(now=now)
        assert untrue(now) == [], f"seed {seed}"
    sla.enforce(now=now)
    rows = SlaTimer.objects.of(acme).order_by("pk")
    before = list(rows.values())
    recounting.ask(workspace=acme, why="HOURS", what="", by=None, now=now)
    recounting.work(now=now)
    for one, other in zip(before, rows.values(), strict=True):
        assert {k: (v, other[k]) for k, v in one.items() if v != other[k]} == {}


def test_the_check_finds_a_row_that_is_not_what_its_lines_say(
    open_case: Callable[..., Case], bob: User
) -> None:
    case = open_case()
    timers = SlaTimer.objects.of(case.workspace_id).filter(case=case, kind="RESOLUTION")
    timers.update(due_at=MONDAY_9AM + 30 * DAY)
    [(slug, row, detail)] = untrue(MONDAY_9AM + HOUR)
    assert (slug, row) == ("acme", f"case {case.number}")
    assert detail.startswith("RESOLUTION due 2026-04-01")


def test_a_figure_that_is_not_what_its_lines_say_is_found_too(
    open_case: Callable[..., Case], bob: User
) -> None:
    case = open_case()
    cases.record_contact(case=case, by=bob, channel="REPLY", note="", now=MONDAY_9AM + 20 * MINUTE)
    assert untrue(MONDAY_9AM + HOUR) == []
    Case.objects.of(case.workspace_id).filter(pk=case.pk).update(first_response_minutes=5)
    [(_slug, _row, detail)] = untrue(MONDAY_9AM + HOUR)
    assert detail == "first response (5, 20), by its lines (20, 20)"


def test_a_case_placed_in_a_cell_gets_the_cells_promise_and_the_usual_one_back(
    open_case: Callable[..., Case], policy: SlaPolicy, acme: Workspace, bob: User
) -> None:
    case = open_case()
    careful = policies.add(
        workspace=acme,
        wanted=wanted(policy, name="Careful", first_response=Span(20)),
        by=None,
        now=MONDAY_9AM,
    )
    cell = planning.plan_cell(
        scenario=planning.add_scenario(workspace=acme, name="Ride", now=MONDAY_9AM),
        failure=planning.add_failure(workspace=acme, name="Falls", now=MONDAY_9AM),
        priority_minutes=0,
        policy=careful,
        playbook="",
        team=None,
        now=MONDAY_9AM,
    )
    recounting.work(now=MONDAY_9AM)
    now = MONDAY_9AM + 5 * MINUTE
    planning.place_case(case=case, cell=cell, by=bob, now=now)
    assert due(case)["FIRST_RESPONSE"] == MONDAY_9AM + 20 * MINUTE
    planning.unplan_cell(cell=cell, now=now)  # its open cases follow
    recounting.work(now=now)
    assert due(case)["FIRST_RESPONSE"] == MONDAY_9AM + HOUR
    assert untrue(now) == []
