"""What a playbook begins with: each event once, in time, and only since it was switched on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User, Workspace
from detractors.models import Case
from detractors.queries import matrix as matrix_queries
from detractors.services import cases, hearing, planning
from followups import playbook_words
from followups.enums import ResurveyStatus
from followups.models import PlannedStep, Playbook, PlaybookRun, Resurvey
from followups.services import playbook_running, playbook_starting, playbooks
from outbox.models import OutboundMessage
from surveys.models import Response, Survey
from surveys.services import contacts, responses
from tests.conftest import MONDAY_9AM

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SWITCHED_ON = MONDAY_9AM - HOUR
MAIL = {"kind": "MAIL", "does": {"subject": "Hello", "body": "Hello {{ first_name }}"}}
pytestmark = pytest.mark.django_db


@pytest.fixture
def on(acme: Workspace) -> Callable[..., Playbook]:
    """on(event) is a playbook of one mail, switched on an hour before Monday nine."""

    def make(event: str, *, name: str = "One", **said: Any) -> Playbook:
        row = playbooks.create(workspace=acme, name=name, event=event, steps=[MAIL], now=SWITCHED_ON, **said)
        return playbooks.switch(playbook=row, on=True, now=SWITCHED_ON)

    return make


def begun(now: Any = MONDAY_9AM) -> int:
    return playbook_starting.begin(now=now)


def why(workspace: Workspace) -> list[str]:
    rows = PlaybookRun.objects.of(workspace).select_related("playbook").order_by("pk")
    return [playbook_words.because(row) for row in rows]


def standing(*codes: str) -> dict[str, Any]:
    return {"groups": [{"match": "any", "conditions": [{"field": "standing", "op": "is", "value": code} for code in codes]}]}  # fmt: skip


def test_one_off_and_long_standing_begin_different_playbooks(acme: Workspace, on: Any, case_of: Any) -> None:
    on("CASE_OPENED", name="One-off", conditions=standing("FIRST", "ONE_OFF"))
    chronic = on("CASE_OPENED", name="Chronic", conditions=standing("LONG_STANDING"))
    for days in (300, 200):
        case_of("omar", at=MONDAY_9AM - days * DAY)
        Case.objects.of(acme).update(category="CLOSED", closed_at=MONDAY_9AM - 100 * DAY)
    case_of("ines"), case_of("omar")
    assert begun() == 2
    assert why(acme) == ["because of a first low score", "because of a third low score"]
    assert PlaybookRun.objects.of(acme).get(playbook=chronic).contact.name == "Omar"


def test_what_happened_before_it_was_switched_on_begins_none(acme: Workspace, on: Any, case_of: Any) -> None:
    case_of(at=SWITCHED_ON - timedelta(minutes=1))
    on("CASE_OPENED")
    assert begun() == 0


def test_what_was_written_late_by_another_transaction_is_found(
    acme: Workspace, on: Any, case_of: Any
) -> None:
    row = on("CASE_OPENED")
    begun(MONDAY_9AM + timedelta(minutes=1))
    case_of()  # committed a minute after it says it was made
    assert begun(MONDAY_9AM + timedelta(minutes=1, seconds=15)) == 1
    row.refresh_from_db()
    assert row.looked_to == MONDAY_9AM + timedelta(minutes=1, seconds=15)


def test_many_events_are_looked_through_in_pages(
    acme: Workspace, on: Any, case_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playbook_starting, "PAGE", 2)
    on("CASE_OPENED", conditions={"groups": [{"conditions": [{"field": "score", "op": "is", "value": 1}]}]})
    for name, score in (("ines", 3), ("omar", 1), ("lena", 3), ("piet", 2), ("mara", 1)):
        case_of(name, score=score)
    assert [begun(), begun()] == [2, 0]


def test_a_score_without_words_is_asked_about_until_words_come(
    acme: Workspace, on: Any, case_of: Any
) -> None:
    on("NO_COMMENT")
    case_of("ines", comment=""), case_of("omar", comment=""), case_of("lena")
    assert begun() == 2
    Response.objects.of(acme).filter(contact__name="Omar").update(comment="It was late.")
    playbook_running.run_due(now=MONDAY_9AM)
    ends = dict(PlaybookRun.objects.of(acme).values_list("contact__name", "stopped_because"))
    assert ends == {"Ines": "", "Omar": "NO_LONGER_TRUE"}


def test_silence_is_counted_from_the_latest_time_we_wrote(
    acme: Workspace, on: Any, case_of: Any, bob: User
) -> None:
    on("SILENCE", silent_days=3, stops=["CUSTOMER_WROTE"])
    case = case_of()
    cases.record_contact(case=case, by=bob, channel="CALL", note="", now=MONDAY_9AM)
    cases.record_contact(
        case=case, by=bob, channel="CALL", note="", outcome="NO_ANSWER", now=MONDAY_9AM + HOUR
    )
    assert [begun(MONDAY_9AM + HOUR), begun(MONDAY_9AM + HOUR)] == [1, 0]
    cases.record_contact(case=case, by=bob, channel="REPLY", note="", now=MONDAY_9AM + DAY)
    assert begun(MONDAY_9AM + DAY) == 1
    found = PlaybookRun.objects.of(acme).order_by("pk").values_list("state", "stopped_because", "due_at")
    assert list(found) == [("STOPPED", "ANEW", None), ("RUNNING", "", MONDAY_9AM + 4 * DAY)]
    hearing.wrote(case=case, text="Yes?", by_way="MAIL", now=MONDAY_9AM + 2 * DAY)
    playbook_running.run_due(now=MONDAY_9AM + 4 * DAY)
    assert PlaybookRun.objects.of(acme).latest("pk").stopped_because == "CUSTOMER_WROTE"


def test_a_wait_begins_and_ends_it(acme: Workspace, on: Any, case_of: Any, bob: User) -> None:
    on("WAITING", stops=[])
    case = case_of()
    cases.wait(case=case, by=bob, waiting_for="the receipt", now=MONDAY_9AM)
    begun()
    cases.resume(case=case, by=bob, now=MONDAY_9AM + HOUR)
    cases.wait(case=case, by=bob, waiting_for="the number", now=MONDAY_9AM + 2 * HOUR)
    assert begun(MONDAY_9AM + 2 * HOUR) == 1
    playbook_running.run_due(now=MONDAY_9AM + 2 * HOUR)
    found = PlaybookRun.objects.of(acme).order_by("pk").values_list("state", "stopped_because")
    assert list(found) == [("STOPPED", "NO_LONGER_TRUE"), ("DONE", "")]


def test_resolved_and_asked_again(acme: Workspace, on: Any, case_of: Any, resolve: Any) -> None:
    on("RESOLVED", name="Resolved"), on("RECOVERED", name="Recovered"), on("NOT_RECOVERED", name="Not")
    case = resolve(case_of(), now=MONDAY_9AM + HOUR)
    assert begun(MONDAY_9AM + HOUR) == 1
    response = Response.objects.of(acme).get()
    row = Resurvey.objects.of(acme).filter(case=case).first() or Resurvey(
        workspace=acme, case=case, episode=0, due_at=MONDAY_9AM, created_at=MONDAY_9AM
    )
    row.status, row.response, row.score_after = ResurveyStatus.ANSWERED, response, 8
    row.settled_at = MONDAY_9AM + 2 * HOUR
    row.save()
    cases.record_recovery(case=case, outcome="RECOVERED", score=8, now=MONDAY_9AM + 2 * HOUR)
    assert begun(MONDAY_9AM + 2 * HOUR) == 1
    assert why(acme) == ["because the case was resolved", "because the customer is content again"]


def test_promoters_are_thanked_without_a_case_and_with_a_way_out(acme: Workspace, on: Any) -> None:
    on("PROMOTER")
    survey = Survey.objects.of(acme).get()
    for name, score in (("ines", 10), ("omar", 8), ("lena", 9)):
        person, _new = contacts.upsert(
            workspace=acme, email=f"{name}@customer.example", name=name.title(), now=MONDAY_9AM
        )
        responses.record(workspace=acme, survey=survey, contact=person, score=score, now=MONDAY_9AM)
    Response.objects.of(acme).update(decide_at=None)
    assert [begun(), begun()] == [2, 0]
    Response.objects.of(acme).filter(contact__name="Lena").update(score=7, segment="PASSIVE")
    playbook_running.run_due(now=MONDAY_9AM)
    [message] = OutboundMessage.objects.of(acme).filter(mail="playbook_step")
    assert (message.to, "No more surveys" in message.text) == ("ines@customer.example", True)
    assert PlannedStep.objects.of(acme).get(run__contact__name="Lena").skipped_because == "NO_LONGER_TRUE"


def test_a_cell_of_the_matrix_begins_the_playbook_it_names(
    acme: Workspace, on: Any, case_of: Any, bob: User
) -> None:
    row = on("RESOLVED", name="Call the carrier", conditions=standing("LONG_STANDING"))
    buying = planning.add_scenario(workspace=acme, name="Buying", now=MONDAY_9AM)
    late = planning.add_failure(workspace=acme, name="Late", now=MONDAY_9AM)
    cell = planning.plan_cell(
        scenario=buying, failure=late, priority_minutes=0, policy=None, playbook="call the Carrier", team=None,
        now=MONDAY_9AM,
    )  # fmt: skip
    assert "Call the carrier" in matrix_queries.playbook_names(workspace=acme)
    case = case_of()
    assert begun() == 0
    planning.place_case(case=case, cell=cell, by=bob, now=MONDAY_9AM + HOUR)
    assert [begun(MONDAY_9AM + HOUR), begun(MONDAY_9AM + HOUR)] == [1, 0]
    assert why(acme) == ["because the case is in “Buying: Late” of the matrix"]
    playbook_running.run_due(now=MONDAY_9AM + HOUR)
    assert PlaybookRun.objects.of(acme).get(playbook=row).state == "DONE"


def test_somebody_starts_one_for_a_case(acme: Workspace, on: Any, case_of: Any, bob: User) -> None:
    row = on("RESOLVED")
    case = case_of()
    playbook_starting.start(playbook=row, case=case, by=bob, now=MONDAY_9AM)
    assert why(acme) == ["because Bob Brown chose it"]
    with pytest.raises(playbook_starting.NotStartable):
        playbook_starting.start(playbook=row, case=case, by=bob, now=MONDAY_9AM)
