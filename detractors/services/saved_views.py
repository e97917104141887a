"""Saved views are written here: made by one click, named, shared, put in order, removed and had back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User, Workspace
from accounts.rules.permissions import Permission, can
from detractors.enums import ViewScope
from detractors.models import QueuePreference, SavedView
from detractors.queries import views
from detractors.rules import queue_layout as layout
from surveys.rules.verbatim import clean_line

NAME_LENGTH = 80
MOST = 50  # views one member makes
KEPT_FOR = timedelta(days=1)  # after removing


class NotYours(ValidationError):
    """The view is somebody else's, or it would be shared by somebody who may not share."""


@transaction.atomic
def create(*, membership: Membership, name: str, query: Mapping[str, str], now: datetime) -> SavedView:
    """A view of one's own at the end of the list. Raises ValidationError for an empty name or too many views."""
    workspace, by = membership.workspace, membership.user
    SavedView.objects.of(workspace).filter(removed_at__lt=now - KEPT_FOR).delete()
    mine = SavedView.objects.of(workspace).filter(made_by=by, removed_at__isnull=True)
    if mine.count() >= MOST:
        raise ValidationError(
            {"name": _("%(most)d views are enough. Remove one you no longer use.") % {"most": MOST}}
        )
    last = mine.order_by("-position").values_list("position", flat=True).first()
    view = SavedView(
        workspace=workspace,
        name=_name(name),
        query=dict(query),
        position=(last or 0) + 1,
        made_by=by,
        created_at=now,
        updated_at=now,
    )
    view.save()
    return view


@transaction.atomic
def rename(*, view: SavedView, membership: Membership, name: str, now: datetime) -> SavedView:
    """Another name. Raises NotYours, ValidationError."""
    return _change(view, membership, now, name=_name(name))


@transaction.atomic
def keep(*, view: SavedView, membership: Membership, query: Mapping[str, str], now: datetime) -> SavedView:
    """The view shows what `query` says from now on. Raises NotYours."""
    return _change(view, membership, now, query=dict(query))


@transaction.atomic
def share(*, view: SavedView, membership: Membership, scope: str, now: datetime) -> SavedView:
    """Who sees it. A team's view is that of the sharer's own team. Raises NotYours without the permission to share."""
    if scope not in ViewScope.values:
        raise ValidationError({"scope": _("Choose who sees the view.")})
    if scope != ViewScope.MINE and not can(membership.role, Permission.SHARE_VIEWS):
        raise NotYours({"scope": _("Your role does not share views. A manager can.")})
    if scope == ViewScope.TEAM and membership.team_id is None:
        raise ValidationError({"scope": _("You are in no team.")})
    team = membership.team if scope == ViewScope.TEAM else None
    return _change(view, membership, now, scope=scope, team=team)


@transaction.atomic
def move(*, view: SavedView, membership: Membership, up: bool, now: datetime) -> None:
    """Change places with the view before (or after) it among those of the same scope. Raises NotYours."""
    _locked(view, membership)
    rows = [row for row in _listed(membership) if row.scope == view.scope]
    index = next(place for place, row in enumerate(rows) if row.pk == view.pk)
    other = index - 1 if up else index + 1
    if 0 <= other < len(rows):
        rows[index], rows[other] = rows[other], rows[index]
        for position, row in enumerate(rows, start=1):
            SavedView.objects.of(row.workspace_id).filter(pk=row.pk).update(position=position)


@transaction.atomic
def remove(*, view: SavedView, membership: Membership, now: datetime) -> None:
    """Out of the lists; `restore` brings it back within a day. Raises NotYours."""
    row = _locked(view, membership)
    row.removed_at = now
    row.save(update_fields=["removed_at"])


@transaction.atomic
def restore(*, view: SavedView, membership: Membership) -> None:
    """As if it had never been removed. Raises NotYours."""
    row = _locked(view, membership)
    row.removed_at = None
    row.save(update_fields=["removed_at"])


def may_change(view: SavedView, membership: Membership) -> bool:
    """One's own, or a shared one for who may share."""
    return view.made_by_id == membership.user_id or (
        not view.is_mine and can(membership.role, Permission.SHARE_VIEWS)
    )


def _change(view: SavedView, membership: Membership, now: datetime, **changed: Any) -> SavedView:
    row = _locked(view, membership)
    for field, value in changed.items():
        setattr(row, field, value)
    row.updated_at = now
    row.save()
    return row


def _locked(view: SavedView, membership: Membership) -> SavedView:
    row: SavedView = SavedView.objects.of(view.workspace_id).select_for_update().get(pk=view.pk)
    if not may_change(row, membership):
        raise NotYours(_("This view belongs to somebody else."))
    return row


def _listed(membership: Membership) -> list[SavedView]:
    return views.saved(membership=membership)


def _name(text: str) -> str:
    cleaned = clean_line(text)
    if not 0 < len(cleaned) <= NAME_LENGTH:
        raise ValidationError(
            {"name": _("Give the view a name of 1 to %(most)d characters.") % {"most": NAME_LENGTH}}
        )
    return cleaned


# How the list looks ---------------------------------------------------------------------------------------------


def prefer(
    *,
    workspace: Workspace,
    user: User,
    columns: Sequence[str] | None = None,
    density: str | None = None,
) -> QueuePreference:
    """Change what is given of how the list looks to `user`; unknown columns and densities are left out."""
    changed: dict[str, Any] = {}
    if columns is not None:
        changed["columns"] = layout.columns_of(columns)
    if density in layout.DENSITIES:
        changed["density"] = density
    row, _is_new = QueuePreference.objects.of(workspace).update_or_create(
        user=user, defaults=changed, create_defaults={"workspace": workspace, **changed}
    )
    return row
