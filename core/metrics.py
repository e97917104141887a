"""/metrics: Prometheus text. The readings come from functions handed in, so this ground knows no app above it."""

import hmac
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import NamedTuple

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from redis import Redis
from redis.exceptions import RedisError

from core.models import Heartbeat
from core.sweeps import allowed_lateness

log = structlog.get_logger(__name__)

QUEUE = "amends"  # Celery's, as config/celery.py names it


class Reading(NamedTuple):
    """One value of one gauge; the same name always comes with the same label names."""

    name: str
    words: str
    value: float
    labels: Mapping[str, str] = {}


Source = Callable[[datetime], Iterable[Reading]]


def sweeps(now: datetime) -> Iterable[Reading]:
    """How long ago each scheduled sweep finished; one that never did counts as a year late."""
    beats = dict(Heartbeat.objects.values_list("name", "beat_at"))
    for name, limit in allowed_lateness().items():
        age = (now - beats[name]).total_seconds() if name in beats else 365 * 86400.0
        yield Reading(
            "amends_sweep_age_seconds", "Seconds since the sweep last finished.", age, {"sweep": name}
        )
        yield Reading(
            "amends_sweep_late_after_seconds",
            "From this age on the sweep is late.",
            limit.total_seconds(),
            {"sweep": name},
        )


def queue(now: datetime) -> Iterable[Reading]:
    """Hints waiting for a worker, and whether the broker answers."""
    waiting = 0
    is_up = True
    try:
        client = Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=2)
        with client:
            waiting = int(client.llen(QUEUE))  # type: ignore[arg-type]  # the sync client answers with a number
    except (RedisError, OSError) as error:
        is_up = False
        log.warning("broker_away", error=type(error).__name__)
    yield Reading("amends_broker_up", "1 while the broker answers.", float(is_up))
    yield Reading("amends_queue_length", "Task messages that wait for a worker.", float(waiting))


def exposition(*, readings: Iterable[Reading]) -> bytes:
    """The readings in Prometheus' text format."""
    registry = CollectorRegistry()
    gauges: dict[str, Gauge] = {}
    for reading in readings:
        if reading.name not in gauges:
            gauges[reading.name] = Gauge(reading.name, reading.words, list(reading.labels), registry=registry)
        gauge = gauges[reading.name]
        (gauge.labels(**reading.labels) if reading.labels else gauge).set(reading.value)
    return generate_latest(registry)


def may_read(request: HttpRequest) -> bool:
    """With AMENDS_METRICS_TOKEN its bearer; without, this machine itself, and nobody through a proxy on it."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def answer(request: HttpRequest, *, sources: Iterable[Source], now: datetime) -> HttpResponse:
    """200 with every source's readings, or 401."""
    if not may_read(request):
        response = HttpResponse("a token is needed\n", status=401, content_type="text/plain")
        response.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return response
    body = exposition(readings=[reading for source in sources for reading in source(now)])
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
