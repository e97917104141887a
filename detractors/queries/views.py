"""Saved views: which somebody sees, and how many cases each holds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Q, Subquery
from django.db.models.functions import JSONObject

from accounts.models import Membership, User
from accounts.rules.sight import Sight
from core.written import Written, any_id
from detractors.enums import ViewScope
from detractors.models import QueuePreference, SavedView
from detractors.queries import queue
from detractors.queries.queue import Wanted

COUNTED = 99  # counts of saved views stop here and say "99+"


def seen_by(membership: Membership) -> Q:
    """One's own, those of the own team, those of everybody."""
    seen = Q(made_by=membership.user_id) | Q(scope=ViewScope.ALL)
    if membership.team_id is not None:
        seen |= Q(scope=ViewScope.TEAM, team=membership.team_id)
    return seen


def saved(*, membership: Membership) -> list[SavedView]:
    """The views a member sees, in their order: one query."""
    rows = SavedView.objects.of(membership.workspace_id).select_related("made_by")
    return list(rows.filter(seen_by(membership), removed_at__isnull=True).order_by("position", "pk"))


def view_with(*, membership: Membership, public_id: str, or_removed: bool = False) -> SavedView | None:
    """The view of this id that the member sees; None for unknown, foreign and hidden ones alike."""
    rows = SavedView.objects.of(membership.workspace_id).select_related("made_by")
    rows = rows.filter(seen_by(membership), public_id=public_id)
    found: SavedView | None = (rows if or_removed else rows.filter(removed_at__isnull=True)).first()
    return found


def desk(*, membership: Membership) -> tuple[QueuePreference, list[SavedView]]:
    """How the list looks to a member, and the views they see in their order: one query for both."""
    values = {"member": membership.pk, "workspace": membership.workspace_id, "user": membership.user_id}
    [found] = _desk(membership.team_id is not None).rows(**values, team=membership.team_id)
    preferred = QueuePreference(
        workspace_id=membership.workspace_id, user_id=membership.user_id, **(found[0] or {})
    )
    return preferred, [_view(membership, one) for one in found[1]]


@cache
def _desk(has_team: bool) -> Written:
    blanks = {"member": any_id(0), "workspace": any_id(1), "user": any_id(2)}
    if has_team:
        blanks["team"] = any_id(3)
    anybody = Membership(
        pk=blanks["member"],
        workspace_id=blanks["workspace"],
        user_id=blanks["user"],
        team_id=blanks.get("team"),
    )
    rows = SavedView.objects.of(anybody.workspace_id)
    rows = rows.filter(seen_by(anybody), removed_at__isnull=True).order_by("position", "pk")
    plain = ("id", "public_id", "name", "scope", "query", "made_by_id", "team_id")
    shown = JSONObject(by_name="made_by__name", by_email="made_by__email", **{name: name for name in plain})
    chosen = QueuePreference.objects.of(anybody.workspace_id).filter(user=anybody.user_id)
    one = (
        Membership.objects.of(anybody.workspace_id)
        .filter(pk=anybody.pk)
        .values_list(
            Subquery(chosen.values(one=JSONObject(columns="columns", density="density"))[:1]),
            ArraySubquery(rows.values(one=shown)),
        )
    )
    return Written(one, **blanks)


def _view(membership: Membership, facts: dict[str, Any]) -> SavedView:
    made_by = User(pk=facts["made_by_id"], name=facts.pop("by_name"), email=facts.pop("by_email"))
    view = SavedView(workspace_id=membership.workspace_id, **facts)
    view.made_by = made_by
    return view


def preference(*, membership: Membership) -> QueuePreference:
    """How the list looks to a member; as it comes where they have chosen nothing."""
    found: QueuePreference | None = (
        QueuePreference.objects.of(membership.workspace_id).filter(user=membership.user_id).first()
    )
    return found or QueuePreference(workspace_id=membership.workspace_id, user_id=membership.user_id)


def counts(*, wanted: Mapping[int, Wanted], membership: Membership, sight: Sight) -> dict[int, int]:
    """How many cases each list (by any id) holds for the member who asks, at most COUNTED + 1: one query for all."""
    parts = []
    for one in wanted.values():
        cases = queue.wanted_cases(
            workspace=membership.workspace, user=membership.user, wanted=one, sight=sight
        )
        order = queue.order_of(one.tab) if one.is_work else ("-number",)
        parts.append(queue.sql_of(cases.order_by(*order).values("workspace_id")[: COUNTED + 1]))
    if not parts:
        return {}
    figures = ", ".join(f"(SELECT count(*) FROM ({sql}) AS shown)" for sql, _params in parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {figures}", [param for _sql, params in parts for param in params])
        found = cursor.fetchone()
    return dict(zip(wanted, found, strict=True))
