"""The one thing somebody did last at the desk that can be taken back: said once, on the next page."""

from __future__ import annotations

from typing import Any

from accounts.models import Workspace

_KEY = "desk_undo"


def offer(request: Any, workspace: Workspace, *, text: str, url: str, page: str = "") -> None:
    """Remember until the next page what was done and the address that takes it back; `page` tells more of it."""
    request.session[_KEY] = {"workspace": workspace.public_id, "text": text, "url": url, "page": page}


def take(request: Any, workspace: Workspace) -> dict[str, str] | None:
    """What was offered in this workspace; it is offered once."""
    found = request.session.get(_KEY)
    if not found or found.get("workspace") != workspace.public_id:
        return None
    del request.session[_KEY]
    return {"text": found["text"], "url": found["url"], "page": found.get("page", "")}
