"""Every sweep proves it is alive."""

from datetime import datetime, timedelta

from django.db import connection

from core.models import Heartbeat


def beat(*, name: str, now: datetime) -> None:
    """Record that sweep `name` finished at `now` (aware, UTC); an older beat never overwrites a newer one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_heartbeat (name, beat_at) VALUES (%s, %s) ON CONFLICT (name)"
            " DO UPDATE SET beat_at = GREATEST(core_heartbeat.beat_at, EXCLUDED.beat_at)",
            [name, now],
        )


def introduce(*, names: list[str], now: datetime) -> None:
    """Note that a worker has begun to run these sweeps: from `now` on each has its time to beat for the first time."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, beat_at=now) for name in names], ignore_conflicts=True
    )


def late(*, allowed: dict[str, timedelta], now: datetime) -> list[str]:
    """Names of the sweeps in `allowed` whose last beat is older than allowed, or that never beat."""
    beats = dict(Heartbeat.objects.values_list("name", "beat_at"))
    return [name for name, limit in allowed.items() if name not in beats or now - beats[name] > limit]
