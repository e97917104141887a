"""Cases of the REST API: rows, filters, timeline, moves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, User, Workspace
from detractors.models import Case, CaseEvent, RootCause, SlaTimer
from detractors.services import decisions, sla
from surveys.models import Contact, Response, Survey
from tests.api import Api, errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(acme: Workspace, bob: User, alice: User) -> Api:
    """A key that Bob made."""
    return Api(acme, by=bob)


@pytest.fixture
def opened(api: Api, acme: Workspace) -> Callable[..., int]:
    """opened(score=3, email=...) answers and decides; gives the number of the case."""

    def make(score: int = 3, email: str = "ines@x.example", **more: Any) -> int:
        survey = Survey.objects.of(acme).first().public_id
        contact = {"email": email, "name": "Ines Iglesias"}
        row = api.post("responses/", {"survey": survey, "score": score, "contact": contact, **more}).json()
        decisions.decide_pending(now=timezone.now())
        return api.get(f"responses/{row['id']}/").json()["case"]

    return make


def test_a_case_row_has_the_fields_of_the_contract(api: Api, opened: Any, acme: Workspace) -> None:
    number = opened(comment="Late.")
    case, response = Case.objects.of(acme).get(), Response.objects.of(acme).get()
    due = {timer.kind: timer.due_at for timer in SlaTimer.objects.of(acme)}
    row = api.get(f"cases/{number}/").json()
    shown = lambda moment: moment.isoformat().replace("+00:00", "Z")  # noqa: E731
    assert row == {
        "number": 1,
        "status": "NEW",
        "category": "OPEN",
        "priority": case.priority,
        "origin": "RESPONSE",
        "owner": "bob@acme.example",
        "executive": None,
        "account_value": None,
        "is_public": False,
        "retention": None,
        "survey": Survey.objects.of(acme).get().public_id,
        "response": response.public_id,
        "responses": [response.public_id],
        "contact": Contact.objects.of(acme).get().public_id,
        "score": 3,
        "stated_complaint": "Late.",
        "underlying_issue": "",
        "opened_at": shown(response.responded_at),
        "first_response_due_at": shown(due["FIRST_RESPONSE"]),
        "next_response_due_at": None,
        "first_responded_at": None,
        "first_response_minutes": None,
        "first_response_minutes_calendar": None,
        "resolution_due_at": shown(due["RESOLUTION"]),
        "resolved_at": None,
        "closed_at": None,
        "waiting_for": "",
        "breaches": [],
        "root_cause": None,
        "resolution": "",
        "tags": [],
        "snoozed_at": None,
        "snoozed_until": None,
        "outcome": None,
        "customer_url": f"http://localhost:8000/c/{case.link}/",
        "cell": None,
        "is_chronic": False,
        "rank_parts": [{"code": part["code"], "minutes": part["minutes"]} for part in case.rank_parts],
        "ranked_at": shown(case.rank_at),
    }
    assert api.get("cases/").json() == {"results": [row], "next": None}


def test_a_missed_promise_is_in_the_row_and_in_the_filter(api: Api, opened: Any, acme: Workspace) -> None:
    missed, kept = opened(email="a@x.example"), opened(email="b@x.example")
    timer = SlaTimer.objects.of(acme).get(case__number=missed, kind="FIRST_RESPONSE")
    SlaTimer.objects.of(acme).exclude(pk=timer.pk).update(next_at=None)
    sla.enforce(now=timer.due_at + timedelta(minutes=1))
    assert [api.get(f"cases/{number}/").json()["breaches"] for number in (missed, kept)] == [
        ["FIRST_RESPONSE"],
        [],
    ]
    found = [
        [row["number"] for row in api.get("cases/", breached=said).json()["results"]]
        for said in ("true", "false")
    ]
    assert found == [[missed], [kept]]


def test_cases_are_filtered(api: Api, opened: Any, acme: Workspace, alice: User) -> None:
    first, second, third = (opened(email=f"{name}@x.example") for name in "abc")
    api.post(f"cases/{second}/assign/", {"owner": "alice@acme.example"})
    api.post(f"cases/{third}/assign/", {"owner": None})
    api.post(f"cases/{first}/wait/", {"waiting_for": "Her invoice"})
    api.post(f"cases/{second}/call/", {"note": "Spoke to her."})
    contact = api.get(f"cases/{first}/").json()["contact"]
    survey = Survey.objects.of(acme).get().public_id
    found = [
        [row["number"] for row in api.get("cases/", **query).json()["results"]]
        for query in (
            {},
            {"status": "NEW"},
            {"status": "CONTACTED"},
            {"status": "OPEN"},
            {"status": "WAITING"},
            {"status": "RESOLVED"},
            {"owner": "Alice@acme.example"},
            {"owner": "none"},
            {"owner": "nobody@acme.example"},
            {"contact": contact},
            {"survey": survey, "limit": "2"},
        )
    ]
    assert found == [[3, 2, 1], [3], [2], [3, 2], [1], [], [2], [3], [], [1], [3, 2]]
    priority = api.get(f"cases/{first}/").json()["priority"]
    assert first in [row["number"] for row in api.get("cases/", priority=priority).json()["results"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"status": "open"}, ("status", "INVALID_CHOICE")),
        ({"priority": "1"}, ("priority", "INVALID_CHOICE")),
        ({"breached": "maybe"}, ("breached", "INVALID")),
        ({"survey": "nothing"}, ("survey", "UNKNOWN")),
        ({"number": "1"}, ("number", "UNKNOWN_FIELD")),
    ],
)
def test_filters_that_make_no_sense_are_refused(
    api: Api, query: dict[str, str], found: tuple[str, str]
) -> None:
    assert errors(api.get("cases/", **query)) == [found]


def test_a_case_goes_from_claim_to_resolved_and_back_with_its_author(
    api: Api, opened: Any, acme: Workspace
) -> None:
    number = opened()
    api.post(f"cases/{number}/assign/", {"owner": None, "because": "Shift ends."})
    cause = RootCause.objects.of(acme).order_by("pk").last().name
    moves = [
        ("claim", {}, {"owner": "bob@acme.example"}),
        ("note", {"text": "Third late parcel."}, {"status": "NEW"}),
        ("wait", {"waiting_for": "Her invoice"}, {"status": "WAITING", "waiting_for": "Her invoice", "resolution_due_at": None}),
        ("resume", {}, {"status": "NEW", "waiting_for": ""}),
        ("call", {"outcome": "NO_ANSWER"}, {"status": "NEW", "first_responded_at": None}),
        ("call", {"note": "Said sorry."}, {"status": "CONTACTED"}),
        ("resolve", {"root_cause": cause.lower(), "resolution": "Refunded."}, {"status": "RESOLVED", "root_cause": cause, "resolution": "Refunded."}),
        ("reopen", {"reason": "Late again."}, {"status": "CONTACTED", "resolved_at": None}),
    ]  # fmt: skip
    for name, body, shown in moves:
        answer = api.post(f"cases/{number}/{name}/", body)
        row = answer.json()
        assert (name, answer.status_code, {key: row.get(key) for key in shown}) == (name, 200, shown)
        assert row == api.get(f"cases/{number}/").json()
    kinds = [event["kind"] for event in api.get(f"cases/{number}/events/").json()["results"]]
    assert kinds == [
        "REOPENED",
        "RESOLVED",
        "CALLED",
        "CALLED",
        "RESUMED",
        "WAITING",
        "NOTE",
        "CLAIMED",
        "ASSIGNED",
        "ASSIGNED",
        "OPENED",
    ]
    assert {event.by.email for event in CaseEvent.objects.of(acme) if event.by} == {"bob@acme.example"}


def test_a_case_without_contact_is_resolved_with_the_call_that_settled_it(
    api: Api, opened: Any, acme: Workspace
) -> None:
    number, cause = opened(), RootCause.objects.of(acme).first()
    body = {"root_cause": cause.public_id, "resolution": "Refunded."}
    lacking = api.post(f"cases/{number}/resolve/", body)
    assert lacking.status_code in (400, 409)
    row = api.post(
        f"cases/{number}/resolve/", {**body, "call": {"outcome": "REACHED", "note": "All well."}}
    ).json()
    assert (row["status"], row["root_cause"], row["first_responded_at"]) == (
        "RESOLVED",
        cause.name,
        row["resolved_at"],
    )


def test_a_case_is_dismissed_with_a_reason(api: Api, opened: Any) -> None:
    row = api.post(f"cases/{opened()}/dismiss/", {"reason": "A test."}).json()
    assert (row["status"], row["outcome"]) == ("CLOSED", "DISMISSED")


@pytest.mark.parametrize(
    ("name", "body", "found"),
    [
        ("claim", {"by": "me"}, [("by", "UNKNOWN_FIELD")]),
        ("assign", {}, [("owner", "REQUIRED")]),
        ("assign", {"owner": "charlie@globex.example"}, [("owner", "UNKNOWN")]),
        ("assign", {"owner": "a\u0000@acme.example"}, [("owner", "UNKNOWN")]),
        ("assign", {"owner": 7}, [("owner", "INVALID")]),
        ("note", {}, [("text", "REQUIRED")]),
        ("note", {"text": "  "}, [("text", "BLANK")]),
        ("note", {"text": "x" * 10_001}, [("text", "MAX_LENGTH")]),
        ("wait", {}, [("waiting_for", "REQUIRED")]),
        ("call", {"outcome": "SHOUTED"}, [("outcome", "INVALID_CHOICE")]),
        ("resolve", {}, [("root_cause", "REQUIRED"), ("resolution", "REQUIRED")]),
        ("resolve", {"root_cause": "Weather", "resolution": "x"}, [("root_cause", "UNKNOWN")]),
        ("reopen", {}, [("reason", "REQUIRED")]),
        ("dismiss", {"reason": ""}, [("reason", "BLANK")]),
    ],
)
def test_what_a_move_lacks_is_named(
    api: Api, opened: Any, charlie: User, name: str, body: Any, found: Any
) -> None:
    number = opened()
    before = api.get(f"cases/{number}/").json()
    answer = api.post(f"cases/{number}/{name}/", body)
    assert (answer.status_code, errors(answer)) == (400, found)
    assert api.get(f"cases/{number}/").json() == before


def test_moves_that_do_not_exist_from_here_are_conflicts(
    api: Api, opened: Any, alice: User, acme: Workspace
) -> None:
    number = opened()
    taken = Api(acme, by=alice).post(f"cases/{number}/claim/")
    assert (taken.status_code, taken.json()["code"], taken.json()["detail"]) == (
        409, "ALREADY_CLAIMED", "Bob Brown already has this case.",
    )  # fmt: skip
    for name, body in (("resume", {}), ("reopen", {"reason": "x"})):
        answer = api.post(f"cases/{number}/{name}/", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "NOT_ALLOWED")


def test_an_analyst_owns_no_case(api: Api, opened: Any, acme: Workspace, alice: User) -> None:
    Membership.objects.of(acme).filter(user=alice).update(role="ANALYST")
    answer = api.post(f"cases/{opened()}/assign/", {"owner": "alice@acme.example"})
    assert (answer.status_code, errors(answer)) == (400, [("owner", "NOT_A_MEMBER")])


def test_another_workspaces_cases_are_unknown(
    api: Api, opened: Any, globex: Workspace, charlie: User
) -> None:
    number, theirs = opened(), Api(globex, by=charlie)
    for name in ("", "events/"):
        foreign, unknown = theirs.get(f"cases/{number}/{name}"), theirs.get(f"cases/{number + 1}/{name}")
        assert (foreign.status_code, foreign.content) == (404, unknown.content)
    for name in (
        "claim",
        "assign",
        "note",
        "call",
        "wait",
        "resume",
        "resolve",
        "reopen",
        "dismiss",
        "reply",
    ):
        foreign, unknown = theirs.post(f"cases/{number}/{name}/"), theirs.post(f"cases/{number + 1}/{name}/")
        assert (name, foreign.status_code, foreign.content) == (name, 404, unknown.content)
    assert theirs.get("cases/").json()["results"] == []


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "9" * 5000, "-1", "x", "1.5"])
def test_numbers_that_no_case_has_are_unknown(api: Api, number: str) -> None:
    assert api.get(f"cases/{number}/").status_code == 404


def test_a_page_of_cases_costs_the_same_whatever_its_length(
    api: Api, opened: Any, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        opened(email=f"i{number}@x.example")
    for limit in ("1", "5"):
        with django_assert_num_queries(7):  # the key, its maker, cases, timers, answers, tags, who stayed
            assert len(api.get("cases/", limit=limit).json()["results"]) == int(limit)
