"""Every tenant row has its workspace, and every question starts there.

`WorkspaceOwned` gives the required key and a manager that offers two doors only:
`.of(workspace)` and, greppable and allow-listed by a guard, `.across_workspaces()`.
`TenantKey` is a foreign key between tenant tables. Django's own constraint is left out:
each app's migration creates a composite one, (workspace_id, x_id) -> (workspace_id, id),
so no row can point across workspaces even by a bug. A guard compares the database with the models.
"""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models.manager import BaseManager

M = TypeVar("M", bound=models.Model)


class TenantQuerySet(models.QuerySet[M]):
    def of(self, workspace: Any) -> Self:
        """Only the rows of `workspace` (a Workspace or its id)."""
        return self.filter(workspace=workspace)


class TenantManager(BaseManager[Any]):
    """Refuses every question that does not start from a workspace."""

    def __init__(self, queryset_class: type[TenantQuerySet[Any]] = TenantQuerySet) -> None:
        super().__init__()
        self._queryset_class: type[Any] = queryset_class

    def get_queryset(self) -> Any:
        return self._queryset_class(self.model, using=self._db)

    def of(self, workspace: Any) -> Any:
        """The rows of one workspace: where every question starts."""
        return self.get_queryset().of(workspace)

    def across_workspaces(self) -> Any:
        """All rows of all workspaces: for sweeps and link tokens; each use is allow-listed with its reason."""
        return self.get_queryset()


class TenantKey(models.ForeignKey):
    """A foreign key to another tenant table, checked by the database together with the workspace."""

    def __init__(self, to: Any, on_delete: Any = models.CASCADE, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)  # each table names the indexes its pages need
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs


def proven_workspace() -> models.ForeignKey[Any, Any]:
    """The workspace of a row on a hot path, without a constraint of its own.

    A required TenantKey of the same row proves it already: (workspace_id, x_id) exists, and x has its constraint.
    Each constraint is a look-up and a row lock at commit, taken by every writer on the one row of the workspace.
    """
    return models.ForeignKey(
        "accounts.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )


class WorkspaceOwned(models.Model):
    """A row that belongs to one workspace."""

    # No index of its own: every tenant table has UNIQUE (workspace_id, id), made by its migration.
    workspace = models.ForeignKey(
        "accounts.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False
    )

    objects = TenantManager()
    unscoped = (
        models.Manager()
    )  # for Django itself (forms, deletion, fixtures); a guard keeps it out of our code

    class Meta:
        abstract = True
        default_manager_name = "unscoped"
