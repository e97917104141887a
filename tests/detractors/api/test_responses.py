"""Answers of the REST API, and what became of them."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from detractors.models import Case, CaseDecision
from detractors.services import decisions
from surveys.models import Contact, Response, Survey
from surveys.services import surveys
from tests.api import Api, errors
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(acme: Workspace) -> str:
    return Survey.objects.of(acme).get().public_id


def decide() -> None:
    decisions.decide_pending(now=timezone.now())


def test_an_answer_is_recorded_decided_and_shown_with_its_case(
    acme: Workspace, survey: str, bob: User
) -> None:
    api = Api(acme)
    made = api.post(
        "responses/",
        {
            "survey": survey, "contact": {"email": "ines@x.example"}, "score": 3, "comment": " Late. ", "channel": "SUPPORT",
            "touchpoint": "Delivery", "answers": {"order": 7},
        },
    )  # fmt: skip
    stored = Response.objects.of(acme).get()
    row = made.json()
    assert made.status_code == 201
    assert {name: value for name, value in row.items() if name not in ("responded_at", "received_at")} == {
        "id": stored.public_id,
        "survey": survey,
        "contact": Contact.objects.of(acme).get().public_id,
        "touchpoint": "Delivery",
        "metric": "NPS",
        "purpose": "SURVEY",
        "score": 3,
        "segment": "DETRACTOR",
        "comment": "Late.",
        "answers": {"order": 7},
        "is_complete": True,
        "channel": "SUPPORT",
        "trust": "CONFIRMED",
        "evidence": {},
        "mismatch": "",
        "comment_language": "",
        "sentiment": None,
        "is_negative": None,
        "entered_by": None,
        "amended_at": None,
        "decision": None,
        "case": None,
    }
    assert row["responded_at"] == row["received_at"]
    decide()
    decided = {**row, "decision": {"outcome": "OPENED", "reason": "DETRACTOR"}, "case": 1}
    assert api.get(f"responses/{row['id']}/").json() == decided
    assert api.get("responses/").json() == {"results": [decided], "next": None}


@pytest.mark.parametrize(
    ("score", "segment", "decision"),
    [
        (0, "DETRACTOR", ("OPENED", "DETRACTOR")),
        (6, "DETRACTOR", ("OPENED", "DETRACTOR")),
        (7, "PASSIVE", ("NOT_OPENED", "NOT_DETRACTOR")),
        (8, "PASSIVE", ("NOT_OPENED", "NOT_DETRACTOR")),
        (9, "PROMOTER", ("NOT_OPENED", "NOT_DETRACTOR")),
        (10, "PROMOTER", ("NOT_OPENED", "NOT_DETRACTOR")),
    ],
)
def test_segments_meet_without_gap(
    acme: Workspace, survey: str, score: int, segment: str, decision: tuple[str, str]
) -> None:
    api = Api(acme)
    row = api.post("responses/", {"survey": survey, "score": score}).json()
    decide()
    assert (row["segment"], row["contact"], row["channel"]) == (segment, None, "API")
    assert tuple(api.get(f"responses/{row['id']}/").json()["decision"].values()) == decision


@pytest.mark.parametrize("score", [-1, 11, 3.0, 3.5, "3", True, None, [3], 10**30])
def test_only_a_whole_number_within_the_bounds_is_a_score(acme: Workspace, survey: str, score: Any) -> None:
    answer = Api(acme).post(
        "responses/", {"survey": survey, "score": score, "contact": {"email": "i@x.example"}}
    )
    assert (answer.status_code, [field for field, _code in errors(answer)]) == (400, ["score"])
    assert (Response.objects.of(acme).count(), Contact.objects.of(acme).count()) == (0, 0)


@pytest.mark.parametrize(("score", "status"), [(0, 400), (1, 201), (5, 201), (6, 400)])
def test_the_bounds_are_those_of_the_surveys_metric(acme: Workspace, score: int, status: int) -> None:
    stars = surveys.create(workspace=acme, name="Stars", metric="STARS", now=MONDAY_9AM)
    answer = Api(acme).post(
        "responses/", {"survey": stars.public_id, "score": score, "contact": {"email": "i@x.example"}}
    )
    assert answer.status_code == status
    if status == 400:
        assert (errors(answer), Contact.objects.of(acme).count()) == ([("score", "OUT_OF_RANGE")], 0)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"survey": None}, [("survey", "NULL")]),
        ({"comment": 5}, [("comment", "INVALID")]),
        ({"comment": "x" * 10_001}, [("comment", "MAX_LENGTH")]),
        ({"channel": "PIGEON"}, [("channel", "INVALID_CHOICE")]),
        ({"responded_at": "yesterday"}, [("responded_at", "MOMENT")]),
        ({"responded_at": "2199-01-01T00:00:00Z"}, [("responded_at", "IN_THE_FUTURE")]),
        ({"answers": {"a": "\u0000"}}, [("answers", "NOT_STORABLE")]),
        ({"answers": []}, [("answers", "INVALID")]),
        ({"open_case": 1}, [("open_case", "INVALID")]),
        ({"trust": "CONFIRMED"}, [("trust", "UNKNOWN_FIELD")]),
        ({"contact": {"email": "i@"}}, [("contact.email", "INVALID")]),
    ],
)
def test_what_does_not_fit_an_answer_is_refused_by_name(
    acme: Workspace, survey: str, body: Any, found: Any
) -> None:
    answer = Api(acme).post("responses/", {"survey": survey, "score": 3, **body})
    assert (answer.status_code, errors(answer)) == (400, found)
    assert Response.objects.of(acme).count() == 0


def test_words_no_database_can_keep_are_cleaned_not_refused(acme: Workspace, survey: str) -> None:
    comment = "a\u0000b\ud800 \r\n <script>"
    assert (
        Api(acme).post("responses/", {"survey": survey, "score": 3, "comment": comment}).json()["comment"]
        == "ab \n <script>"
    )


@pytest.mark.parametrize(
    ("age", "open_case", "decision", "cases"),
    [
        (timedelta(days=6, hours=23), False, ("OPENED", "DETRACTOR"), 1),
        (timedelta(days=7, hours=1), False, ("NOT_OPENED", "HISTORICAL"), 0),
        (timedelta(days=700), True, ("OPENED", "DETRACTOR"), 1),
    ],
)
def test_an_old_answer_counts_and_opens_nothing_by_itself(
    acme: Workspace, survey: str, age: timedelta, open_case: bool, decision: tuple[str, str], cases: int
) -> None:
    api = Api(acme)
    moment = (timezone.now() - age).replace(microsecond=0)
    row = api.post(
        "responses/",
        {"survey": survey, "score": 2, "responded_at": moment.isoformat(), "open_case": open_case},
    ).json()
    decide()
    assert datetime.fromisoformat(row["responded_at"]) == moment
    assert tuple(api.get(f"responses/{row['id']}/").json()["decision"].values()) == decision
    assert (Case.objects.of(acme).count(), api.get("metrics/nps/").json()["n"]) == (cases, 1)


def test_several_answers_of_one_customer_join_the_open_case(acme: Workspace, survey: str) -> None:
    api = Api(acme)
    ids = [
        api.post(
            "responses/", {"survey": survey, "score": score, "contact": {"email": "i@x.example"}}
        ).json()["id"]
        for score in (3, 5)
    ]
    decide()
    [case] = api.get("cases/").json()["results"]
    assert (case["response"], case["responses"]) == (ids[0], ids)
    assert [row["decision"]["outcome"] for row in api.get("responses/").json()["results"]] == [
        "JOINED",
        "OPENED",
    ]


def test_answers_are_filtered(acme: Workspace, survey: str) -> None:
    api = Api(acme)
    acme.time_zone = "America/New_York"
    acme.save()
    for score, moment, channel, touchpoint in (
        (3, "2026-03-01T04:59:59Z", "API", "Delivery"),  # the last second of February in New York
        (9, "2026-03-01T05:00:00Z", "CALL", "Delivery"),
        (10, "2026-03-02T05:00:00Z", "API", None),
    ):
        body = {
            "survey": survey,
            "score": score,
            "responded_at": moment,
            "channel": channel,
            "touchpoint": touchpoint,
        }
        assert api.post("responses/", body).status_code == 201
    found = [
        [row["score"] for row in api.get("responses/", **query).json()["results"]]
        for query in (
            {},
            {"segment": "PROMOTER"},
            {"channel": "CALL"},
            {"touchpoint": "Delivery"},
            {"survey": survey},
            {"since": "2026-03-01"},
            {"until": "2026-03-01"},
            {"since": "2026-03-01", "until": "2026-03-01"},
            {"since": "2026-03-01T05:00:00Z"},
            {"until": "2026-03-01T05:00:00Z"},
            {"since": "2026-03-01T06:00:00+01:00", "until": "2026-03-02T04:59:59Z"},
        )
    ]
    assert found == [[10, 9, 3], [10, 9], [9], [9, 3], [10, 9, 3], [10, 9], [9, 3], [9], [10, 9], [3], [9]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"since": "yesterday"}, ("since", "INVALID")),
        ({"until": "2026-02-30"}, ("until", "INVALID")),
        ({"since": "0001-01-01"}, ("since", "INVALID")),
        ({"until": "9999-12-31"}, ("until", "INVALID")),
        ({"segment": "FAN"}, ("segment", "INVALID_CHOICE")),
        ({"survey": "nothing"}, ("survey", "UNKNOWN")),
        ({"touchpoint": "a\0"}, ("touchpoint", "NULL_CHARACTERS_NOT_ALLOWED")),
        ({"limit": "201"}, ("limit", "OUT_OF_RANGE")),
        ({"cursor": "x"}, ("cursor", "BAD_CURSOR")),
    ],
)
def test_filters_that_make_no_sense_are_refused(
    acme: Workspace, query: dict[str, str], found: tuple[str, str]
) -> None:
    assert errors(Api(acme).get("responses/", **query)) == [found]


def test_another_workspaces_answers_are_unknown(acme: Workspace, globex: Workspace, survey: str) -> None:
    ours, theirs = Api(acme), Api(globex)
    contact = ours.post("contacts/", {"email": "i@x.example"}).json()["id"]
    known = ours.post("responses/", {"survey": survey, "score": 3, "contact": contact}).json()["id"]
    foreign, unknown = theirs.get(f"responses/{known}/"), theirs.get(f"responses/{'x' * 22}/")
    assert (foreign.status_code, foreign.content) == (404, unknown.content)
    own = Survey.objects.of(globex).get().public_id
    assert errors(theirs.post("responses/", {"survey": survey, "score": 3})) == [("survey", "UNKNOWN")]
    assert errors(theirs.post("responses/", {"survey": own, "score": 3, "contact": contact})) == [
        ("contact", "UNKNOWN")
    ]
    assert errors(theirs.get("responses/", survey=survey)) == [("survey", "UNKNOWN")]
    assert (theirs.get("responses/").json()["results"], len(ours.get("responses/").json()["results"])) == (
        [],
        1,
    )


def test_three_hundred_answers_have_one_decision_each_and_their_figures(
    acme: Workspace, survey: str, bob: User
) -> None:
    api = Api(acme)
    scores = [(number * 7) % 11 for number in range(300)]
    for number, score in enumerate(scores):
        body = {"survey": survey, "score": score, "contact": {"external_id": f"c-{number % 120}"}}
        assert api.post("responses/", body).status_code == 201
    decide()
    unhappy = sum(score <= 6 for score in scores)
    happy = sum(score >= 9 for score in scores)
    found = Counter(CaseDecision.objects.of(acme).values_list("outcome", flat=True))
    assert found["OPENED"] + found["JOINED"] == unhappy
    assert found["NOT_OPENED"] == 300 - unhappy
    assert (
        found["OPENED"]
        == Case.objects.of(acme).count()
        == len({n % 120 for n, score in enumerate(scores) if score <= 6})
    )
    seen, address = [], "responses/?limit=77"
    while address:
        page = api.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert (len(seen), len(set(seen))) == (300, 300)
    figures = api.get("metrics/nps/").json()
    assert (figures["n"], figures["promoters"], figures["detractors"], figures["nps"]) == (
        300, happy, unhappy, round(100 * (happy - unhappy) / 300, 2),
    )  # fmt: skip


def test_a_page_of_answers_costs_the_same_whatever_its_length(
    acme: Workspace, survey: str, django_assert_num_queries: Any
) -> None:
    api = Api(acme)
    for number in range(6):
        api.post(
            "responses/",
            {
                "survey": survey,
                "score": 3,
                "contact": {"external_id": f"c-{number}"},
                "touchpoint": "Delivery",
            },
        )
    decide()
    for limit in ("1", "5"):
        with django_assert_num_queries(3):
            assert len(api.get("responses/", limit=limit).json()["results"]) == int(limit)
