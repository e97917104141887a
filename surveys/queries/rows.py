"""Rows of the API: lists by public id, each with its neighbours loaded, so a page is a fixed number of queries."""

from typing import Any

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from surveys.models import Contact, Invitation, Survey
from surveys.queries import settled
from surveys.queries import sight as sights


def contacts(*, workspace: Workspace, sight: Sight = EVERYTHING) -> Any:
    """Everybody who was not erased and may be seen."""
    return Contact.objects.of(workspace).present().filter(sights.contacts(workspace=workspace, sight=sight))


def contact(*, workspace: Workspace, public_id: str, sight: Sight = EVERYTHING) -> Contact | None:
    """The contact of this id; None for unknown, erased, hidden and foreign ones alike."""
    found: Contact | None = contacts(workspace=workspace, sight=sight).filter(public_id=public_id).first()
    return found


def surveys(*, workspace: Workspace) -> Any:
    """All surveys, archived ones too, with their further questions."""
    return Survey.objects.of(workspace).prefetch_related("questions")


def survey(*, workspace: Workspace, public_id: str) -> Survey | None:
    """The survey of this id; None for unknown and foreign ones alike."""
    found: Survey | None = surveys(workspace=workspace).filter(public_id=public_id).first()
    if found is not None:
        found.workspace = workspace  # it is at hand: no join for it
    return found


def survey_to_answer(*, workspace: Workspace, public_id: str) -> Survey | None:
    """Like `survey`, with only what recording an answer or filtering by it needs: a narrow row is a cheap one."""
    found: Survey | None = (
        Survey.objects.of(workspace)
        .only("public_id", "metric", "workspace")
        .filter(public_id=public_id)
        .first()
    )
    return found


def invitations(*, workspace: Workspace, sight: Sight = EVERYTHING, status: str = "") -> Any:
    """All invitations that may be seen, of one status if given, with survey, contact and touchpoint."""
    seen = sights.invitations(workspace=workspace, sight=sight)
    if status:
        seen &= settled.has_status(workspace, status)
    rows = Invitation.objects.of(workspace).filter(seen).select_related("survey", "contact", "touchpoint")
    return settled.shown(rows)


def invitation(*, workspace: Workspace, public_id: str, sight: Sight = EVERYTHING) -> Invitation | None:
    """The invitation of this id; None for unknown, hidden and foreign ones alike."""
    rows = invitations(workspace=workspace, sight=sight)
    found: Invitation | None = rows.filter(public_id=public_id).first()
    return found
