"""The clock through the API: each step to a due moment, and the two clocks of a case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import BusinessCalendar, Membership, Team, User, Workspace
from accounts.services import api_keys, calendars, teams
from detractors.models import Case, SlaPolicy, SlaTimer
from detractors.services import cases
from tests.api import Api, errors
from tests.conftest import MONDAY_9AM, signed_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_each_step_to_the_due_moment_is_told_and_adds_up(acme: Workspace, owner: User) -> None:
    usual = BusinessCalendar.objects.of(acme).get()
    policy = SlaPolicy.objects.of(acme).get()
    answer = Api(acme).get("clock/", at="2026-03-06T17:30:00+01:00", sla_policy=policy.pk).json()
    says = [step.pop("says") for step in answer["steps"]]
    assert answer == {
        "state": "DUE", "start": "2026-03-06T16:30:00Z", "minutes": 60, "clock": "WORKING", "calendar": str(usual.pk),
        "time_zone": "UTC", "due_at": "2026-03-09T09:30:00Z", "steps_left_out": 0, "sla_policy": str(policy.pk),
        "case": None, "kind": "FIRST_RESPONSE", "stored_due_at": None, "is_as_stored": None,
        "steps": [
            {"kind": "WORK", "start": "2026-03-06T16:30:00Z", "end": "2026-03-06T17:00:00Z", "minutes": 30.0, "left": 30.0},
            {"kind": "CLOSED", "start": "2026-03-06T17:00:00Z", "end": "2026-03-09T09:00:00Z", "minutes": 0.0, "left": 30.0},
            {"kind": "WORK", "start": "2026-03-09T09:00:00Z", "end": "2026-03-09T09:30:00Z", "minutes": 30.0, "left": 0.0},
            {"kind": "DUE", "start": "2026-03-09T09:30:00Z", "end": "2026-03-09T09:30:00Z", "minutes": 0.0, "left": 0.0},
        ],
    }  # fmt: skip
    page = signed_in(owner).get(
        "/w/acme/clock/", {"at": "2026-03-06T16:30", "minutes": 60, "hours": str(usual.pk)}
    )
    assert says == [step.words for step in page.context["steps"]]


def test_minutes_are_counted_in_hours_or_around_the_clock(acme: Workspace) -> None:
    api, usual = Api(acme), BusinessCalendar.objects.of(acme).get()
    around = api.get("clock/", at="2026-03-06T16:30:00Z", minutes=2880).json()
    assert (around["due_at"], around["clock"], around["calendar"], len(around["steps"])) == (
        "2026-03-08T16:30:00Z", "CALENDAR", None, 2,
    )  # fmt: skip
    never = api.get("clock/", at="2026-03-06T16:30:00Z", minutes=5_000_000, calendar=usual.pk).json()
    assert (never["state"], never["due_at"], never["steps"]) == ("NEVER", None, [])
    long = api.get("clock/", at="2026-03-02T09:00:00Z", minutes=480 * 700, calendar=usual.pk).json()
    left_out = long["steps_left_out"]
    assert (len(long["steps"]), left_out) == (1000, 700 + 699 + 1 - 1000)
    assert (long["steps"][-1]["kind"], long["steps"][-1]["end"]) == ("DUE", long["due_at"])


def test_a_promise_of_a_case_tells_its_pauses(
    acme: Workspace, bob: User, open_case: Callable[..., Case]
) -> None:
    api, case = Api(acme), open_case()
    cases.wait(case=case, by=bob, waiting_for="x", now=MONDAY_9AM + HOUR)
    still = api.get("clock/", case=case.number, kind="RESOLUTION").json()
    assert (still["state"], still["due_at"], still["is_as_stored"]) == ("STILL", None, True)
    cases.resume(case=case, by=bob, now=MONDAY_9AM + 2 * HOUR)
    told = api.get("clock/", case=case.number, kind="RESOLUTION").json()
    stored = SlaTimer.objects.of(acme).get(case=case, kind="RESOLUTION")
    assert told["due_at"] == told["stored_due_at"] == stored.due_at.isoformat().replace("+00:00", "Z")
    assert (told["state"], told["is_as_stored"], told["case"]) == ("DUE", True, case.number)
    assert [(step["kind"], step["left"]) for step in told["steps"]][:3] == [
        ("WORK", 900.0), ("STILL", 900.0), ("ON", 900.0),
    ]  # fmt: skip
    assert sum(step["minutes"] for step in told["steps"]) == told["minutes"] == 960


def test_a_missed_promise_that_later_hours_would_tell_otherwise_says_so(
    acme: Workspace, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    SlaTimer.objects.of(acme).filter(case=case, kind="FIRST_RESPONSE").update(due_at=MONDAY_9AM + 5 * HOUR)
    told = Api(acme).get("clock/", case=case.number).json()
    assert (told["due_at"], told["stored_due_at"], told["is_as_stored"]) == (
        "2026-03-02T10:00:00Z", "2026-03-02T14:00:00Z", False,
    )  # fmt: skip


def test_what_is_no_question_is_named_by_its_field(acme: Workspace, globex: Workspace) -> None:
    api, theirs = Api(acme), SlaPolicy.objects.of(globex).get()
    own = SlaPolicy.objects.of(acme).get()
    asked: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
        ({}, [("sla_policy", "REQUIRED")]),
        ({"case": 1, "minutes": 5}, [("minutes", "INVALID")]),
        ({"case": 1, "at": "2026-03-06T16:30:00Z"}, [("at", "INVALID")]),
        ({"minutes": 5, "kind": "RESOLUTION"}, [("kind", "INVALID")]),
        ({"sla_policy": own.pk, "calendar": own.calendar_id}, [("calendar", "INVALID")]),
        ({"sla_policy": own.pk, "kind": "NEXT_RESPONSE"}, [("kind", "INVALID")]),
        ({"sla_policy": theirs.pk}, [("sla_policy", "UNKNOWN")]),
        ({"minutes": 5, "calendar": theirs.calendar_id}, [("calendar", "UNKNOWN")]),
        ({"minutes": 5, "at": "yesterday"}, [("at", "MOMENT")]),
        ({"minutes": -1}, [("minutes", "MIN_VALUE")]),
        ({"minuets": 5}, [("minuets", "UNKNOWN_FIELD")]),
    ]
    SlaPolicy.objects.of(acme).update(next_response_minutes=None)
    for query, said in asked:
        answer = api.get("clock/", **query)
        assert (query, answer.status_code, errors(answer)) == (query, 400, said)


def test_a_case_is_told_to_whom_it_may_be_shown_with_both_scopes(
    acme: Workspace, globex: Workspace, bob: User, owner: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    elsewhere = teams.create(workspace=acme, name="Elsewhere", now=MONDAY_9AM)
    Case.objects.of(acme).update(team=elsewhere, owner=owner)
    Membership.objects.of(acme).filter(user=bob).update(only_own_teams=True)
    limited, stranger, full = Api(acme, by=bob), Api(globex), Api(acme, by=owner)
    statuses = [
        [
            api.get("clock/", case=case.number).status_code,
            api.get(f"cases/{case.number}/clocks/").status_code,
        ]
        for api in (full, limited, stranger)
    ]
    assert statuses == [[200, 200], [404, 404], [404, 404]]
    _key, full.secret = api_keys.issue(
        workspace=acme, name="clock", by=owner, can_do=["clock:read"], now=MONDAY_9AM
    )
    refused = full.get("clock/", case=case.number)
    assert (refused.status_code, refused.json()["errors"][0]["message"]) == (403, "cases:read")
    assert full.get("clock/", minutes=5).status_code == 200


def test_the_two_clocks_are_those_of_the_page(acme: Workspace, owner: User, lived_case: Case) -> None:
    told = Api(acme).get(f"cases/{lived_case.number}/clocks/").json()
    shown = signed_in(owner).get(f"/w/acme/cases/{lived_case.number}/").context["clocks"]
    assert (told["is_over"], told["start"], told["end"]) == (
        True,
        "2026-03-02T09:00:00Z",
        "2026-03-03T10:00:00Z",
    )
    assert (told["customer_minutes"], told["working_minutes"], told["waited_minutes"]) == (
        25 * 60,
        8 * 60,
        60,
    )
    assert (told["customer_minutes"], told["working_minutes"]) == (
        shown.customer / timedelta(minutes=1),
        shown.team / timedelta(minutes=1),
    )
    assert [
        (one["state"], one["owner"], one["customer_minutes"], one["working_minutes"])
        for one in told["stretches"]
    ] == [
        ("RUN", "Bob Brown", 120, 120),
        ("WAIT", "Bob Brown", 60, 0),
        ("RUN", "Bob Brown", 60, 60),
        ("RUN", "Alice Adams", 21 * 60, 5 * 60),
    ]
    runs = {one["kind"]: one for one in told["promises"]}
    usual = str(BusinessCalendar.objects.of(acme).get().pk)
    assert set(runs) == {"FIRST_RESPONSE", "RESOLUTION"}
    resolution = runs["RESOLUTION"]
    assert resolution["moves"] == [
        {"what": "START", "at": "2026-03-02T09:00:00Z", "calendar": usual},
        {"what": "PAUSE", "at": "2026-03-02T11:00:00Z", "calendar": usual},
        {"what": "RESUME", "at": "2026-03-02T12:00:00Z", "calendar": usual},
    ]
    assert (resolution["minutes"], resolution["cancelled_at"], resolution["left_seconds"]) == (
        960,
        "2026-03-03T10:00:00Z",
        None,
    )


def test_hours_that_change_hands_are_named(
    acme: Workspace, owner: User, alice: User, open_case: Callable[..., Case]
) -> None:
    case = open_case()
    night = calendars.create(workspace=acme, name="Night", like=None, by=owner, now=MONDAY_9AM)
    calendars.change(
        calendar=night, time_zone="America/New_York", week={"mon": [["00:00", "24:00"]]}, now=MONDAY_9AM
    )
    team: Team = teams.create(workspace=acme, name="Night", now=MONDAY_9AM)
    calendars.set_teams(calendar=night, teams=[team], by=owner, now=MONDAY_9AM)
    Membership.objects.of(acme).filter(user=alice).update(team=team)
    cases.assign(case=case, owner=alice, by=owner, now=MONDAY_9AM + HOUR)
    told = Api(acme).get(f"cases/{case.number}/clocks/").json()
    assert [one["time_zone"] for one in told["stretches"]][:2] == ["UTC", "America/New_York"]
    [resolution] = [one for one in told["promises"] if one["kind"] == "RESOLUTION"]
    assert [(move["what"], move["calendar"]) for move in resolution["moves"]][1:] == [
        ("HOURS", str(night.pk))
    ]
