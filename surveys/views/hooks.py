"""What other programs call: mentions, signed as Standard Webhooks says. The signature is the right to act."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import limiter, signatures
from core.sealing import CannotUnseal
from surveys.enums import SourceKind
from surveys.queries import heard
from surveys.rules import mention_values
from surveys.services import mentions, sources

MOST_BYTES = 512 * 1024
MOST_AT_ONCE = 200
CALLS_OF_SOURCE = "600/minute"
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


@csrf_exempt  # called by programs, signed
@require_POST
def mention_hook(request: HttpRequest, public_id: str) -> HttpResponse:
    """One mention or a list of them. 404 for unknown sources, 401 for what is not signed, 400 for what is no JSON.

    Rows that are none come back with their reasons, the others are taken: the caller needs to send nothing again.
    """
    source = heard.source_of_address(public_id=public_id[:22], kind=SourceKind.WEBHOOK)
    if source is None:
        return _said(404, "NOT_FOUND", "There is no such source.")
    if wait := limiter.hit(rate=CALLS_OF_SOURCE, key=f"mention-hook:{source.public_id}"):
        answer = _said(429, "TOO_MANY", "Too many calls; try again later.")
        answer.headers["Retry-After"] = str(wait)
        return answer
    body = request.body
    if len(body) > MOST_BYTES:
        return _said(413, "TOO_LARGE", f"At most {MOST_BYTES} bytes.")
    now = timezone.now()
    given = {name: request.headers.get(name, "") for name in HEADERS}
    try:
        signatures.verify(secret=sources.secret_of(source=source), headers=given, body=body, now=now)
    except (signatures.BadSignature, CannotUnseal) as error:
        return _said(401, "BAD_SIGNATURE", str(error))
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return _said(400, "NO_JSON", "The body is no JSON.")
    rows = found if isinstance(found, list) else [found]
    if len(rows) > MOST_AT_ONCE:
        return _said(400, "TOO_MANY_ROWS", f"At most {MOST_AT_ONCE} mentions at once.")
    good, refused = [], []
    for index, row in enumerate(rows):
        try:
            good.append(mention_values.read(row if isinstance(row, dict) else {}, now=now))
        except mention_values.NotHeard as error:
            refused.append({"index": index, "reasons": [str(sentence) for sentence in error.sentences]})
    taken = mentions.take(source=source, heard=good, now=now)
    return JsonResponse(
        {"new": len(taken.new), "known": taken.known, "refused": refused},
        status=200 if good or not rows else 422,
    )


def _said(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail}, status=status)
