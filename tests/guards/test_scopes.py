"""Every address of the API, asked with every verb and every scope; a new one without a resource fails the build."""

from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.models import User, Workspace
from accounts.rules import scopes
from accounts.services import api_keys
from config import api
from core.api import WRITES, Endpoint, UnknownAddress
from surveys.models import Survey
from surveys.widget_api import WidgetAnswers
from tests.conftest import MONDAY_9AM

pytestmark = pytest.mark.django_db

# What is no endpoint of a key, with the reason.
WITHOUT_SCOPE = {
    UnknownAddress: "there is nothing behind it",
    WidgetAnswers: "its key is public and in the body",
}
VALUES = {
    "<slug:id>": "nobody-and-nothing", "<slug:link>": "no-link", "<int:number>": "999999",
    "<slug:question>": "no-question", "<slug:language>": "no-language",
    "<slug:task>": "no-task", "<slug:call>": "no-call", "<slug:step>": "no-step", "<slug:promise>": "no-promise",
    "<slug:day>": "2026-12-24",
}  # fmt: skip


def endpoints() -> Iterator[tuple[str, type[Endpoint]]]:
    for entry in api.urlpatterns:
        view = getattr(entry.callback, "cls", None)
        if view is not None and view not in WITHOUT_SCOPE:
            path = str(entry.pattern)
            for part, value in VALUES.items():
                path = path.replace(part, value)
            yield path, view


OPERATIONS = [
    (verb, path, view)
    for path, view in endpoints()
    for verb in ("get", "head", "post", "patch", "delete")
    if hasattr(view, "get" if verb == "head" else verb) and verb in view.http_method_names
]


def test_every_endpoint_names_a_resource_that_has_scopes() -> None:
    assert {
        view.__name__: view.resource for _path, view in endpoints() if view.resource not in scopes.RESOURCES
    } == {}
    assert all(issubclass(view, Endpoint) for _path, view in endpoints())
    assert {view.resource for _path, view in endpoints()} == set(scopes.RESOURCES)
    assert len(OPERATIONS) > 40


@pytest.mark.parametrize("scope", scopes.SENTENCES)
def test_each_scope_opens_its_own_verbs_and_no_others(scope: str, acme: Workspace, owner: User) -> None:
    _key, secret = api_keys.issue(workspace=acme, name="one", by=owner, can_do=[scope], now=MONDAY_9AM)
    client, wrong = Client(), []
    for verb, path, view in OPERATIONS:
        answer = getattr(client, verb)(
            f"/api/v1/{path}", **({"data": {}, "content_type": "application/json"} if verb in ("post", "patch") else {}),
            headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip
        may = scopes.allows([scope], view.resource, write=verb in WRITES)
        if (answer.status_code == 403) is may:
            wrong.append((verb, path, answer.status_code))
        if not may and verb != "head":
            needed = scopes.needed(view.resource, write=verb in WRITES)
            problem = answer.json()
            assert (problem["code"], problem["errors"]) == (
                "MISSING_SCOPE", [{"field": "", "code": "MISSING_SCOPE", "message": needed}],
            )  # fmt: skip
            assert needed in problem["detail"]
    assert wrong == []


def test_a_key_without_a_known_scope_opens_nothing(acme: Workspace, owner: User) -> None:
    key, secret = api_keys.issue(workspace=acme, name="one", by=owner, now=MONDAY_9AM)
    key.scopes = ["admin"]
    key.save(update_fields=["scopes"])
    for verb, path, _view in OPERATIONS:
        answer = getattr(Client(), verb)(f"/api/v1/{path}", headers={"Authorization": f"Bearer {secret}"})
        assert (verb, path, answer.status_code) == (verb, path, 403)


def test_without_its_scope_known_and_foreign_ids_look_alike(
    acme: Workspace, globex: Workspace, owner: User
) -> None:
    _key, secret = api_keys.issue(workspace=acme, name="one", by=owner, can_do=["cases:read"], now=MONDAY_9AM)
    answers = [
        Client().get(f"/api/v1/surveys/{id}/", headers={"Authorization": f"Bearer {secret}"})
        for id in (
            Survey.objects.of(acme).get().public_id,
            Survey.objects.of(globex).get().public_id,
            "nothing",
        )
    ]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert len({answer.content for answer in answers}) == 1


def test_describing_a_contact_needs_the_right_to_write_contacts(acme: Workspace, owner: User) -> None:
    _key, secret = api_keys.issue(
        workspace=acme, name="one", by=owner, can_do=["responses:write"], now=MONDAY_9AM
    )
    body = {"survey": Survey.objects.of(acme).get().public_id, "score": 9}
    statuses = [
        Client().post(
            "/api/v1/responses/", body | more, content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        ).status_code
        for more in ({}, {"contact": {"email": "ines@customer.example"}})
    ]  # fmt: skip
    assert statuses == [201, 403]


def test_a_verb_that_does_not_exist_is_no_matter_of_scopes(acme: Workspace, owner: User) -> None:
    _key, secret = api_keys.issue(workspace=acme, name="one", by=owner, can_do=["cases:read"], now=MONDAY_9AM)
    for verb in ("put", "delete"):
        answer = getattr(Client(), verb)("/api/v1/surveys/", headers={"Authorization": f"Bearer {secret}"})
        assert (verb, answer.status_code) == (verb, 405)
