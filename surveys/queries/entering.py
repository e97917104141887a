"""What a member can enter an answer about: surveys, touchpoints and people, as far as they may be seen."""

from django.db.models import Q, QuerySet

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from surveys.enums import SurveyStatus
from surveys.models import Contact, Survey, Touchpoint
from surveys.queries import rows
from surveys.queries.sight import touchpoint_ids


def surveys(*, workspace: Workspace) -> QuerySet[Survey]:
    """Surveys that can have answers: those that are open, and those that were."""
    return (
        Survey.objects.of(workspace)
        .filter(status__in=[SurveyStatus.ACTIVE, SurveyStatus.CLOSED])
        .order_by("status", "name", "pk")
    )


def touchpoints(*, workspace: Workspace, sight: Sight = EVERYTHING) -> QuerySet[Touchpoint]:
    """The touchpoints whose answers the member sees."""
    found = Touchpoint.objects.of(workspace).order_by("name")
    if sight.touchpoints is None:
        return found
    return found.filter(pk__in=touchpoint_ids(workspace=workspace, sight=sight))


def customer(*, workspace: Workspace, text: str, sight: Sight = EVERYTHING) -> Contact | None:
    """The contact with this mail address or external id; None for unknown and hidden ones alike."""
    seen = rows.contacts(workspace=workspace, sight=sight)
    found: Contact | None = (
        seen.filter(Q(email=text.strip().lower()) | Q(external_id=text.strip())).order_by("pk").first()
        if text.strip()
        else None
    )
    return found
