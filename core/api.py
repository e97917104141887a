"""What every address of the REST API shares: the key, the limit, one transaction, answers given once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import idempotency, limiter
from core.api_fields import Body, understood
from core.problems import FieldError, Problem, invalid, not_found

WRITES = ("post", "patch", "delete")


def _key(request: Request) -> Any:
    """The API key of the request (accounts.models.ApiKey; that app stands above this one)."""
    return request.auth


class JsonBody(JSONParser):
    """JSON, also refused kindly when it is nested a thousand deep."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None


class OnlyJson(BaseContentNegotiation):
    """The API speaks JSON, whatever the Accept header of a client's library says."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        wanted = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    """One address. The API key opens `self.workspace`; `self.now` is the moment of the request (aware UTC).

    Every POST, PATCH and DELETE is one transaction: all of it or nothing. `resource` is what the scopes of keys call
    what is behind the address; without one it is closed to every key.
    """

    resource = ""
    parser_classes = [JsonBody]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = OnlyJson
    metadata_class = None
    http_method_names = ["get", "head", "post", "patch", "delete"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.workspace = request.workspace  # type: ignore[attr-defined]  # set by the authentication
        self.sight = request.sight  # type: ignore[attr-defined]  # likewise: what the key's maker may see now
        self.now = timezone.now()
        wait = limiter.hit(rate=settings.API_RATE, key=f"api:{_key(request).prefix}")
        if wait is not None:
            sentence = _("Too many requests with this key: go on in %(seconds)d seconds.") % {"seconds": wait}
            raise Problem(429, "TOO_MANY_REQUESTS", sentence, headers={"Retry-After": str(wait)})
        method = (request.method or "").lower()
        if hasattr(self, method) and method in self.http_method_names:
            self.require_scope(self.resource, write=method in WRITES)
        if method in WRITES and hasattr(self, method):
            wrap = self._once if method == "post" else self._together
            setattr(self, method, wrap(getattr(self, method)))

    def require_scope(self, resource: str, *, write: bool) -> None:
        """Raises Problem (403) unless the key may read (or `write`) this resource."""
        if _key(self.request).allows(resource, write=write):
            return
        scope = f"{resource}:{'write' if write else 'read'}"
        sentence = _("This key does not have the scope “%(scope)s”, which is needed here.") % {"scope": scope}
        raise Problem(403, "MISSING_SCOPE", sentence, errors=[FieldError("", "MISSING_SCOPE", scope)])

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"  # people's names and words
        return answer

    def read(self, serializer: type[Body], data: Any = None) -> dict[str, Any]:
        """The body (or `data`) as `serializer` understands it. Raises ValidationError."""
        context = {"workspace": self.workspace, "now": self.now, "sight": self.sight}
        return understood(serializer, self.request.data if data is None else data, context=context)

    def query(self, serializer: type[Body]) -> dict[str, Any]:
        """The query string as `serializer` understands it, without the page's own words. Raises ValidationError."""
        given = {
            name: value
            for name, value in self.request.query_params.items()
            if name not in ("cursor", "limit")
        }
        return self.read(serializer, given)

    def _together(self, handler: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        def handled(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with transaction.atomic():
                return handler(request, *args, **kwargs)

        return handled

    def _once(self, handler: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            return self._together(handler)

        def handled(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            def work() -> idempotency.Answer:
                answer = handler(request, *args, **kwargs)
                assert isinstance(answer, Response)
                return idempotency.Answer(answer.status_code, JSONRenderer().render(answer.data).decode())

            print_ = idempotency.fingerprint(
                method="POST", path=request.get_full_path(), body=request._request.body
            )
            try:
                answer, is_replay = idempotency.once(
                    scope=_key(request).prefix,
                    key=idempotency.check_key(key),
                    print_=print_,
                    now=self.now,
                    work=work,
                )
            except (idempotency.BadKey, idempotency.KeyReused, idempotency.StillRunning) as error:
                raise _refused(error) from None
            response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
            if is_replay:
                response.headers["Idempotent-Replayed"] = "true"
            return response

        return handled


def _refused(error: Exception) -> Problem:
    if isinstance(error, idempotency.BadKey):
        sentence = _("A key has 1 to 255 printable ASCII characters and no spaces.")
        return invalid(FieldError("Idempotency-Key", "INVALID", sentence))
    if isinstance(error, idempotency.KeyReused):
        sentence = _("This Idempotency-Key was used for another request: choose a new one.")
        return Problem(422, "IDEMPOTENCY_KEY_REUSED", sentence)
    sentence = _("The first request with this Idempotency-Key is still running: ask again in a moment.")
    return Problem(409, "IDEMPOTENCY_KEY_RUNNING", sentence, headers={"Retry-After": "1"})


class UnknownAddress(APIView):
    """Whatever else is asked for below /api/v1/: the same 404 as for an unknown id, and a hint at a lost slash."""

    authentication_classes = []
    permission_classes = []
    renderer_classes = [JSONRenderer]
    content_negotiation_class = OnlyJson
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        problem = not_found()
        if not request.path.endswith("/") and _exists(f"{request.path}/"):
            problem.sentence = _("There is nothing at this address; with a slash at its end there is.")
        raise problem


def _exists(path: str) -> bool:
    try:
        return not issubclass(getattr(resolve(path).func, "cls", object), UnknownAddress)
    except Resolver404:
        return False
