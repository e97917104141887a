"""Chains of escalation over the API: who hears when of a promise that is not kept, read and written as a whole."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import Authored
from core.api import Endpoint
from core.api_fields import Body, Code, Flag, Row, Text, Whole, shown
from core.problems import FieldError, invalid, not_found
from detractors.enums import Clock, EscalationLevel, HandTo, TimerKind
from detractors.models import SlaPolicy
from detractors.queries import escalation as queries
from detractors.queries import promises
from detractors.serializers import OwnerReference
from detractors.services import chains
from outbox.models import ChatTarget

# What a refused step calls its parts, as the body does.
FIELDS = {"who": "level", "number": "after_minutes", "target": "chat_target"}


@extend_schema_field({"type": "string", "description": "Id of a chat target; null: none."})
class TargetReference(serializers.Field[Any, Any, Any, Any]):
    """A chat target of this workspace by its id."""

    default_error_messages = {"unknown": _("There is no such chat target.")}

    def to_internal_value(self, data: Any) -> ChatTarget:
        known = {target.public_id: target for target in queries.targets(workspace=self.context["workspace"])}
        if not isinstance(data, str) or data not in known:
            self.fail("unknown")
        return known[data]


class StepBody(Body):
    """A step. `level` or `person` says who is told; a step that keeps its `id` is not taken twice by a promise that has it
    behind it, one without is new and concerns moments from now on.
    """

    id = Text(required=False, allow_null=True, allow_blank=True, max_length=20, help_text="The step it was.")
    kind = Code(choices=TimerKind.choices)
    level = Code(choices=EscalationLevel.choices, required=False)
    person = OwnerReference(required=False, allow_null=True)
    after_minutes = Whole(
        min_value=-chains.LONGEST_MINUTES,
        max_value=chains.LONGEST_MINUTES,
        help_text="0: when it is due; below 0: before.",
    )
    clock = Code(choices=Clock.choices, default=Clock.WORKING.value)
    by_bell = Flag(default=True)
    by_mail = Flag(default=True)
    chat_target = TargetReference(required=False, allow_null=True)
    hand_to = Code(choices=HandTo.choices, required=False, allow_blank=True)
    raises_priority = Flag(default=False)
    breaks_quiet = Flag(default=False, help_text="Told in quiet hours, too: executives only.")


class ChainBody(Body):
    """The whole chain as it is to be. Without `has_own` a promise escalates as the usual one does."""

    has_own = Flag(required=False)
    steps = StepBody(many=True, required=False)


class StepRow(Row):
    id = serializers.CharField(source="pk")
    kind = serializers.ChoiceField(choices=TimerKind.choices)
    level = serializers.ChoiceField(choices=EscalationLevel.choices)
    person = serializers.EmailField(source="person.email", allow_null=True)
    after_minutes = serializers.IntegerField()
    clock = serializers.ChoiceField(choices=Clock.choices)
    by_bell = serializers.BooleanField()
    by_mail = serializers.BooleanField()
    chat_target = serializers.CharField(source="target.public_id", allow_null=True)
    hand_to = serializers.CharField(allow_blank=True, help_text="Whose the case becomes.")
    raises_priority = serializers.BooleanField()
    breaks_quiet = serializers.BooleanField()


class ChainRow(Row):
    """The chain of a promise. Without one of its own its steps are those of the usual promise."""

    id = serializers.CharField(source="policy.pk", help_text="Of the promise.")
    name = serializers.CharField(source="policy.name")
    is_usual = serializers.BooleanField(source="policy.is_default")
    has_own = serializers.BooleanField()
    steps = StepRow(many=True)


class ChainsRow(Row):
    escalations = ChainRow(many=True)


class _ChainEndpoint(Authored, Endpoint):
    resource = "rules"

    def policies(self) -> list[SlaPolicy]:
        """The promises that hold, the usual one first."""
        rows = [row for row in promises.listed(workspace=self.workspace) if row.retired_at is None]
        return sorted(rows, key=lambda row: (not row.is_default, row.name.casefold()))

    def policy(self, ident: str) -> SlaPolicy:
        """The promise of this id; raises Problem (404)."""
        for row in self.policies():
            if str(row.pk) == ident:
                return row
        raise not_found()

    def facts(self, policy: SlaPolicy, usual: SlaPolicy | None) -> dict[str, Any]:
        has_own = policy.is_default or policy.has_own_chain
        chain = policy if has_own or usual is None else usual
        return {"policy": policy, "has_own": has_own, "steps": queries.own_steps(policy=chain)}

    def one(self, ident: str) -> Response:
        policy = self.policy(ident)
        usual = next((row for row in self.policies() if row.is_default), None)
        return Response(shown(ChainRow, self.facts(policy, usual)))


class Escalations(_ChainEndpoint):
    @extend_schema(
        operation_id="escalations_list",
        summary="The chain of escalation of every promise, the usual one first",
        responses=ChainsRow,
        tags=["rules"],
    )
    def get(self, request: Request) -> Response:
        rows = self.policies()
        usual = next((row for row in rows if row.is_default), None)
        return Response(shown(ChainsRow, {"escalations": [self.facts(row, usual) for row in rows]}))


class EscalationDetail(_ChainEndpoint):
    @extend_schema(
        operation_id="escalations_read",
        summary="The chain of one promise",
        responses=ChainRow,
        tags=["rules"],
    )
    def get(self, request: Request, id: str) -> Response:
        return self.one(id)

    @extend_schema(
        operation_id="escalations_change",
        summary="Write the chain of a promise",
        description="`steps` is the whole chain in its order; what is not in it is gone. `has_own: false` lets the promise "
        "escalate as the usual one does. Promises that are running follow at once.",
        request=ChainBody,
        responses=ChainRow,
        tags=["rules"],
    )
    def patch(self, request: Request, id: str) -> Response:
        policy, given = self.policy(id), self.read(ChainBody)
        has_own = given.get("has_own", policy.has_own_chain or "steps" in given) or policy.is_default
        if has_own and "steps" not in given:
            raise invalid(FieldError("steps", "REQUIRED", str(_("Write the steps of the chain."))))
        steps = [
            self.wanted(place, step) for place, step in enumerate(given.get("steps", ()) if has_own else ())
        ]
        try:
            chains.save(policy=policy, has_own=has_own, steps=steps, by=self.author, now=self.now)
        except chains.ChainError as error:
            field = FIELDS.get(error.field, error.field)
            path = [
                "steps",
                *([] if error.place is None else [str(error.place)]),
                *([field] if field else []),
            ]
            raise invalid(FieldError(".".join(path), "INVALID", error.sentence)) from None
        return self.one(id)

    def wanted(self, place: int, given: dict[str, Any]) -> chains.WantedStep:
        """The step as the service takes it; somebody who is named stands for a level."""
        person, level = given.get("person"), given.get("level")
        if person is not None:
            level = chains.level_of(workspace=self.workspace, person=person)
        if level is None:
            raise invalid(FieldError(f"steps.{place}.level", "REQUIRED", str(_("Who is told?"))))
        ident = given.get("id") or ""
        return chains.WantedStep(
            key=int(ident) if ident.isascii() and ident.isdigit() else 0,
            kind=given["kind"],
            level=level,
            person=person,
            after_minutes=given["after_minutes"],
            clock=given["clock"],
            by_bell=given["by_bell"],
            by_mail=given["by_mail"],
            target=given.get("chat_target"),
            hand_to=given.get("hand_to", ""),
            raises_priority=given["raises_priority"],
            breaks_quiet=given["breaks_quiet"],
        )
