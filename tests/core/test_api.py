"""What every address of the API shares."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from limits import parse

from accounts.models import Workspace
from core.models import IdempotencyKey
from surveys.models import Contact
from tests.api import Api, errors


@pytest.mark.django_db
def test_unknown_addresses_are_problems_and_a_lost_slash_is_named(acme: Workspace) -> None:
    api = Api(acme)
    unknown, slashless = api.get("nothing/"), api.get("contacts")
    assert (unknown.status_code, unknown["Content-Type"]) == (404, "application/problem+json")
    assert unknown.json()["detail"] == "There is nothing at this address."
    assert slashless.json()["detail"] == "There is nothing at this address; with a slash at its end there is."


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["put", "options", "trace"])
def test_other_methods_are_405_and_the_allowed_ones_are_named(acme: Workspace, method: str) -> None:
    api = Api(acme)
    answer = getattr(api.client, method)(
        "/api/v1/contacts/", headers={"Authorization": f"Bearer {api.secret}"}
    )
    assert (answer.status_code, answer["Content-Type"], answer["Allow"]) == (
        405, "application/problem+json", "GET, HEAD, POST",
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "PARSE_ERROR"),
        (b"\xff", "application/json", 400, "PARSE_ERROR"),
        (b"[" * 100_000, "application/json", 400, "PARSE_ERROR"),
        (b'{"account_value": NaN}', "application/json", 400, "PARSE_ERROR"),
        (b"[]", "application/json", 400, "VALIDATION"),
        (b"null", "application/json", 400, "VALIDATION"),
        (b'"x"', "application/json", 400, "VALIDATION"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b"{}", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (b'{"name": "' + b"x" * 6_000_000 + b'"}', "application/json", 413, "TOO_LARGE"),
    ],
)
def test_bodies_that_are_no_json_object_are_refused(
    acme: Workspace, body: bytes, content_type: str, status: int, code: str
) -> None:
    api = Api(acme)
    headers = {"Authorization": f"Bearer {api.secret}", "Idempotency-Key": "k"}
    for given in (headers, {"Authorization": headers["Authorization"]}):
        answer = api.client.post("/api/v1/contacts/", body, content_type=content_type, headers=given)
        assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
            status,
            "application/problem+json",
            code,
        )
    assert (Contact.objects.of(acme).count(), IdempotencyKey.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_json_is_answered_whatever_a_library_says_it_accepts(acme: Workspace) -> None:
    api = Api(acme)
    answer = api.client.get(
        "/api/v1/contacts/?", headers={"Authorization": f"Bearer {api.secret}", "Accept": "text/html"}
    )
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "application/json",
        "no-store",
    )


@pytest.mark.django_db
def test_an_unknown_filter_is_refused_rather_than_ignored(acme: Workspace) -> None:
    assert errors(Api(acme).get("responses/", segmnt="DETRACTOR")) == [("segmnt", "UNKNOWN_FIELD")]


@pytest.mark.django_db
def test_the_same_key_gives_the_same_answer_and_one_row(acme: Workspace) -> None:
    api = Api(acme)
    first = api.post("contacts/", {"email": "zoe@x.example"}, **{"Idempotency-Key": "k1"})
    again = api.post("contacts/", {"email": "zoe@x.example"}, **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert again["Cache-Control"] == "no-store"
    other = api.post("contacts/", {"email": "max@x.example"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    elsewhere = api.post("surveys/", {"email": "zoe@x.example"}, **{"Idempotency-Key": "k1"})
    assert elsewhere.status_code == 422
    assert Contact.objects.of(acme).count() == 1


@pytest.mark.django_db
def test_a_refused_request_may_be_repaired_under_its_key(acme: Workspace) -> None:
    api = Api(acme)
    assert errors(api.post("contacts/", {"email": "no"}, **{"Idempotency-Key": "k1"})) == [
        ("email", "INVALID")
    ]
    assert api.post("contacts/", {"email": "zoe@x.example"}, **{"Idempotency-Key": "k1"}).status_code == 201


@pytest.mark.django_db
def test_keys_of_two_api_keys_are_two(acme: Workspace) -> None:
    for api in (Api(acme), Api(acme)):
        answer = api.post(
            "contacts/", {"email": f"{api.key.prefix}@x.example"}, **{"Idempotency-Key": "same"}
        )
        assert (answer.status_code, "Idempotent-Replayed" in answer) == (201, False)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
def test_what_is_no_idempotency_key_is_refused(acme: Workspace, key: str) -> None:
    assert errors(Api(acme).post("contacts/", {"email": "z@x.example"}, **{"Idempotency-Key": key})) == [
        ("Idempotency-Key", "INVALID")
    ]


@pytest.mark.django_db(transaction=True)
def test_eight_racers_with_one_key_make_one_answer(acme: Workspace) -> None:
    api = Api(acme)
    survey = api.get("surveys/").json()["results"][0]["id"]

    def race(_number: int) -> tuple[int, str]:
        try:
            answer = Api.post(api, "responses/", {"survey": survey, "score": 3}, **{"Idempotency-Key": "one"})
            return answer.status_code, answer.json().get("id", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(race, range(24)))
    assert {status for status, _id in answers} <= {201, 409}
    assert len({found for status, found in answers if status == 201}) == 1
    assert len(api.get("responses/").json()["results"]) == 1


@pytest.mark.django_db
def test_the_limit_is_exact_and_says_when_to_go_on(acme: Workspace, settings) -> None:
    settings.API_RATE = "5/minute"
    api = Api(acme)
    answers = [api.get("contacts/", limit="1") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert (answers[-1].json()["code"], answers[-1]["Retry-After"] in ("59", "60")) == (
        "TOO_MANY_REQUESTS",
        True,
    )
    assert Api(acme).get("contacts/").status_code == 200


@pytest.mark.django_db
def test_at_least_six_thousand_a_minute_are_allowed_by_default(settings) -> None:
    rate = parse(settings.API_RATE)
    assert rate.amount * 60 >= 6_000 * rate.get_expiry()
