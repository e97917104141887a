"""What changed in the configuration: from what to what, when, by whom. Written by triggers, so bulk writes count too.

`@remembered(...)` on a model makes the table `<Model>Change` (django-pghistory): a row for each insert, update and delete,
with the columns as they are after it (before it, for a delete), `was` with the former value of each column that changed,
and `pgh_context` with the facts of core/acting.py. Only for configuration: never for what is hot or what is erased.

Rows are only ever added. A trigger refuses all else but one: the retention sweep deletes old ones with the setting
`amends.retention` on (accounts.services.audit.forget).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

import pghistory
import pgtrigger
from django.db import models
from pghistory.models import Event
from pghistory.trigger import Event as EventTrigger

from accounts.tenancy import TenantManager, TenantQuerySet

M = TypeVar("M", bound=type[models.Model])

ONLY_ADDED = pgtrigger.Trigger(
    name="only_added",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func=(
        "IF TG_OP = 'DELETE' AND current_setting('amends.retention', true) = 'on' THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
    ),
)


class ChangeQuerySet(TenantQuerySet["Change"]):
    def of(self, workspace: Any) -> Self:
        """Only the changes of `workspace` (a Workspace or its id); those of the workspace itself have its id."""
        return self.filter(**{workspace_column(self.model): getattr(workspace, "pk", workspace)})


class Change(Event):
    """One change of one row of configuration. The class attributes say how the audit page words it."""

    pgh_id = models.BigAutoField(primary_key=True)
    was = models.JSONField(
        null=True
    )  # column -> former value, of an update; secrets are named without their value

    objects: ClassVar[Any] = TenantManager(ChangeQuerySet)
    unscoped: ClassVar[Any] = models.Manager()
    pgh_tracked_model: Any

    # Prefixed, because the columns of the remembered model stand beside them.
    about_kind = ""  # the code in addresses: ?thing=member:12
    about_label: Any = ""  # "member"
    about_column = "pgh_obj_id"  # the column that says which one it is
    about_shows: Sequence[str] = ()  # the fields that name it
    about_words: Mapping[str, Any] = {}  # field -> label, where the model's own is not for readers

    class Meta:
        abstract = True


class _Remember(EventTrigger):
    """pghistory's trigger, which also writes `was`."""

    fields: Sequence[str] = ()
    secret: Sequence[str] = ()

    def get_func(self, model: Any) -> pgtrigger.Func:
        sql = super().get_func(model).func
        was = self._was(model) if self.row == "NEW" and self.label == "update" else "NULL"
        head, found, tail = sql.partition('("')
        values, also_found, rest = tail.partition("VALUES (")
        if not (found and also_found):
            raise ValueError(f"django-pghistory writes its trigger in another shape: {sql}")
        return pgtrigger.Func(f'{head}("was", "{values}VALUES ({was}, {rest}')

    def _was(self, model: Any) -> str:
        columns = [model._meta.get_field(name).column for name in self.fields]
        old, new = (
            "jsonb_build_object(" + ", ".join(f"'{column}', {row}.\"{column}\"" for column in columns) + ")"
            for row in ("OLD", "NEW")
        )
        was = (
            "COALESCE((SELECT jsonb_object_agg(former.key, former.value) "
            f"FROM jsonb_each({old}) AS former WHERE former.value IS DISTINCT FROM {new} -> former.key), "
            "jsonb_build_object())"
        )
        for name in self.secret:
            column = model._meta.get_field(name).column
            was += (
                f' || CASE WHEN OLD."{column}" IS DISTINCT FROM NEW."{column}"'
                f" THEN jsonb_build_object('{column}', NULL) ELSE jsonb_build_object() END"
            )
        return was


class _Tracker(pghistory.RowEvent):
    """One of the three: insert, update, delete."""

    def __init__(
        self, label: str, operation: Any, row: str, fields: Sequence[str], secret: Sequence[str]
    ) -> None:
        self.tracked, self.secret = fields, secret
        changed = pgtrigger.AnyChange(*fields, *secret) if label == "update" else None
        super().__init__(
            label, operation=operation, row=row, condition=changed, trigger_name=f"remember_{label}"
        )

    def add_event_trigger(self, event_model: Any) -> None:
        trigger = _Remember(
            event_model=event_model, label=self.label, name=self.trigger_name, row=self.row,
            operation=self.operation, condition=self.condition, level=self.level,
        )  # fmt: skip
        trigger.fields, trigger.secret = self.tracked, self.secret
        pgtrigger.register(trigger)(event_model.pgh_tracked_model)


def remembered(
    *,
    kind: str,
    label: Any,
    exclude: Sequence[str] = (),
    secret: Sequence[str] = (),
    shows: Sequence[str] = ("name",),
    thing: str = "",
    words: Mapping[str, Any] | None = None,
) -> Callable[[M], M]:
    """Decorate a model: its changes are remembered.

    `exclude`: hot columns, and what must not be kept. `secret`: never stored, but that it changed is. `shows`: the fields
    that name a row. `thing`: the column that identifies it, if the primary key must not be kept.
    """

    def decorate(model: M) -> M:
        left_out = {*exclude, *secret, "created_at"}
        if thing:
            left_out.add(model._meta.pk.name)
        fields = [field.name for field in model._meta.local_fields if field.name not in left_out]
        owner = "workspace" if "workspace" in fields else "id"  # the workspace itself is its own
        parts: dict[str, Any] = {
            "about_kind": kind,
            "about_label": label,
            "about_shows": tuple(shows),
            "about_words": dict(words or {}),
            "about_column": thing or Change.about_column,
        }
        keys = {
            field.name: field for field in model._meta.local_fields if isinstance(field, models.ForeignKey)
        }
        parts |= {name: _bare_key(key) for name, key in keys.items() if name in fields}
        known = [field for field in fields if field not in ("id", "workspace")]
        pghistory.track(
            _Tracker("insert", pgtrigger.Insert, "NEW", known, secret),
            _Tracker("update", pgtrigger.Update, "NEW", known, secret),
            _Tracker("delete", pgtrigger.Delete, "OLD", known, secret),
            fields=fields,
            base_model=Change,
            model_name=f"{model.__name__}Change",
            app_label=model._meta.app_label,
            obj_field=None if thing else pghistory.ObjForeignKey(related_name="changes"),
            context_field=pghistory.ContextJSONField(null=True),
            context_id_field=None,  # type: ignore[arg-type]  # documented: none for a context in the row
            attrs=parts,
            meta={
                "default_manager_name": "unscoped",
                "triggers": [ONLY_ADDED],
                "indexes": [
                    models.Index(fields=[owner, "-pgh_created_at", "-pgh_id"], name=f"{kind}_changes")
                ],
            },
        )(model)
        return model

    return decorate


def _bare_key(field: models.ForeignKey[Any, Any]) -> models.ForeignKey[Any, Any]:
    """A foreign key as a change keeps it: it outlives its target, and has no index of its own."""
    return models.ForeignKey(
        field.remote_field.model, null=field.null, on_delete=models.DO_NOTHING, related_name="+", db_index=False,
        db_constraint=False,
    )  # fmt: skip


@cache
def kinds() -> dict[str, type[Change]]:
    """Every kind of thing whose changes are remembered, of all apps; to be asked when these are loaded."""
    found = {model.about_kind: model for model in pghistory.core.event_models() if issubclass(model, Change)}
    return dict(sorted(found.items()))


def workspace_column(change: type[Change]) -> str:
    """The column of a change table that says whose it is."""
    return "workspace_id" if any(field.name == "workspace" for field in change._meta.fields) else "id"
