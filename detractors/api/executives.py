"""Executives over the API: who they are, and how many cases are under their care. Who is one is said by people, on a page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Endpoint
from core.api_fields import Row, shown
from detractors.queries import sponsors


class ExecutiveRow(Row):
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.display_name")
    is_executive = serializers.BooleanField(help_text="false: they were one when they took a case.")
    open = serializers.IntegerField(help_text="Open cases they sponsor or own.")
    breached = serializers.IntegerField(help_text="Of the open ones, those with a missed promise.")
    done = serializers.IntegerField()


class ExecutivesRow(Row):
    executives = ExecutiveRow(many=True)


class Executives(Endpoint):
    resource = "cases"

    @extend_schema(
        operation_id="executives_list",
        summary="The executives, with the cases under their care",
        description="Counts what the maker of the key may see. `cases/?executive=` lists them.",
        responses=ExecutivesRow,
        tags=["cases"],
    )
    def get(self, request: Request) -> Response:
        rows: Any = sponsors.cards(workspace=self.workspace, sight=self.sight)
        return Response(shown(ExecutivesRow, {"executives": rows}))
