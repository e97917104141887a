"""The workspace's promises over the API: what is promised to whom, and what an edit would do before it is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.effects import ClockEndpoint
from accounts.hours_serializers import EffectRow
from core.api_fields import all_shown, rows_serializer, shown
from core.numbers import whole
from core.openapi import PAGE_PARAMETERS
from core.pagination import paged
from core.problems import FieldError, invalid, not_found
from detractors.models import SlaPolicy
from detractors.promise_serializers import PolicyBody, PolicyChange, PolicyQuery, PolicyRow
from detractors.queries import promises as queries
from detractors.queries.cases import default_policy
from detractors.rules.clock import Span
from detractors.rules.sla import WARN_PERCENT
from detractors.services import policies, previewing
from detractors.services.promising import spans_of

THINGS = ("priority", "touchpoint", "audience")
SPANS = {"first_response": "FIRST_RESPONSE", "next_response": "NEXT_RESPONSE", "resolution": "RESOLUTION"}

PolicyPage = rows_serializer("PolicyPage", PolicyRow)


class _PolicyEndpoint(ClockEndpoint):
    def policy(self, ident: str) -> SlaPolicy:
        """The promise of this id, archived or not; raises Problem (404)."""
        pk = whole(ident)
        found = queries.one(workspace=self.workspace, pk=pk) if pk is not None else None
        if found is None:
            raise not_found()
        return found

    def one(self, policy: SlaPolicy, status: int = 200) -> Response:
        """The promise as it is stored now."""
        return Response(shown(PolicyRow, self.policy(str(policy.pk))), status=status)

    def wanted(self, policy: SlaPolicy | None, given: dict[str, Any]) -> policies.Wanted:
        """The body as the service takes it; what it leaves out is as it was, for a new promise as usual."""
        before = spans_of(policy) if policy is not None else {}
        spans = {
            field: self._span(given[field]) if field in given else before.get(kind)
            for field, kind in SPANS.items()
        }
        things = {field: given[field] if field in given else getattr(policy, field, None) for field in THINGS}
        calendar = given.get("calendar") or getattr(policy, "calendar", None)
        if calendar is None:
            usual = default_policy(workspace=self.workspace)
            if usual is None:
                raise invalid(FieldError("calendar", "REQUIRED", _("Choose whose hours count.")))
            calendar = usual.calendar
        first_response, resolution = spans["first_response"], spans["resolution"]
        assert first_response is not None, "a body or a row has one"
        assert resolution is not None, "likewise"
        return policies.Wanted(
            name=given.get("name", policy.name if policy is not None else ""),
            first_response=first_response,
            next_response=spans["next_response"],
            resolution=resolution,
            warn_percent=given.get("warn_percent", getattr(policy, "warn_percent", WARN_PERCENT)),
            calendar=calendar,
            priority=things["priority"] or "",
            touchpoint=things["touchpoint"],
            audience=things["audience"],
        )

    def _span(self, given: dict[str, Any] | None) -> Span | None:
        return None if given is None else Span(given["minutes"], given["clock"])


@contextmanager
def _refusals(given: dict[str, Any]) -> Iterator[None]:
    """What the service refuses, at the field of the body."""
    try:
        yield
    except policies.PolicyError as error:
        field = error.field
        if field in SPANS:
            field = f"{field}.minutes"
        elif field == "made_for":
            field = next((thing for thing in THINGS if given.get(thing)), "priority")
        elif given.get("is_archived") and "name" not in given:
            field = "is_archived"
        raise invalid(FieldError(field, "INVALID", error.sentence)) from None


class Policies(_PolicyEndpoint):
    @extend_schema(
        operation_id="sla_policies_list",
        summary="What is promised to whom, in the order in which it is tried",
        description="Within a step of `made_for` the lower `place` counts. Archived ones are listed too, unless `is_archived` says otherwise.",
        parameters=[PolicyQuery, *PAGE_PARAMETERS],
        responses=PolicyPage,
        tags=["clock"],
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(PolicyQuery)
        found = queries.rows(workspace=self.workspace)
        if "is_archived" in wanted:
            found = found.filter(retired_at__isnull=not wanted["is_archived"])
        return paged(request, found, ordering=["place", "id"], show=lambda page: all_shown(PolicyRow, page))

    @extend_schema(
        operation_id="sla_policies_make",
        summary="Make a further promise",
        description="It holds from now on, behind those made for the same; open cases it is made for follow within seconds.",
        request=PolicyBody,
        responses={201: PolicyRow},
        tags=["clock"],
    )
    def post(self, request: Request) -> Response:
        given = self.read(PolicyBody)
        with _refusals(given):
            policy = policies.add(
                workspace=self.workspace, wanted=self.wanted(None, given), by=self.author, now=self.now
            )
        return self.one(policy, status=201)


class PolicyPreview(_PolicyEndpoint):
    @extend_schema(
        operation_id="sla_policies_preview",
        summary="What a further promise would do to the open cases",
        description="The body is that of making it; nothing is written. 403 LIMITED_SIGHT for a key whose maker sees only some cases.",
        request=PolicyBody,
        responses=EffectRow,
        tags=["clock"],
    )
    def post(self, request: Request) -> Response:
        self.refuse_with_limits()
        given = self.read(PolicyBody)
        with _refusals(given):
            wanted = self.wanted(None, given)
            return self.effect(
                previewing.of_policy(workspace=self.workspace, policy=None, wanted=wanted, now=self.now)
            )


class PolicyDetail(_PolicyEndpoint):
    @extend_schema(
        operation_id="sla_policies_read", summary="One promise", responses=PolicyRow, tags=["clock"]
    )
    def get(self, request: Request, id: str) -> Response:
        return self.one(self.policy(id))

    @extend_schema(
        operation_id="sla_policies_change",
        summary="Change, archive or bring back a promise",
        description="What is left out stays. A length holds from the beginning of every open case that runs by it; what was missed "
        "stays missed. `is_archived: true` promises it to nobody any more; the usual promise cannot be archived. To make it for "
        "something else, name that and set the other to null.",
        request=PolicyChange,
        responses=PolicyRow,
        tags=["clock"],
    )
    def patch(self, request: Request, id: str) -> Response:
        policy, given = policies.held(policy=self.policy(id)), self.read(PolicyChange)
        by, now = self.author, self.now
        with _refusals(given):
            if given.keys() - {"is_archived"}:
                policies.change(policy=policy, wanted=self.wanted(policy, given), by=by, now=now)
            if given.get("is_archived") is True:
                policies.retire(policy=policy, by=by, now=now)
            elif given.get("is_archived") is False:
                policies.bring_back(policy=policy, by=by, now=now)
        return self.one(policy)


class PolicyChangePreview(_PolicyEndpoint):
    @extend_schema(
        operation_id="sla_policies_change_preview",
        summary="What a change of a promise would do to the open cases",
        description="The body is that of the change, `is_archived` too; nothing is written. 403 LIMITED_SIGHT for a key whose maker "
        "sees only some cases.",
        request=PolicyChange,
        responses=EffectRow,
        tags=["clock"],
    )
    def post(self, request: Request, id: str) -> Response:
        policy = self.policy(id)
        self.refuse_with_limits()
        given = self.read(PolicyChange)
        with _refusals(given):
            return self.effect(
                previewing.of_policy(
                    workspace=self.workspace,
                    policy=policy,
                    wanted=self.wanted(policy, given),
                    now=self.now,
                    is_archived=given.get("is_archived"),
                )
            )
