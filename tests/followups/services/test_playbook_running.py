"""Running playbooks: in order, once each, judged again at the last moment, and every reason written."""

from collections.abc import Callable
from datetime import time, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.models import User, Workspace
from core import budgets
from detractors.models import Case, CaseTag, Task
from detractors.services import cases, hearing
from detractors.services import tags as tag_services
from followups.models import PlannedStep, Playbook, PlaybookRun
from followups.services import planned_steps, playbook_running, playbook_starting, playbooks
from outbox.models import OutboundMessage
from surveys.models import Contact
from surveys.services import contact_policies
from tests.conftest import MONDAY_9AM

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SWITCHED_ON = MONDAY_9AM - HOUR
pytestmark = pytest.mark.django_db


def mail(words: str = "first", **more: Any) -> dict[str, Any]:
    return {
        "kind": "MAIL",
        "does": {"subject": "About your order", "body": f"Hello {{{{ first_name }}}}, {words}"},
        **more,
    }


def after(amount: int, unit: str = "HOURS", since: str = "STEP", clock: str = "CALENDAR") -> dict[str, Any]:
    return {"amount": amount, "unit": unit, "since": since, "clock": clock}


CALL = {"kind": "TASK", "required": True, "does": {"what": "CALL", "title": "Call Ines", "for": "OWNER"}}


@pytest.fixture
def playbook(acme: Workspace) -> Callable[..., Playbook]:
    """playbook(steps, ...) is switched on an hour before Monday nine."""

    def make(
        *steps: dict[str, Any], name: str = "Recovery", event: str = "CASE_OPENED", **said: Any
    ) -> Playbook:
        row = playbooks.create(workspace=acme, name=name, event=event, steps=steps, now=SWITCHED_ON, **said)
        return playbooks.switch(playbook=row, on=True, now=SWITCHED_ON)

    return make


def begun(now: Any = MONDAY_9AM) -> int:
    return playbook_starting.begin(now=now)


def fate(workspace: Workspace) -> list[tuple[str, str]]:
    rows = PlannedStep.objects.of(workspace).order_by("run", "position")
    return [(row.state, row.skipped_because) for row in rows]


def run_of(workspace: Workspace) -> PlaybookRun:
    found: PlaybookRun = PlaybookRun.objects.of(workspace).get()
    return found


def words(workspace: Workspace) -> list[str]:
    rows = OutboundMessage.objects.of(workspace).filter(mail="playbook_step").order_by("pk")
    return [row.text.split("\n")[0] for row in rows]


def test_steps_are_done_in_their_order_each_at_its_time(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case], bob: User
) -> None:
    tag = tag_services.ensure(workspace=acme, names=["called"], now=SWITCHED_ON)[0]
    playbook(
        mail(),
        {**CALL, "delay": after(2)},
        {"kind": "TAG", "does": {"tags": [tag.pk]}, "delay": after(0)},
        mail("last", delay=after(1, "DAYS")),
    )
    case = case_of()
    assert begun() == 1
    assert [row.due_at - MONDAY_9AM for row in PlannedStep.objects.of(acme).order_by("position")] == [
        timedelta(), 2 * HOUR, 2 * HOUR, DAY + 2 * HOUR,
    ]  # fmt: skip
    playbook_running.run_due(now=MONDAY_9AM)
    assert fate(acme) == [("DONE", "")] + [("PLANNED", "")] * 3
    playbook_running.run_due(now=MONDAY_9AM + 2 * HOUR)
    task = Task.objects.of(acme).get(case=case)
    assert (task.title, task.owner, task.author, task.blocks_resolving) == ("Call Ines", bob, None, True)
    assert CaseTag.objects.of(acme).filter(case=case, tag=tag).exists()
    playbook_running.run_due(now=MONDAY_9AM + 2 * HOUR + DAY)
    assert (fate(acme), run_of(acme).state) == ([("DONE", "")] * 4, "DONE")
    assert words(acme) == ["Hello Ines, first", "Hello Ines, last"]
    case.refresh_from_db()
    assert (case.contacted_at, case.first_responded_at) == (None, None)  # automatic mails meet no promise


