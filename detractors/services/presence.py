"""Who else is at a case: in Redis, for half a minute after the last sign, with nothing of anybody but the member's id."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User, Workspace
from core import traces

KEPT_FOR = 30  # seconds after the last sign
_LOOKS, _WRITES = "v", "t"


@dataclass(frozen=True)
class Visitor:
    """Somebody at a case."""

    user_id: int
    is_writing: bool


def note(*, workspace: Workspace, number: int, user: User, is_writing: bool, now: datetime) -> None:
    """`user` looks at the case, or writes in it."""
    member, other = (
        _member(number, user.pk, kind) for kind in ((_WRITES, _LOOKS) if is_writing else (_LOOKS, _WRITES))
    )
    traces.touch(key=_key(workspace), member=member, seconds=KEPT_FOR, at=now.timestamp(), instead_of=[other])


def leave(*, workspace: Workspace, number: int, user: User, now: datetime) -> None:
    """`user` has gone from the case."""
    gone = [_member(number, user.pk, kind) for kind in (_LOOKS, _WRITES)]
    traces.touch(key=_key(workspace), member="", seconds=KEPT_FOR, at=now.timestamp(), instead_of=gone)


def others(
    *, workspace: Workspace, numbers: Collection[int], user: User, now: datetime
) -> dict[int, list[Visitor]]:
    """Who but `user` is at each of these cases, those who write first; cases without anybody are left out."""
    wanted, found = set(numbers), dict[int, list[Visitor]]()
    for member in traces.touched(key=_key(workspace), since=now.timestamp() - KEPT_FOR):
        number, user_id, kind = member.split(":")
        if int(number) in wanted and int(user_id) != user.pk:
            found.setdefault(int(number), []).append(Visitor(int(user_id), kind == _WRITES))
    return {
        number: sorted(visitors, key=lambda one: (not one.is_writing, one.user_id))
        for number, visitors in found.items()
    }


def _key(workspace: Workspace) -> str:
    return f"desk:{workspace.pk}"


def _member(number: int, user_id: int, kind: str) -> str:
    return f"{number}:{user_id}:{kind}"
