"""What the customers' pages of cases and invitations share: how often they may be asked, and how they are drawn.

Drawn by Django's own engine without the staff's context: no session is looked at.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation

from accounts.models import Workspace
from followups import words as words_of_ours
from surveys.queries import faces

METHODS = ("GET", "HEAD", "POST")
LOOKS = "60/minute"  # at one page
ACTS = "30/hour"  # on one page


def base(workspace: Workspace | None, language: str) -> dict[str, Any]:
    """What every page shows of its workspace, with our words in this language as `w`."""
    return faces.plain(workspace=workspace, language=language) | {"w": words_of_ours.of(language)}


def page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page `name`."""
    template: Template = get_template(f"followups/public/{name}.html").template  # type: ignore[attr-defined]  # Django's own engine
    return HttpResponse(template.render(Context(context | {"request": request})), status=status)


def closed(
    request: HttpRequest,
    kind: str,
    *,
    workspace: Workspace | None,
    status: int,
    language: str = "",
    wait: int | None = None,
) -> HttpResponse:
    """Why there is nothing to see or do: "slow" (come back after `wait` seconds), "unknown" or "gone". In `language`, else
    the workspace's, else the browser's."""
    language = language or (workspace.language if workspace else translation.get_language()) or "en"
    context = base(workspace, language)
    words = context["w"]
    context |= {
        "heading": words["slow"] if kind == "slow" else words[f"{kind}_title"],
        "text": "" if kind == "slow" else words[f"{kind}_text"],
    }
    with translation.override(language):
        response = page(request, "closed", context, status=status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
