"""audiences/ of the API."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User, Workspace
from accounts.services import api_keys
from surveys.models import Audience
from surveys.services import contacts
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db
URL = "/api/v1/audiences/"
NORTH = [{"field": "attribute:region", "op": "is", "value": "North"}]


@pytest.fixture
def key(acme: Workspace, owner: User) -> str:
    for at, region in enumerate(("North", "north", "South")):
        contacts.upsert(
            workspace=acme, email=f"c{at}@x.example", attributes={"region": region}, now=MONDAY_9AM
        )
    _key, secret = api_keys.issue(workspace=acme, name="crm", by=owner, now=MONDAY_9AM)
    return secret


def call(key: str, method: str, path: str = "", body: Any = None) -> Any:
    return getattr(Client(), method)(
        URL + path, body, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
    )


def test_an_audience_is_made_read_changed_and_deleted(key: str) -> None:
    made = call(key, "post", body={"name": "North", "conditions": NORTH})
    assert (made.status_code, made.json()["people"]) == (201, {"number": 2, "is_estimate": False})
    path = f"{made.json()['id']}/"
    changed = call(
        key, "patch", path, {"match": "any", "conditions": [*NORTH, {"field": "has_email", "op": "yes"}]}
    )
    assert (changed.status_code, changed.json()["people"]["number"], changed.json()["name"]) == (
        200,
        3,
        "North",
    )
    assert call(key, "get", path).json()["conditions"][1] == {"field": "has_email", "op": "yes", "value": ""}
    assert [row["name"] for row in call(key, "get").json()["results"]] == ["North"]
    assert call(key, "delete", path).status_code == 204
    assert call(key, "get", path).status_code == 404


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"name": "x"}, "conditions", "NO_CONDITION"),
        ({"name": "x", "match": "some", "conditions": NORTH}, "conditions", "NO_FILTER"),
        ({"name": "x", "conditions": [{"field": "last_score", "op": "is", "value": "6.5"}]}, "conditions.0",
         "BAD_SCORE"),
        ({"conditions": NORTH}, "name", "INVALID"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(acme: Workspace, key: str, body: Any, field: str, code: str) -> None:
    answer = call(key, "post", body=body)
    assert answer.status_code == 400
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]
    assert Audience.objects.of(acme).count() == 0
