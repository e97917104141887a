"""Public links in the API."""

import pytest

from accounts.models import User, Workspace
from core.tokens import new_nonce
from surveys.models import PublicLink, Survey
from surveys.services import responses
from tests.api import Api, errors
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(acme: Workspace, owner: User) -> Api:
    return Api(acme, by=owner)


def test_a_link_is_made_shown_and_archived(acme: Workspace, survey: Survey, api: Api) -> None:
    at = f"surveys/{survey.public_id}/links/"
    made = api.post(at, {"source": "Counter", "touchpoint": "Shop", "is_kiosk": True, "kiosk_seconds": 20})
    row = PublicLink.objects.of(acme).get()
    assert made.status_code == 201
    shown = made.json()
    assert shown | {"created_at": "", "url": ""} == {
        "id": row.public_id, "source": "Counter", "touchpoint": "Shop", "language": "", "is_kiosk": True, "kiosk_seconds": 20, "url": "",
        "answers": 0, "counted": 0, "nps": None, "created_at": "", "archived_at": None,
    }  # fmt: skip
    assert shown["url"].endswith(f"/s/p/{row.public_id}/")
    responses.record_by_link(
        survey_public_id=row.public_id, submission=new_nonce(), score=9, comment="", now=MONDAY_9AM
    )
    assert [(one["answers"], one["nps"]) for one in api.get(at).json()["results"]] == [(1, 100.0)]
    changed = api.patch(f"{at}{row.public_id}/", {"is_archived": True}).json()
    assert changed["archived_at"] is not None
    assert api.patch(f"{at}{row.public_id}/", {"is_archived": False}).json()["archived_at"] is None
    assert api.get(f"{at}{row.public_id}/").json()["id"] == row.public_id


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ("source", "REQUIRED")),
        ({"source": "Poster", "kiosk_seconds": 1}, ("kiosk_seconds", "MIN_VALUE")),
        ({"source": "Poster", "is_kiosk": "yes"}, ("is_kiosk", "INVALID")),
        ({"source": "Poster", "colour": "red"}, ("colour", "UNKNOWN_FIELD")),
    ],
)
def test_what_does_not_fit_is_named(
    survey: Survey, api: Api, body: dict[str, object], wrong: tuple[str, str]
) -> None:
    assert errors(api.post(f"surveys/{survey.public_id}/links/", body)) == [wrong]


def test_a_source_twice_is_refused(survey: Survey, api: Api) -> None:
    statuses = [
        api.post(f"surveys/{survey.public_id}/links/", {"source": "Poster"}).status_code for _ in "ab"
    ]
    assert statuses == [201, 400]
