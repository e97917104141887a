"""What a provider of text messages calls: texts that came in, and what became of those that left.

The signature is the right to act (core/called_back.py); the address is secret and not enough. A provider that calls again
changes nothing, and an error of ours stays one (500), so that it does call again.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import called_back, limiter
from core.links import absolute_url
from core.sealing import CannotUnseal
from core.signatures import BadSignature
from core.tokens import NONCE_LENGTH
from outbox.services import text_reports
from surveys.queries import texts
from surveys.rules import text_payloads
from surveys.services import inbound_texts, sms_gateways

MOST_BYTES = 256 * 1024
CALLS_OF_GATEWAY = "1200/minute"
FORM = "application/x-www-form-urlencoded"
HEADERS = (
    "webhook-id", "webhook-timestamp", "webhook-signature", "x-twilio-signature", "authorization",
)  # fmt: skip


@csrf_exempt  # called by programs, signed
@require_POST
def sms_hook(request: HttpRequest, public_id: str) -> HttpResponse:
    """404 for an address nobody has, 401 for what is not signed, 400 for what is no form and no JSON; else 204."""
    gateway = texts.gateway_of_address(public_id=public_id[:NONCE_LENGTH])
    if gateway is None:
        return _said(404, "NOT_FOUND", "There is no such gateway.")
    if wait := limiter.hit(rate=CALLS_OF_GATEWAY, key=f"sms-hook:{gateway.public_id}"):
        answer = _said(429, "TOO_MANY", "Too many calls; try again later.")
        answer.headers["Retry-After"] = str(wait)
        return answer
    try:
        body = request.body
    except RawPostDataException:
        body = b""
    if len(body) > MOST_BYTES:
        return _said(413, "TOO_LARGE", f"At most {MOST_BYTES} bytes.")
    now = timezone.now()
    is_form = request.content_type == FORM
    form = {name: request.POST.getlist(name) for name in request.POST} if is_form else None
    try:
        called_back.verify(
            secret=sms_gateways.secret_of(row=gateway),
            url=_address(request, gateway.public_id),
            headers={name: request.headers.get(name, "") for name in HEADERS},
            form=form,
            body=body,
            now=now,
        )
    except (BadSignature, CannotUnseal) as error:
        return _said(401, "BAD_SIGNATURE", str(error))
    found: Any
    if form is not None:
        found = {name: values[0] for name, values in form.items() if values}
    else:
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            return _said(400, "NO_JSON", "The body is no form and no JSON.")
    came, reports, _unread = text_payloads.read(found)
    for text in came:
        inbound_texts.receive(workspace=gateway.workspace, came=text, now=now)
    for report in reports:
        text_reports.record(
            workspace_id=gateway.workspace_id,
            number=report.number,
            provider_id=report.provider_id,
            kind=report.kind,
            reason=report.reason,
            detail=report.detail,
            happened_at=report.happened_at,
            reference=report.reference,
            now=now,
        )
    return HttpResponse(status=204)


def _address(request: HttpRequest, public_id: str) -> str:
    """The address as the provider was given it, whatever stands between it and us."""
    query = request.META.get("QUERY_STRING", "")
    page = absolute_url("surveys:sms_hook", public_id=public_id)
    return f"{page}?{query}" if query else page


def _said(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail}, status=status)
