"""What the ground holds about a customer (answers already given to API posts), and what of our own people is kept how long."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import ApiKey, AuditEvent, KnownDevice
from accounts.services import audit
from core import privacy, retention
from core.models import IdempotencyKey
from core.privacy import Holding, Person

DEVICES_KEPT = 365  # days since a browser was last seen
ACTS_KEPT = 730  # days, for acts that belong to no workspace


def _forget(person: Person, now: datetime) -> None:
    """Stored answers that show the person are emptied; one whose very key names them goes."""
    keys = ApiKey.objects.filter(workspace=person.workspace_id)
    answers = IdempotencyKey.objects.filter(scope__in=list(keys.values_list("prefix", flat=True)))
    answers.filter(_holds("key", person)).delete()
    answers.filter(_holds("body", person) | Q(body__contains=person.public_id)).update(body="{}")


def _holds(column: str, person: Person) -> Q:
    found = Q(pk__in=[])
    for trace in person.traces:
        found |= Q(**{f"{column}__icontains": trace})
    return found


privacy.hold(Holding(app="accounts", erase=_forget))


def _count_acts(workspace_id: int, before: datetime, limit: int) -> int:
    return AuditEvent.objects.of(workspace_id).filter(at__lt=before)[:limit].count()


def _remove_acts(workspace_id: int, before: datetime, now: datetime, limit: int) -> int:
    return audit.forget(workspace=workspace_id, before=before, most=limit)


def _remove_loose_acts(before: datetime, limit: int) -> int:
    return audit.forget(workspace=None, before=before, most=limit)


def _remove_devices(before: datetime, limit: int) -> int:
    old: Any = KnownDevice.objects.filter(last_seen_at__lt=before).order_by("pk").values_list("pk", flat=True)
    return KnownDevice.objects.filter(pk__in=list(old[:limit])).delete()[0]


retention.remove_by(retention.AUDIT, retention.Part(_count_acts, _remove_acts))
retention.share(ACTS_KEPT, _remove_loose_acts)
retention.share(DEVICES_KEPT, _remove_devices)
