"""Kept or lost: said by a person, corrected with its history, suggested by a second answer and never set by it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.history import kinds
from accounts.models import User, Workspace
from detractors.enums import EventKind, Outcome
from detractors.models import Case, CaseEvent, LossReason, Retention, RootCause
from detractors.queries import retention as queries
from detractors.services import cases, retention
from detractors.services.errors import Incomplete
from detractors.services.retention import ReasonError
from surveys.models import Contact
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
TODAY = MONDAY_9AM.date()


def solved(case: Case, by: User) -> Case:
    return cases.resolve(
        case=case, by=by, root_cause=RootCause.objects.of(case.workspace_id).earliest("pk"), resolution="Sent again.",
        contact={"channel": "CALL"}, now=MONDAY_9AM,
    )  # fmt: skip


def reason(acme: Workspace, name: str = "Price") -> LossReason:
    return retention.add_reason(workspace=acme, name=name, now=MONDAY_9AM)


def test_it_is_said_corrected_and_taken_back_and_the_timeline_keeps_all(
    acme: Workspace, bob: User, alice: User, open_case: Callable[..., Case]
) -> None:
    case, price = open_case(2), reason(acme)
    Contact.objects.of(acme).filter(pk=case.contact_id).update(account_value=Decimal(1200))
    retention.say(case=case, by=bob, state="KEPT", now=MONDAY_9AM)
    again = retention.say(case=case, by=alice, state="KEPT", now=MONDAY_9AM + timedelta(hours=1))
    assert (again.set_by, again.on_date, again.value) == (bob, TODAY, Decimal(1200))  # nothing new was said
    lost = retention.say(
        case=case, by=alice, state="LOST", on_date=TODAY - timedelta(days=2), reason=price, note=" Went  to Globex ",
        now=MONDAY_9AM,
    )  # fmt: skip
    assert (lost.state, lost.reason, lost.note, lost.set_by) == ("LOST", price, "Went to Globex", alice)
    retention.unsay(case=case, by=bob, now=MONDAY_9AM)
    retention.unsay(case=case, by=bob, now=MONDAY_9AM)
    assert Retention.objects.of(acme).count() == 0
    said = CaseEvent.objects.of(acme).filter(case=case, kind=EventKind.RETENTION).order_by("pk")
    assert [(one.facts["state"], one.facts.get("before"), one.facts.get("loss_reason")) for one in said] == [
        ("KEPT", None, None), ("LOST", "KEPT", "Price"), ("", "LOST", None),
    ]  # fmt: skip


def test_what_cannot_be_is_refused(
    acme: Workspace, globex: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = open_case(2)
    for given, field in (
        ({"state": "MAYBE"}, "state"),
        ({"state": "KEPT", "on_date": TODAY + timedelta(days=1)}, "on_date"),
        ({"state": "KEPT", "reason": reason(acme)}, "reason"),
        ({"state": "LOST", "reason": reason(globex)}, "reason"),
        ({"state": "LOST", "note": "x" * 301}, "note"),
    ):
        with pytest.raises(Incomplete) as refused:
            retention.say(case=case, by=bob, now=MONDAY_9AM, **given)  # type: ignore[arg-type]
        assert refused.value.field == field
    assert Retention.objects.of(acme).count() == 0


def test_a_second_answer_suggests_and_sets_nothing(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    case = solved(open_case(2), bob)
    cases.record_recovery(case=case, outcome=Outcome.CONVERTED, score=10, now=MONDAY_9AM + timedelta(days=9))
    case.refresh_from_db()
    everything = Case.objects.of(acme)
    found = {
        state: list(queries.cases_in(everything, workspace=acme, state=state)) for state in queries.STATES
    }
    assert found == {"KEPT": [], "LOST": [], "SUGGESTED": [case], "UNSAID": [case]}
    assert (case.score, Retention.objects.of(acme).count()) == (2, 0)
    retention.say(case=case, by=bob, state="KEPT", now=MONDAY_9AM + timedelta(days=9))
    found = {
        state: list(queries.cases_in(everything, workspace=acme, state=state)) for state in queries.STATES
    }
    assert found == {"KEPT": [case], "LOST": [], "SUGGESTED": [], "UNSAID": []}


def test_the_report_counts_by_month_cause_and_reason_with_what_they_are_worth(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    price, cause = reason(acme), None
    for place, (state, day, worth) in enumerate(
        [
            ("KEPT", date(2026, 2, 3), 100),
            ("LOST", date(2026, 2, 20), 700),
            ("LOST", date(2025, 12, 31), None),
        ]
    ):
        email = f"customer{place}@customer.example"
        contact, _new = contacts.upsert(workspace=acme, email=email, account_value=worth, now=MONDAY_9AM)
        case = solved(open_case(2, contact=contact), bob)
        cause = case.root_cause.name if case.root_cause else None
        retention.say(
            case=case,
            by=bob,
            state=state,
            on_date=day,
            reason=price if worth == 700 else None,
            now=MONDAY_9AM,
        )
    found = queries.report(workspace=acme, since=date(2025, 12, 1), until=date(2026, 2, 28))
    assert [(one.key, one.kept, one.lost, one.kept_value, one.lost_value) for one in found.months] == [
        (date(2025, 12, 1), 0, 1, 0, 0), (date(2026, 1, 1), 0, 0, 0, 0), (date(2026, 2, 1), 1, 1, 100, 700),
    ]  # fmt: skip
    assert (found.whole.n, found.whole.percent, found.whole.lost_value) == (3, 33, 700)
    assert [(one.key, one.n) for one in found.causes] == [(cause, 3)]
    assert [(one.key, one.lost, one.lost_value) for one in found.reasons] == [("Price", 1, 700), (None, 1, 0)]


def test_reasons_have_one_name_each_and_remember_their_changes(acme: Workspace) -> None:
    row = reason(acme, " The  price ")
    for name in ("the price", " ", "x" * 101):
        with pytest.raises(ReasonError):
            retention.add_reason(workspace=acme, name=name, now=MONDAY_9AM)
    retention.rename_reason(reason=row, name="Prices")
    retention.retire_reason(reason=row, now=MONDAY_9AM)
    assert queries.reasons(workspace=acme) == []
    assert queries.reason_with(workspace=acme, name="prices") is None
    retention.retire_reason(reason=row, now=None)
    assert queries.reason_with(workspace=acme, name="prices") == row
    changes = kinds()["loss_reason"].objects.of(acme).order_by("pgh_id")
    assert [change.pgh_label for change in changes] == ["insert", "update", "update", "update"]
