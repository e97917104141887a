"""Further questions and words in other languages through the API: the services of the pages, so the same rules."""

from typing import Any

import pytest

from accounts.models import User, Workspace
from surveys.models import Response, Survey, SurveyQuestion, SurveyVersion
from surveys.services import responses
from tests.api import Api, errors
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

CHOICE = {"kind": "SINGLE", "text": "What was it?", "options": ["Price", "Speed"]}


@pytest.fixture
def api(acme: Workspace, owner: User) -> Api:
    return Api(acme, by=owner)


@pytest.fixture
def at(survey: Survey) -> str:
    return f"surveys/{survey.public_id}"


def texts(api: Api, at: str) -> list[str]:
    return [one["text"] for one in api.get(f"{at}/questions/").json()["results"]]


def test_a_question_is_made_listed_and_read(api: Api, at: str) -> None:
    made = api.post(
        f"{at}/questions/", {**CHOICE, "is_required": True, "condition": {"classes": ["DETRACTOR"]}}
    )
    assert made.status_code == 201
    row = made.json()
    assert [one["text"] for one in row["options"]] == ["Price", "Speed"]
    assert row["condition"] == {"classes": ["DETRACTOR"], "scores": [], "question": "", "answers": []}
    assert (row["place"], row["kind"], row["is_required"], row["archived_at"]) == (1, "SINGLE", True, None)
    assert api.get(f"{at}/questions/").json() == {"results": [row], "next": None}
    assert api.get(f"{at}/questions/{row['id']}/").json() == row


def test_the_same_request_twice_asks_once(api: Api, at: str) -> None:
    answers = [api.post(f"{at}/questions/", CHOICE, **{"Idempotency-Key": "q1"}) for _ in "ab"]
    assert answers[0].json() == answers[1].json()
    assert len(texts(api, at)) == 1


def test_a_change_keeps_what_is_not_given_and_choices_keep_their_ids(api: Api, at: str) -> None:
    row = api.post(f"{at}/questions/", {**CHOICE, "condition": {"scores": [0, 6]}}).json()
    changed = api.patch(f"{at}/questions/{row['id']}/", {"options": ["Price", "Speed", "Words"]}).json()
    assert [one["id"] for one in changed["options"][:2]] == [one["id"] for one in row["options"]]
    assert (changed["text"], changed["condition"]) == (row["text"], row["condition"])
    free = api.patch(f"{at}/questions/{row['id']}/", {"condition": {}}).json()
    assert free["condition"] == {"classes": [], "scores": [], "question": "", "answers": []}


def test_questions_are_moved_archived_and_restored(api: Api, at: str) -> None:
    ids = [
        api.post(f"{at}/questions/", {"kind": "TEXT", "text": text}).json()["id"]
        for text in ("One", "Two", "Three")
    ]
    api.patch(f"{at}/questions/{ids[2]}/", {"place": 1})
    assert texts(api, at) == ["Three", "One", "Two"]
    gone = api.patch(f"{at}/questions/{ids[2]}/", {"is_archived": True}).json()
    assert (gone["archived_at"] is not None, texts(api, at)) == (True, ["One", "Two", "Three"])
    back = api.patch(f"{at}/questions/{ids[2]}/", {"is_archived": False, "place": 2}).json()
    assert (back["archived_at"], texts(api, at)) == (None, ["One", "Three", "Two"])
    api.patch(f"{at}/questions/{ids[0]}/", {"place": 10})
    assert texts(api, at) == ["Three", "Two", "One"]


