"""A program that talks to the REST API with a key of its own."""

from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.services import api_keys


class Api:
    """`api.get("contacts/")`, `api.post("contacts/", {...})`: paths below /api/v1/, JSON both ways."""

    def __init__(self, workspace: Workspace, by: User | None = None) -> None:
        self.key, self.secret = api_keys.issue(workspace=workspace, name="test", by=by, now=timezone.now())
        self.client = Client()

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(_address(path), query, **self._headers({}))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("post", path, body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def delete(self, path: str) -> Any:
        return self.client.delete(_address(path), **self._headers({}))

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        send = getattr(self.client, method)
        data = {} if body is None else body
        return send(_address(path), data, content_type="application/json", **self._headers(headers))

    def _headers(self, more: dict[str, str]) -> Any:
        return {"headers": {"Authorization": f"Bearer {self.secret}", **more}}


def _address(path: str) -> str:
    return path if path.startswith(("/", "http")) else f"/api/v1/{path}"


def errors(answer: Any) -> list[tuple[str, str]]:
    """(field, code) of every error of a problem."""
    assert answer["Content-Type"] == "application/problem+json"
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]
