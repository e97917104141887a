"""What pages of other sites load: the script, and the settings of a key. Both can be kept by browsers and caches."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import lru_cache

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from surveys.queries import widget_config
from surveys.queries import widget_keys as queries

SCRIPT = "js/widget.js"
SCRIPT_SECONDS = 3_600
CONFIG_SECONDS = 300  # so long a changed word or colour takes to reach every page


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """/widget.js, the same for every key."""
    plain, packed, tag = _script()
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(plain)
    response["Content-Type"] = "text/javascript; charset=utf-8"
    response["Cache-Control"] = f"public, max-age={SCRIPT_SECONDS}"
    response["ETag"] = tag
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # it is made for pages of others
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@require_safe
def config(request: HttpRequest, public_id: str) -> HttpResponse:
    """/widget/<key>.json: for pages of the key's origins, without a cookie; a program without an origin may read it too."""
    key = queries.usable(public_id=public_id, now=timezone.now())
    origin = request.headers.get("Origin", "")
    if key is None:
        response: HttpResponse = _refused(404, _("This widget key opens nothing here."))
    elif origin and origin not in key.origins:
        response = _refused(403, _("The key is not taken from pages of this origin."))
    elif not key.survey.is_active:
        response = _refused(410, _("The survey takes no answers."))
    else:
        response = _packed(request, widget_config.config(key=key, language=request.GET.get("lang", "")[:16]))
        response["Cache-Control"] = f"public, max-age={CONFIG_SECONDS}"
    if key is not None and origin in key.origins:
        response["Access-Control-Allow-Origin"] = origin
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_vary_headers(response, ["Origin", "Accept-Encoding"])
    return response


def _refused(status: int, sentence: str) -> HttpResponse:
    return JsonResponse({"detail": sentence}, status=status, headers={"Cache-Control": "no-store"})


def _packed(request: HttpRequest, facts: dict[str, object]) -> HttpResponse:
    body = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
    response = HttpResponse(body, content_type="application/json")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = gzip.compress(body, mtime=0)
        response["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=1)
def _script() -> tuple[bytes, bytes, str]:
    """The script as it is, compressed, and its ETag; read once per process."""
    found = finders.find(SCRIPT)
    if not isinstance(found, str):
        raise FileNotFoundError(SCRIPT)
    with open(found, "rb") as file:
        plain = file.read()
    return plain, gzip.compress(plain, mtime=0), f'W/"{hashlib.sha256(plain).hexdigest()[:20]}"'
