"""Keeping the short tree of causes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Workspace
from detractors.models import Case, ImprovementCause, RootCause

NAME_LENGTH = 100  # characters, as the column


class RootCauseError(ValueError):
    """The tree was not changed; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str = "name") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def add(*, workspace: Workspace, name: str, now: datetime, parent: RootCause | None = None) -> RootCause:
    """A cause, under `parent` if given. Raises RootCauseError: no name, a name in use, a third level."""
    _lock(workspace)
    name = _free_name(workspace, name)
    if parent is not None and (parent.workspace_id != workspace.pk or parent.parent_id is not None):
        raise RootCauseError(_("The tree has two levels: choose a cause of the first."), field="parent")
    if parent is not None and parent.retired_at is not None:
        raise RootCauseError(
            _("“%(name)s” is retired: bring it back first.") % {"name": parent.name}, field="parent"
        )
    cause = RootCause(workspace=workspace, name=name, parent=parent, created_at=now)
    cause.save(force_insert=True)
    return cause


@transaction.atomic
def rename(*, cause: RootCause, name: str) -> RootCause:
    """Another name; cases that carry the cause show it too. Raises RootCauseError."""
    _lock(cause.workspace)
    cause.name = _free_name(cause.workspace, name, but=cause)
    cause.save(update_fields=["name"])
    return cause


@transaction.atomic
def retire(*, cause: RootCause, now: datetime) -> RootCause:
    """No longer offered, with everything under it; cases that carry it keep it. Raises RootCauseError for the last one."""
    _lock(cause.workspace)
    causes = RootCause.objects.of(cause.workspace_id).filter(retired_at__isnull=True)
    going = causes.filter(pk=cause.pk) | causes.filter(parent=cause.pk)
    if not causes.exclude(pk__in=going.values("pk")).exists():
        raise RootCauseError(
            _("A case cannot be resolved without a root cause: keep at least one."), field=""
        )
    RootCause.objects.of(cause.workspace_id).filter(pk__in=list(going.values_list("pk", flat=True))).update(
        retired_at=now
    )
    cause.refresh_from_db()
    return cause


@transaction.atomic
def bring_back(*, cause: RootCause) -> RootCause:
    """Offered again, together with the cause above it."""
    _lock(cause.workspace)
    if cause.parent_id is not None:
        RootCause.objects.of(cause.workspace_id).filter(pk=cause.parent_id).update(retired_at=None)
    cause.retired_at = None
    cause.save(update_fields=["retired_at"])
    return cause


@transaction.atomic
def merge(*, cause: RootCause, into: RootCause, now: datetime) -> int:
    """Every case and improvement of `cause` carries `into` from now on, and `cause` is retired; returns how many cases.

    What stands in timelines stays as it was said. Raises RootCauseError: the same one, one above or below it, a retired
    one, or a first-level cause that has others under it.
    """
    _lock(cause.workspace)
    if into.workspace_id != cause.workspace_id or into.pk == cause.pk or cause.pk == into.parent_id:
        raise RootCauseError(_("Choose another cause that is not under this one."), field="into")
    if into.retired_at is not None:
        raise RootCauseError(
            _("“%(name)s” is retired: bring it back first.") % {"name": into.name}, field="into"
        )
    if RootCause.objects.of(cause.workspace_id).filter(parent=cause.pk, retired_at__isnull=True).exists():
        raise RootCauseError(_("Merge or retire the causes under it first."), field="into")
    moved = (
        Case.objects.of(cause.workspace_id)
        .filter(root_cause=cause.pk)
        .update(root_cause=into, updated_at=now)
    )
    links = ImprovementCause.objects.of(cause.workspace_id)
    there = links.filter(cause=into).values("improvement")
    links.filter(cause=cause.pk).exclude(improvement__in=there).update(cause=into)
    links.filter(cause=cause.pk).delete()
    RootCause.objects.of(cause.workspace_id).filter(pk=cause.pk).update(retired_at=now)
    return int(moved)


def _lock(workspace: Workspace) -> None:
    """Two editors at once take turns, so that neither overlooks the other's name or retires the last one."""
    list(RootCause.objects.of(workspace).order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def _free_name(workspace: Workspace, name: str, but: RootCause | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise RootCauseError(_("Please give it a name."))
    if len(name) > NAME_LENGTH:
        raise RootCauseError(_("Please keep it under %(most)s characters.") % {"most": NAME_LENGTH})
    others = RootCause.objects.of(workspace).filter(name__iexact=name)
    if other := (others.exclude(pk=but.pk) if but else others).first():
        sentence = _("“%(name)s” is there already.")
        if other.retired_at is not None:
            sentence = _("“%(name)s” is there already, retired: bring it back instead.")
        raise RootCauseError(sentence % {"name": other.name})
    return name
