"""The keys of a workspace as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from accounts import queries
from accounts.models import ApiKey, Workspace
from accounts.rules import key_life, scopes
from accounts.rules.key_life import KeyState
from accounts.rules.permissions import Permission, can

ENDED_SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class KeyLine:
    """One key. `says`: English sentences of its scopes. `heir`: the key at work in its place."""

    key: ApiKey
    state: KeyState
    says: list[str]
    is_orphan: bool  # its maker may no longer make keys, or is gone
    heir: ApiKey | None
    is_heir: bool  # and the one it replaces still works


def listed(*, workspace: Workspace, now: datetime) -> list[KeyLine]:
    """Keys that were not revoked and did not end long ago, newest first, the one being replaced beneath its heir."""
    rows = list(
        ApiKey.objects.filter(workspace=workspace, revoked=False)
        .filter(Q(expiry_date__isnull=True) | Q(expiry_date__gt=now - ENDED_SHOWN))
        .select_related("created_by")
        .order_by("-created", "-pk")
    )
    roles = dict(queries.active(workspace=workspace).values_list("user_id", "role"))
    heirs = {
        key.replaces_id: key
        for key in rows
        if key.replaces_id is not None and not key_life.has_ended(key.expiry_date, now)
    }
    lines = {
        key.pk: KeyLine(
            key=key,
            state=key_life.state(expires_at=key.expiry_date, is_replaced=key.pk in heirs, now=now),
            says=scopes.sentences(key.scopes),
            is_orphan=not can(roles.get(key.created_by_id or 0), Permission.MANAGE_KEYS),
            heir=heirs.get(key.pk),
            is_heir=False,
        )
        for key in rows
    }
    ordered: list[KeyLine] = []
    for key in rows:
        if key.pk in heirs:
            continue  # shown beneath its heir
        while key is not None:
            line = lines[key.pk]
            old = lines.get(key.replaces_id or "")
            is_pair = old is not None and old.state == KeyState.REPLACED
            ordered.append(
                KeyLine(line.key, line.state, line.says, line.is_orphan, line.heir, is_heir=is_pair)
            )
            key = old.key if old is not None and heirs.get(old.key.pk) is key else None  # type: ignore[assignment]  # the chain ends
    return ordered


def taken_names(*, workspace: Workspace) -> set[str]:
    """Names of keys at work, in lower case."""
    names = ApiKey.objects.filter(workspace=workspace, revoked=False).values_list("name", flat=True)
    return {name.lower() for name in names}
