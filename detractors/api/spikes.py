"""Spikes over the API: what comes up more often than usual, the very cases, and what is done about it.

Their figures are of all cases, so a key whose maker sees a part of them is shown none.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries as accounts
from accounts.authentication import Authored
from accounts.models import Team
from core.api import Endpoint
from core.api_fields import Body, Row, Text, Whole, all_shown, rows_serializer, shown
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import not_found
from detractors.api.cases import refusals
from detractors.enums import SpikeKind
from detractors.models import Spike
from detractors.queries import spikes as queries
from detractors.services import spikes, team_queues


@extend_schema_field({"type": "string", "description": "Name of a team."})
class TeamReference(serializers.Field[Any, Any, Any, Any]):
    """A team of this workspace by its name (any case)."""

    default_error_messages = {"unknown": _("There is no such team.")}

    def to_internal_value(self, data: Any) -> Team:
        name = data.strip().casefold() if isinstance(data, str) else ""
        known = {team.name.casefold(): team for team in accounts.teams(workspace=self.context["workspace"])}
        if name not in known:
            self.fail("unknown")
        return known[name]


class SpikeRow(Row):
    """More unhappy customers than usual about one thing. `usual` is how many were usual in a window as long."""

    id = serializers.CharField(source="public_id")
    kind = serializers.ChoiceField(choices=SpikeKind.choices)
    name = serializers.CharField(help_text="What rose.")
    also = serializers.ListField(
        child=serializers.CharField(), help_text="What else rose in the very same cases."
    )
    window_days = serializers.IntegerField()
    n = serializers.IntegerField(help_text="Cases in the window, as last looked.")
    most = serializers.IntegerField()
    usual = serializers.FloatField()
    times = serializers.FloatField(
        allow_null=True, help_text="Times the usual; null where there was nothing before."
    )
    since = serializers.DateTimeField(help_text="Its first case.")
    raised_at = serializers.DateTimeField()
    looked_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    dismissed_at = serializers.DateTimeField(allow_null=True)
    dismissed_because = serializers.CharField(source="dismissed_note", allow_blank=True)
    team = serializers.CharField(
        source="team.name", allow_null=True, help_text="Whose queue was opened for it."
    )
    queue_at = serializers.DateTimeField(allow_null=True)
    routed_until = serializers.DateTimeField(allow_null=True, help_text="New ones go to the team until then.")


class SpikeCasesRow(SpikeRow):
    cases = serializers.ListField(
        source="numbers",
        child=serializers.IntegerField(),
        help_text="Numbers of its cases, the latest first.",
    )


class SpikeQuery(Body):
    is_over = serializers.BooleanField(required=False)
    is_dismissed = serializers.BooleanField(required=False)
    kind = serializers.ChoiceField(choices=SpikeKind.choices, required=False)


class DismissBody(Body):
    note = Text(max_length=spikes.NOTE_LENGTH, help_text="Why it is none.")


class QueueBody(Body):
    team = TeamReference()
    days = Whole(default=7, help_text="3, 7, 14 or 28: so long new ones go there.")


class QueueRow(Row):
    spike = SpikeCasesRow()
    moved = serializers.IntegerField(help_text="Open cases that changed hands.")
    left = serializers.ListField(child=serializers.IntegerField(), help_text="Numbers of those that did not.")


SpikePage = rows_serializer("SpikePage", SpikeRow)
MOST_CASES = 200


class _SpikeEndpoint(Authored, Endpoint):
    resource = "cases"

    def spike(self, ident: str) -> Spike:
        """The spike of this id; raises Problem (404)."""
        found = queries.spike_with(workspace=self.workspace, public_id=ident, sight=self.sight)
        if found is None:
            raise not_found()
        return found

    def facts(self, ident: str) -> Spike:
        """The spike as it is now, with the numbers of its cases."""
        spike = self.spike(ident)
        cases = queries.cases_of(spike=spike, sight=self.sight)
        spike.numbers = list(cases.values_list("number", flat=True)[:MOST_CASES])  # type: ignore[attr-defined]
        return spike


class Spikes(_SpikeEndpoint):
    @extend_schema(
        operation_id="spikes_list",
        summary="Spikes, newest first",
        parameters=[SpikeQuery, *PAGE_PARAMETERS],
        responses=SpikePage,
        tags=["spikes"],
    )
    def get(self, request: Request) -> Response:
        found = queries.narrowed(workspace=self.workspace, sight=self.sight, **self.query(SpikeQuery))
        return paged(request, found, ordering=["-id"], show=lambda page: all_shown(SpikeRow, page))


class SpikeDetail(_SpikeEndpoint):
    @extend_schema(
        operation_id="spikes_read",
        summary="One spike with the numbers of its latest 200 cases",
        responses=SpikeCasesRow,
        tags=["spikes"],
    )
    def get(self, request: Request, id: str) -> Response:
        return Response(shown(SpikeCasesRow, self.facts(id)))


class SpikeDismiss(_SpikeEndpoint):
    @extend_schema(
        operation_id="spikes_dismiss",
        summary="Say that it is no spike, and why",
        description="It stays silent until the rate is normal again; twice is once.",
        request=DismissBody,
        responses={200: SpikeCasesRow},
        tags=["spikes"],
    )
    def post(self, request: Request, id: str) -> Response:
        spike, given = self.spike(id), self.read(DismissBody)
        with refusals():
            spikes.dismiss(spike=spike, by=self.author, note=given["note"], now=self.now)
        return Response(shown(SpikeCasesRow, self.facts(id)))

    @extend_schema(
        operation_id="spikes_undismiss",
        summary="It is one after all",
        responses={204: None},
        tags=["spikes"],
    )
    def delete(self, request: Request, id: str) -> Response:
        spikes.undismiss(spike=self.spike(id))
        return Response(status=204)


class SpikeQueue(_SpikeEndpoint):
    @extend_schema(
        operation_id="spikes_open_queue",
        summary="Open a queue of a team for it",
        description="A shared view of its cases, the open ones moved to the team, and new ones led there for some days; twice "
        "is once.",
        request=QueueBody,
        responses={200: QueueRow},
        tags=["spikes"],
    )
    def post(self, request: Request, id: str) -> Response:
        spike, given = self.spike(id), self.read(QueueBody)
        with refusals():
            _spike, moved, left = team_queues.open_queue(
                spike=spike, by=self.author, sight=self.sight, now=self.now, **given
            )
        facts = {"spike": self.facts(id), "moved": moved, "left": [one.number for one in left]}
        return Response(shown(QueueRow, facts))

    @extend_schema(
        operation_id="spikes_close_queue",
        summary="Take the queue back",
        description="Cases go back where nobody has worked on them since; the view and the rule are gone. Only who opened it.",
        responses={204: None},
        tags=["spikes"],
    )
    def delete(self, request: Request, id: str) -> Response:
        with refusals():
            team_queues.undo(spike=self.spike(id), by=self.author, sight=self.sight, now=self.now)
        return Response(status=204)
