"""Who may give a case to somebody else."""

from __future__ import annotations

from accounts.rules.permissions import Permission, can


def may_hand_over(*, role: str, is_owner: bool) -> bool:
    """Whether somebody of `role` may give the case away: any case where they assign cases, their own where they work on them."""
    return can(role, Permission.ASSIGN_CASES) or (is_owner and can(role, Permission.WORK_CASES))
