"""Invitations as they are, though the mark of an answer follows its answer by a moment (surveys/services/settling.py).

Until then the answer itself says so: it waits (`decide_at`) and names its invitation. There are few such answers at any
moment, and a partial index finds them.
"""

from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from surveys.enums import InvitationStatus
from surveys.models import Invitation, Response


def has_status(workspace: Any, *wanted: str) -> Q:
    """The invitations of `workspace` (a Workspace or its id) in one of these states, as a condition on Invitation."""
    just = _just_answered(workspace)
    return (
        Q(status__in=wanted) | just if InvitationStatus.ANSWERED in wanted else Q(status__in=wanted) & ~just
    )


def status(*, workspace: Any) -> Case:
    """The status of an invitation of `workspace`, to group and count by."""
    return Case(
        When(_just_answered(workspace), then=Value(InvitationStatus.ANSWERED.value)),
        default=F("status"),
        output_field=CharField(),
    )


def has_answer() -> Exists:
    """For sweeps: there is an answer to the invitation, of whatever workspace it is, marked or not."""
    return Exists(Response.objects.of(OuterRef("workspace")).filter(invitation=OuterRef("pk")))


def shown(rows: QuerySet[Invitation]) -> Any:
    """`rows` to be shown: each knows its answer (`Invitation.just_answered_at`), and none is saved."""
    answer = Response.objects.of(OuterRef("workspace")).filter(
        decide_at__isnull=False, invitation=OuterRef("pk")
    )
    found: Any = rows  # the annotation is handed to the property of its name
    return found.annotate(just_answered_at=Subquery(answer.values("received_at")[:1]))


def _just_answered(workspace: Any) -> Q:
    waiting = Response.objects.of(workspace).filter(decide_at__isnull=False, invitation__isnull=False)
    return Q(pk__in=waiting.values("invitation"))
