from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.enums import TimerKind
from detractors.models import AlertRules, Case, EscalationStep, HeldAlert, Notification, SlaTimer
from detractors.services import alerts, cases, enforcing, sla
from outbox.models import OutboundMessage
from outbox.services import chat_targets
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


def at(**passed: float) -> datetime:
    return MONDAY_9AM + timedelta(**passed)


def choose(workspace: Workspace, user: User, **wanted: Any) -> None:
    usual = {
        "no_mail": [], "no_bell": [], "quiet_from": None, "quiet_until": None, "quiet_days": [], "daily_at": None,
    }  # fmt: skip
    alerts.choose(workspace=workspace, user=user, now=MONDAY_9AM, **{**usual, **wanted})


def mails(workspace: Workspace, to: User) -> list[tuple[str, str]]:
    rows = OutboundMessage.objects.of(workspace).filter(to=to.email).exclude(mail="case_assigned")
    return list(rows.order_by("id").values_list("mail", "subject"))


def test_mails_wait_for_the_end_of_quiet_time_and_the_bell_does_not(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    choose(acme, bob, quiet_from=time(9, 30), quiet_until=time(12))
    case = open_case()
    sla.enforce(now=at(minutes=61))
    assert mails(acme, bob) == []
    assert [mail for mail, _subject in mails(acme, alice)] == ["case_escalated"]
    assert list(Notification.objects.of(acme).filter(user=bob).values_list("kind", flat=True)) == ["BREACHED"]
    assert alerts.tell_held(now=at(hours=2, minutes=59)) == 0
    assert alerts.tell_held(now=at(hours=3)) == 1
    assert mails(acme, bob) == [("sla_breach", f"Case {case.number} is overdue: {case.contact}")]
    assert alerts.tell_held(now=at(hours=4)) == 0


def test_what_is_no_longer_so_when_quiet_time_ends_is_not_told(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    choose(acme, bob, quiet_from=time(9, 30), quiet_until=time(12))
    case = open_case()
    sla.enforce(now=at(minutes=61))
    cases.record_contact(case=case, channel="CALL", by=bob, now=at(minutes=90), outcome="REACHED", note="")
    assert alerts.tell_held(now=at(hours=3)) == 0
    assert (mails(acme, bob), HeldAlert.objects.of(acme).count()) == ([], 0)


def test_an_urgent_case_reaches_an_executive_in_quiet_time_where_the_step_says_so(
    acme: Workspace, alice: User, bob: User, owner: User, open_case: Callable[..., Case]
) -> None:
    acme.executives.add(owner)
    choose(acme, owner, quiet_days=[0])
    EscalationStep.objects.of(acme).update(level="EXECUTIVE", breaks_quiet=True)
    Case.objects.of(acme).filter(pk=open_case().pk).update(priority="URGENT")
    open_case(contact=None)
    sla.enforce(now=at(minutes=61))
    assert [mail for mail, _subject in mails(acme, owner)] == ["case_escalated"]
    assert HeldAlert.objects.of(acme).get(user=owner).tell_at == at(hours=15)  # midnight


def test_a_kind_somebody_does_not_want_comes_by_the_way_they_left_open(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    choose(acme, bob, no_mail=["WARNING", "ASSIGNED"], no_bell=["BREACH"])
    open_case()
    sla.enforce(now=at(minutes=45))
    sla.enforce(now=at(minutes=61))
    told = OutboundMessage.objects.of(acme).filter(to=bob.email).values_list("mail", flat=True)
    assert list(told) == ["sla_breach"]
    assert list(Notification.objects.of(acme).filter(user=bob).values_list("kind", flat=True)) == ["DUE_SOON"]


def test_more_than_a_few_within_ten_minutes_come_as_one_and_later_ones_wait(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    EscalationStep.objects.of(acme).delete()
    found = [open_case(contact=None, now=at(minutes=minute)) for minute in range(8)]
    for minute in range(8):
        SlaTimer.objects.of(acme).filter(case=found[minute], kind=TimerKind.FIRST_RESPONSE).update(
            warned_at=MONDAY_9AM, next_at=at(minutes=60 + minute)
        )
    OutboundMessage.objects.of(acme).delete()
    for minute in range(8):
        sla.enforce(now=at(minutes=60 + minute, seconds=1))
    assert [mail for mail, _subject in mails(acme, bob)] == ["sla_breach"] * 5 + ["sla_digest"]
    assert HeldAlert.objects.of(acme).count() == 2
    assert alerts.tell_held(now=at(minutes=70)) == 0
    assert alerts.tell_held(now=at(minutes=70, seconds=2)) == 1
    assert [subject for mail, subject in mails(acme, bob)][-3:] == [
        "1 case is overdue", f"Case {found[6].number} is overdue: An anonymous customer",
        f"Case {found[7].number} is overdue: An anonymous customer",
    ]  # fmt: skip


def test_an_outage_of_many_batches_is_one_message_to_each(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enforcing, "BATCH", 4)
    AlertRules(workspace=acme, most_at_once=2).save()
    for _number in range(11):
        open_case(contact=None)
    OutboundMessage.objects.of(acme).delete()
    sla.enforce(now=at(hours=6))
    assert mails(acme, bob) == [("sla_digest", "11 cases are overdue")]
    assert mails(acme, alice) == [("sla_digest", "11 cases were escalated to you")]
    assert HeldAlert.objects.of(acme).count() == 0


def test_a_receiver_that_cannot_be_told_keeps_nobody_else_from_hearing(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in (alice, bob):
        choose(acme, person, quiet_from=time(9, 30), quiet_until=time(12))
    open_case()
    sla.enforce(now=at(minutes=61))
    notes = alerts._Maker.notes

    def failing(maker: Any, receiver: Any, held: Any) -> Any:
        if receiver.user_id == alice.pk:
            raise RuntimeError("no words for her")
        return notes(maker, receiver, held)

    monkeypatch.setattr(alerts._Maker, "notes", failing)
    assert alerts.tell_held(now=at(hours=3)) == 1
    assert [mail for mail, _subject in mails(acme, bob)] == ["sla_breach"]
    assert list(HeldAlert.objects.of(acme).values_list("user", flat=True)) == [alice.pk]
    monkeypatch.undo()
    assert alerts.tell_held(now=at(hours=3)) == 1
    assert [mail for mail, _subject in mails(acme, alice)] == ["case_escalated"]


def test_a_room_hears_what_it_asked_for_and_its_daily_overview(
    acme: Workspace, alice: User, bob: User, open_case: Callable[..., Case]
) -> None:
    room, _secret = chat_targets.save(
        workspace=acme, target=None, name="Room", kind="SLACK", events=["BREACH", "URGENT", "DIGEST"],
        address="https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx",
        digest_at=time(10), now=MONDAY_9AM,
    )  # fmt: skip
    case = open_case()
    sla.enforce(now=at(minutes=61))
    assert alerts.tell_daily(now=at(minutes=61)) == 1
    assert alerts.tell_daily(now=at(minutes=62)) == 0
    rows = OutboundMessage.objects.of(acme).filter(channel="CHAT").order_by("id")
    assert [row.subject for row in rows] == [f"Case {case.number} is overdue: {case.contact}", "1 open case"]
    assert "Past due: 1" in rows[1].text
    assert {row.to for row in rows} == {f"chat:{room.pk}"}


def test_ones_own_cases_come_once_a_day_at_the_chosen_hour(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    choose(acme, bob, daily_at=time(10))
    case = open_case()
    assert alerts.tell_daily(now=at(minutes=59)) == 0
    assert alerts.tell_daily(now=at(hours=9)) == 1  # late, and once
    assert alerts.tell_daily(now=at(hours=10)) == 0
    assert mails(acme, bob) == [("cases_of_today", "Your day: 1 open case")]
    cases.dismiss(case=case, by=bob, reason="not ours", now=at(hours=11))
    assert alerts.tell_daily(now=at(hours=25)) == 0  # nothing to say


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"quiet_from": time(20)}, "quiet_until"),
        ({"quiet_from": time(20), "quiet_until": time(20)}, "quiet_until"),
        ({"quiet_days": range(7)}, "quiet_days"),
    ],
)
def test_quiet_time_has_an_end(acme: Workspace, bob: User, wanted: dict[str, Any], field: str) -> None:
    with pytest.raises(alerts.AlertError) as caught:
        choose(acme, bob, **wanted)
    assert caught.value.field == field