def test_who_is_waited_for_must_come_first(api: Api, at: str) -> None:
    first = api.post(f"{at}/questions/", CHOICE).json()
    waits = {"question": first["id"], "answers": [first["options"][0]["id"]]}
    second = api.post(f"{at}/questions/", {"kind": "TEXT", "text": "Why?", "condition": waits}).json()
    refused = api.patch(f"{at}/questions/{second['id']}/", {"place": 1})
    assert refused.status_code == 400
    assert texts(api, at) == ["What was it?", "Why?"]
    assert api.patch(f"{at}/questions/{first['id']}/", {"is_archived": True}).status_code == 400


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, [("kind", "REQUIRED"), ("text", "REQUIRED")]),
        ({"kind": "ESSAY", "text": "?"}, [("kind", "INVALID_CHOICE")]),
        ({"kind": "SINGLE", "text": "?", "options": ["One"]}, [("options", "INVALID")]),
        ({"kind": "TEXT", "text": "?", "options": "One"}, [("options", "NOT_A_LIST")]),
        ({"kind": "TEXT", "text": "?", "condition": {"scores": [1]}}, [("condition.scores", "INVALID")]),
        ({"kind": "TEXT", "text": "?", "condition": {"scores": [9, 12]}}, [("scores", "INVALID")]),
        ({"kind": "TEXT", "text": "?", "condition": {"mood": 1}}, [("condition.mood", "UNKNOWN_FIELD")]),
        ({"kind": "TEXT", "text": "?", "colour": "red"}, [("colour", "UNKNOWN_FIELD")]),
    ],
)
def test_what_does_not_fit_is_named(
    api: Api, at: str, body: dict[str, Any], wrong: list[tuple[str, str]]
) -> None:
    assert errors(api.post(f"{at}/questions/", body)) == wrong
    assert not SurveyQuestion.objects.across_workspaces().exists()


def test_an_answer_keeps_the_words_it_was_given_to(
    acme: Workspace, survey: Survey, api: Api, at: str
) -> None:
    row = api.post(f"{at}/questions/", CHOICE).json()
    responses.record(workspace=acme, survey=survey, contact=None, score=3, now=MONDAY_9AM)
    api.patch(f"{at}/questions/{row['id']}/", {"text": "What went wrong?"})
    versions = list(SurveyVersion.objects.of(acme).order_by("number"))
    assert [one.words["questions"][0]["text"] for one in versions] == ["What was it?", "What went wrong?"]
    assert Response.objects.of(acme).get().version_id is None  # the first version speaks for it


def test_a_language_is_added_changed_and_removed(api: Api, at: str) -> None:
    question = api.post(f"{at}/questions/", CHOICE).json()
    key = f"question:{question['id']}"
    own = api.get(f"{at}/wordings/").json()["results"]
    assert (len(own), own[0]["is_own"], own[0]["texts"][key]) == (1, True, "What was it?")
    made = api.post(f"{at}/wordings/", {"language": "de", "texts": {key: "Was war es?"}})
    assert (made.status_code, made.json()["texts"]) == (201, {key: "Was war es?"})
    option = f"option:{question['id']}:{question['options'][0]['id']}"
    assert option in made.json()["missing"]
    changed = api.patch(f"{at}/wordings/de/", {"texts": {option: "Preis"}}).json()
    assert changed["texts"] == {key: "Was war es?", option: "Preis"}
    emptied = api.patch(f"{at}/wordings/de/", {"texts": {key: ""}}).json()
    assert (emptied["texts"], key in emptied["missing"]) == ({option: "Preis"}, True)
    again = api.post(f"{at}/wordings/", {"language": "de", "texts": {}})
    assert (again.status_code, again.json()["texts"]) == (200, {})
    assert api.delete(f"{at}/wordings/de/").status_code == 204
    assert api.get(f"{at}/wordings/de/").status_code == 404


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"language": "xx"}, ("language", "UNKNOWN")),
        ({"language": "en"}, ("language", "INVALID")),
        ({"language": "de", "texts": {"colour": "rot"}}, ("texts.colour", "UNKNOWN_FIELD")),
        ({"language": "de", "texts": {"question": 7}}, ("texts.question", "INVALID")),
        ({"language": "de", "texts": {"question": "Hallo {{ nobody }}"}}, ("question", "INVALID")),
        ({"language": "de", "texts": ["a"]}, ("texts", "INVALID")),
    ],
)
def test_words_that_do_not_fit_are_named(
    api: Api, at: str, body: dict[str, Any], wrong: tuple[str, str]
) -> None:
    assert errors(api.post(f"{at}/wordings/", body)) == [wrong]
    assert len(api.get(f"{at}/wordings/").json()["results"]) == 1


def test_a_link_opens_in_a_language_the_survey_speaks(api: Api, at: str) -> None:
    api.post(f"{at}/wordings/", {"language": "de"})
    assert api.post(f"{at}/links/", {"source": "Poster", "language": "de"}).json()["language"] == "de"
    assert errors(api.post(f"{at}/links/", {"source": "Flyer", "language": "fr"})) == [
        ("language", "UNKNOWN")
    ]