def test_a_mail_is_marked_as_automatic_and_stands_in_the_conversation(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    playbook(mail())
    case = case_of()
    begun()
    playbook_running.run_due(now=MONDAY_9AM)
    message = OutboundMessage.objects.of(acme).get(mail="playbook_step")
    assert (message.subject, message.about, message.headers["Auto-Submitted"]) == (
        "About your order",
        f"case:{case.pk}",
        "auto-generated",
    )


def test_nothing_is_done_twice_by_two_turns_and_begun_again_nothing_begins(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    playbook(mail())
    case_of()
    assert [begun(), begun(), begun(MONDAY_9AM + HOUR)] == [1, 0, 0]
    assert [playbook_running.run_due(now=MONDAY_9AM + HOUR) for _turn in range(2)] == [1, 0]
    assert len(words(acme)) == 1


@pytest.mark.parametrize(
    ("happens", "because"),
    [
        ("wrote", "CUSTOMER_WROTE"),
        ("called", "PERSON_REPLIED"),
        ("resolved", "RESOLVED"),
        ("given", "REASSIGNED"),
        ("opted_out", "OPTED_OUT"),
        ("switched_off", "CALLED_OFF"),
        ("no_longer_unhappy", "CONDITIONS"),
    ],
)
def test_what_ends_it_is_asked_again_before_each_step(
    happens: str, because: str, acme: Workspace, playbook: Any, case_of: Callable[..., Case], alice: User, bob: User, resolve: Any
) -> None:  # fmt: skip
    low = {"groups": [{"conditions": [{"field": "latest_score", "op": "at_most", "value": 6}]}]}
    row = playbook(
        mail(), mail("second", delay=after(1)), conditions=low,
        stops=["CUSTOMER_WROTE", "PERSON_REPLIED", "RESOLVED", "CLOSED", "REASSIGNED", "OPTED_OUT"],
    )  # fmt: skip
    case = case_of()
    begun()
    playbook_running.run_due(now=MONDAY_9AM)
    later = MONDAY_9AM + timedelta(minutes=30)
    match happens:
        case "wrote":
            hearing.wrote(case=case, text="Hello?", by_way="MAIL", now=later)
        case "called":
            cases.record_contact(case=case, by=bob, channel="CALL", note="Sorry", now=later)
        case "resolved":
            playbooks.update(
                playbook=row, now=later, name=row.name, event=row.event, conditions=low, stops=["RESOLVED"],
                steps=[mail(), mail("second", delay=after(1))],
            )  # fmt: skip
            resolve(case, now=later)
        case "given":
            cases.assign(case=case, owner=alice, by=alice, now=later)
        case "opted_out":
            Contact.objects.of(acme).filter(pk=case.contact_id).update(followups_stopped_at=later)
        case "switched_off":
            playbooks.switch(playbook=row, on=False, now=later, stop_running=True)
        case "no_longer_unhappy":
            Case.objects.of(acme).filter(pk=case.pk).update(latest_score=9)
    playbook_running.run_due(now=MONDAY_9AM + HOUR)
    run = run_of(acme)
    assert (run.state, run.stopped_because, run.due_at) == ("STOPPED", because, None)
    assert fate(acme) == [("DONE", ""), ("SKIPPED", because)]
    assert len(words(acme)) == 1


def test_switched_off_alone_it_goes_on_for_those_it_began_for(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    row = playbook(mail(), mail("second", delay=after(1)))
    case_of()
    begun()
    playbooks.switch(playbook=row, on=False, now=MONDAY_9AM)
    playbook_running.run_due(now=MONDAY_9AM)
    playbook_running.run_due(now=MONDAY_9AM + HOUR)
    assert fate(acme) == [("DONE", ""), ("DONE", "")]


def test_what_runs_goes_on_by_the_steps_it_began_with(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    row = playbook(mail(), mail("second", delay=after(1)))
    case_of()
    begun()
    playbooks.update(playbook=row, now=MONDAY_9AM, name=row.name, event=row.event, steps=[mail("other")])
    playbook_running.run_due(now=MONDAY_9AM)
    playbook_running.run_due(now=MONDAY_9AM + HOUR)
    assert words(acme) == ["Hello Ines, first", "Hello Ines, second"]


def test_news_of_the_case_are_heard_at_the_next_turn(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case], resolve: Any
) -> None:
    playbook(mail(delay=after(5, "DAYS", "EVENT")), {"kind": "TASK", "does": CALL["does"]})
    case = case_of()
    begun()
    resolve(case, now=MONDAY_9AM + HOUR)
    playbook_running.run_due(now=MONDAY_9AM + HOUR)
    assert fate(acme) == [("SKIPPED", "RESOLVED")] * 2


def test_looked_at_for_nothing_it_waits_for_its_time_again(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    playbook(mail(delay=after(5, "DAYS", "EVENT")))
    case = case_of()
    begun()
    assert playbook_running.look_again(case=case, now=MONDAY_9AM) == 1
    playbook_running.run_due(now=MONDAY_9AM)
    assert (fate(acme), run_of(acme).due_at) == ([("PLANNED", "")], MONDAY_9AM + 5 * DAY)


def test_a_step_has_a_condition_of_its_own(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    rich = {"groups": [{"conditions": [{"field": "account_value", "op": "at_least", "value": 1000}]}]}
    playbook(mail(conditions=rich), mail("second"))
    case_of()
    begun()
    playbook_running.run_due(now=MONDAY_9AM)
    assert fate(acme) == [("SKIPPED", "CONDITION"), ("DONE", "")]


def test_a_quiet_hour_holds_all_that_follows_and_skips_nothing(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    playbook(mail(), {"kind": "TASK", "does": CALL["does"]})
    case_of()
    begun()
    contact_policies.change(
        workspace=acme, quiet_days=30, quiet_from=time(8), quiet_to=time(12), now=MONDAY_9AM
    )
    playbook_running.run_due(now=MONDAY_9AM)
    noon = MONDAY_9AM.replace(hour=12)
    first = PlannedStep.objects.of(acme).get(position=1)
    assert (fate(acme), run_of(acme).due_at, first.due_at) == ([("PLANNED", "")] * 2, noon, MONDAY_9AM)
    playbook_running.run_due(now=noon)
    assert fate(acme) == [("DONE", "")] * 2


def test_one_budget_holds_for_surveys_and_steps(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    contact_policies.change(workspace=acme, quiet_days=30, cap_count=1, cap_days=7, now=MONDAY_9AM)
    playbook(mail(), mail("second"))
    case_of()
    begun()
    playbook_running.run_due(now=MONDAY_9AM)
    assert fate(acme) == [("DONE", ""), ("SKIPPED", "TOO_MANY")]


def test_after_an_outage_nobody_is_flooded(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    playbook(
        mail(), mail("second", delay=after(1, "DAYS", "EVENT")), mail("third", delay=after(2, "DAYS", "EVENT")),
        {"kind": "TASK", "does": CALL["does"]},
    )  # fmt: skip
    case_of()
    begun()
    playbook_running.run_due(now=MONDAY_9AM + 2 * DAY + HOUR)
    assert fate(acme) == [("SKIPPED", "OVERTAKEN"), ("SKIPPED", "OVERTAKEN"), ("DONE", ""), ("DONE", "")]


def test_too_late_is_not_sent_and_work_for_people_is_not_lost(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    playbook(mail(), {"kind": "TASK", "does": CALL["does"]})
    case_of()
    begun()
    playbook_running.run_due(now=MONDAY_9AM + 4 * DAY)
    assert fate(acme) == [("SKIPPED", "TOO_LATE"), ("DONE", "")]


def test_one_that_raises_stops_no_other_and_is_tried_again(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    playbook(mail())
    first, _second = case_of(), case_of("omar")
    begun()
    real = playbook_running.doing.do

    def broken(asks: Any) -> Any:
        came = real(asks)
        if first in [ask.case for ask in asks]:
            raise RuntimeError("after the mails were queued")
        return came

    monkeypatch.setattr(playbook_running.doing, "do", broken)
    playbook_running.run_due(now=MONDAY_9AM)
    assert (fate(acme), words(acme)) == ([("PLANNED", ""), ("DONE", "")], ["Hello Omar, first"])
    monkeypatch.setattr(playbook_running.doing, "do", real)
    assert playbook_running.run_due(now=MONDAY_9AM) == 0
    playbook_running.run_due(now=MONDAY_9AM + playbook_running.RETRY_AFTER)
    assert words(acme) == ["Hello Omar, first", "Hello Ines, first"]


def test_a_batch_asks_as_much_for_twelve_as_for_four(
    acme: Workspace,
    playbook: Any,
    case_of: Callable[..., Case],
    django_assert_max_num_queries: Any,
) -> None:
    tag = tag_services.ensure(workspace=acme, names=["called"], now=SWITCHED_ON)[0]
    low = {"groups": [{"conditions": [{"field": "latest_score", "op": "at_most", "value": 6}]}]}
    playbook(
        {"kind": "TAG", "does": {"tags": [tag.pk]}},
        CALL,
        mail(conditions=low),
        mail("second"),
        conditions=low,
    )

    def asked(names: list[str], now: Any) -> int:
        for name in names:
            case_of(name, at=now)
        begun(now)
        with django_assert_max_num_queries(1_000) as found:
            playbook_running.run_due(now=now)
        return len(found)

    few = asked([f"first{n}" for n in range(4)], MONDAY_9AM)
    many = asked([f"second{n}" for n in range(12)], MONDAY_9AM + HOUR)
    assert many <= few
    assert set(fate(acme)) == {("DONE", "")}
    assert len(fate(acme)) == 4 * 16


def test_two_playbooks_for_one_person_are_judged_one_after_the_other(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    contact_policies.change(workspace=acme, quiet_days=30, cap_count=1, cap_days=7, now=MONDAY_9AM)
    playbook(mail("one"), name="One")
    playbook(mail("two"), name="Two")
    case_of()
    begun()
    playbook_running.run_due(now=MONDAY_9AM)
    assert (fate(acme), words(acme)) == ([("DONE", ""), ("SKIPPED", "TOO_MANY")], ["Hello Ines, one"])


def test_a_turn_that_takes_too_long_ends_and_asks_for_the_next(
    acme: Workspace,
    playbook: Any,
    case_of: Callable[..., Case],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    playbook(mail())
    for name in ("ines", "omar", "lena"):
        case_of(name)
    begun()
    asked_for: list[str] = []
    monkeypatch.setattr(budgets, "enqueue_on_commit", asked_for.append)
    monkeypatch.setattr(playbook_running, "BATCH", 1)
    monkeypatch.setattr(budgets, "SECONDS", 0.0)
    assert [playbook_running.run_due(now=MONDAY_9AM) for _turn in range(4)] == [1, 1, 1, 0]
    assert (len(words(acme)), asked_for) == (3, ["followups.run_playbooks"] * 3)


def test_a_step_is_left_out_and_planned_again_by_hand(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case], bob: User
) -> None:
    playbook(mail(), mail("second", delay=after(1)))
    case_of()
    begun()
    one, two = PlannedStep.objects.of(acme).order_by("position")
    planned_steps.skip(step=one, by=bob, now=MONDAY_9AM)
    planned_steps.skip(step=one, by=bob, now=MONDAY_9AM)
    planned_steps.skip(step=two, by=bob, now=MONDAY_9AM)
    planned_steps.plan_again(step=two, by=bob, now=MONDAY_9AM)
    playbook_running.run_due(now=MONDAY_9AM + HOUR)
    assert (fate(acme), words(acme)) == ([("SKIPPED", "BY_HAND"), ("DONE", "")], ["Hello Ines, second"])
    with pytest.raises(planned_steps.NotPlanned):
        planned_steps.plan_again(step=one, by=bob, now=MONDAY_9AM + HOUR)
    with pytest.raises(planned_steps.NotPlanned):
        planned_steps.skip(step=two, by=bob, now=MONDAY_9AM + HOUR)


def test_working_time_waits_for_the_office(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    late = MONDAY_9AM.replace(hour=20)
    playbook(mail(delay=after(1, "HOURS", "EVENT", "WORKING")))
    case_of(at=late)
    begun(late)
    due = PlannedStep.objects.of(acme).get().due_at
    assert (due.date() - late.date(), due.hour) == (timedelta(days=1), 10)


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_do_each_step_once(
    acme: Workspace, playbook: Any, case_of: Callable[..., Case]
) -> None:
    playbook(mail(), mail("second"))
    for name in ("ines", "omar", "lena", "piet"):
        case_of(name)
    start = Barrier(2)

    def sweep() -> None:
        try:
            start.wait()
            playbook_starting.begin(now=MONDAY_9AM)
            playbook_running.run_due(now=MONDAY_9AM)
        finally:
            connection.close()

    threads = [Thread(target=sweep) for _turn in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    playbook_running.run_due(now=MONDAY_9AM + playbook_running.BUSY)
    assert sorted(words(acme)) == sorted(
        f"Hello {name}, {turn}" for name in ("Ines", "Omar", "Lena", "Piet") for turn in ("first", "second")
    )
