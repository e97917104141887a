"""How the API describes itself: the key, the refusals every operation may answer with, the idempotency header."""

from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from core.api_fields import Body, Row
from core.pagination import MOST, USUAL
from core.problems import MEDIA_TYPE


class ProblemErrorRow(Row):
    """What is wrong with one field of the request."""

    field = serializers.CharField(
        help_text="Dotted path into the body, or a query parameter; empty: the whole request."
    )
    code = serializers.CharField(help_text="Stable, for programs.")
    message = serializers.CharField(help_text="A sentence for people.")


class ProblemRow(Row):
    """Why the request was refused (RFC 9457). Nothing was changed."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people.")
    code = serializers.CharField(help_text="Stable, for programs.")
    errors = ProblemErrorRow(many=True)  # type: ignore[assignment]  # a field of the row, not DRF's own errors  # type: ignore[assignment]  # the name RFC 9457 problems use here


PAGE_PARAMETERS = [
    OpenApiParameter("cursor", str, description="Where to go on: take it from `next` of the page before."),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        description="Rows a page.",
    ),
]

REFUSALS = {
    "400": "Something in the request does not fit; `errors` says what.",
    "401": "No API key, or one that opens nothing.",
    "403": "The key does not have the scope this needs, or its maker does not see what it is about.",
    "404": "There is no such thing in this workspace.",
    "409": "Things do not stand so that this could be done, or the same request is still running.",
    "413": "The body is too large.",
    "415": "The body is no JSON.",
    "422": "The Idempotency-Key was used for another request.",
    "429": "Too many requests with this key; `Retry-After` says when to go on.",
    "503": "The database does not answer in time; `Retry-After` says when to try again.",
}
_ALWAYS = ("400", "401", "403", "429", "503")
_WITH_BODY = ("409", "413", "415")


class ApiSchema(AutoSchema):
    """Every operation with its refusals."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """With the scope a key needs, for programs (`x-scopes`) and for readers."""
        operation = super().get_operation(*args, **kwargs)
        resource = self._resource()
        if operation and resource:
            kind = "read" if self.method == "GET" else "write"
            needs = f"Needs the scope `{resource}:{kind}` (or `{kind}`)."
            operation["x-scopes"] = [f"{resource}:{kind}"]
            operation["description"] = f"{operation.get('description', '')}\n\n{needs}".strip()
        return operation

    def _resource(self) -> str:
        """What scopes call what is behind the address; empty for what no key opens."""
        return str(getattr(self.view, "resource", ""))

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular's own  # type: ignore[override]  # drf-spectacular's own shape
        """Only what an operation says of itself; a class's docstring is for its readers."""
        return ""

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:
        name = super()._get_serializer_name(serializer, direction, bypass_extensions)
        for word in ("Row", "Body"):
            if name.removesuffix("Request").endswith(word):
                return name.replace(word, "", 1)
        return name

    def get_override_parameters(self) -> list[Any]:
        found = list(super().get_override_parameters())
        if self.method == "POST" and self._resource():
            found.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
                    OpenApiParameter.HEADER,
                    description="The same key with the same body is done once and answered alike for 24 hours.",
                )
            )
        return found

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        component = self.resolve_serializer(ProblemRow, direction)
        for status in self._refusals():
            content = {MEDIA_TYPE: {"schema": component.ref}}
            headers = {}
            if status in ("429", "503"):
                headers = {
                    "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
                }
            bodies.setdefault(status, {**headers, "content": content, "description": REFUSALS[status]})
        return dict(sorted(bodies.items()))

    def _refusals(self) -> set[str]:
        found = set(_ALWAYS)
        if "{" in self.path:
            found.add("404")
        if self.method in ("POST", "PATCH"):
            found.update(_WITH_BODY)
        if self.method == "POST":
            found.add("422")
        if self.method == "DELETE":
            found.add("409")
        return found

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, Body) and direction == "request":
            schema["additionalProperties"] = False
        return schema


class KeyScheme(OpenApiAuthenticationExtension):
    """Authorization: Bearer <key>."""

    target_class = "accounts.authentication.ApiKeyAuthentication"
    name = "apiKey"
    definition: ClassVar[dict[str, str]] = {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of the workspace, made under Settings, API keys.",
    }

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return self.definition
