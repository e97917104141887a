"""The list as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.access import EXPORTS, WorkspaceView
from accounts.enums import Act
from accounts.rules.permissions import Permission
from accounts.services import audit
from core.exports import csv_response
from detractors import filters
from detractors.models import Case
from detractors.queries import queue_rows
from detractors.queries.cases import state_of

HEADER = [
    "number", "status", "priority", "score", "latest_score", "customer", "email", "company", "account_value", "language",
    "owner", "team", "touchpoint", "survey", "channel", "origin", "opened_at", "next_due_at", "first_responded_at",
    "waiting_for", "root_cause", "resolution", "resolved_at", "closed_at", "outcome", "comment", "retention", "retention_since", "loss_reason",
]  # fmt: skip


class QueueCsv(WorkspaceView):
    """Every case the list shows under its filters, in its order; it comes line by line, however many they are."""

    permission = Permission.EXPORT
    rates: ClassVar[dict[str, str]] = {"GET": EXPORTS}

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        now = timezone.now()
        address = filters.read(request.GET, membership=self.request.membership, now=now)
        cases = queue_rows.every(
            workspace=self.workspace, user=self.request.user, wanted=address.wanted, sight=self.sight
        )
        audit.record(
            act=Act.EXPORTED,
            by=self.request.user,
            now=now,
            workspace=self.workspace,
            subject_kind="cases",
            subject_id="",
            detail={"filters": sorted(address.values)},
        )
        day = timezone.localdate()
        name = f"{self.workspace.slug}-cases-{day}.csv"
        response = csv_response(name=name, header=HEADER, rows=_rows(cases))
        response["Cache-Control"] = "no-store"
        return response


def _rows(cases: Iterator[Case]) -> Iterator[list[Any]]:
    for case in cases:
        contact = case.contact
        yield [
            case.number, state_of(case).name, case.priority, case.score, case.latest_score,
            contact.display_name if contact else "", contact.email if contact else "",
            contact.company if contact else "", contact.worth if contact else None,
            contact.language if contact else "", case.owner.display_name if case.owner else "",
            case.team.name if case.team else "", case.touchpoint.name if case.touchpoint else "",
            case.survey.name if case.survey else "", case.channel, case.origin,
            case.opened_at, case.next_due_at, case.first_responded_at, case.waiting_for,
            case.root_cause.name if case.root_cause else "", case.resolution, case.resolved_at, case.closed_at,
            case.outcome, case.words,  # type: ignore[attr-defined]
            case.stayed, case.stayed_since, case.loss_reason,  # type: ignore[attr-defined]
        ]  # fmt: skip
