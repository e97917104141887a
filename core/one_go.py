"""Migrations that apply many changes at once.

Made one by one, each change renders every related model again: dozens of them cost half a minute and more.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation


class InOneGo(migrations.SeparateDatabaseAndState):
    """The state is what Django needs to know; the database gets the very SQL it would make of it, in one go.

    The SQL lies beside the migration `file`: `.sql`, and `.back.sql` to undo (both made by `sqlmigrate`).
    """

    def __init__(self, file: str, state_operations: Sequence[Operation]) -> None:
        here = Path(file)
        there, back = (here.with_suffix(end).read_text(encoding="utf-8") for end in (".sql", ".back.sql"))
        super().__init__(
            database_operations=[migrations.RunSQL(there, back)], state_operations=list(state_operations)
        )

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop(
            "apps", None
        )  # models rendered so far would be rendered anew for each of the changes
        super().state_forwards(app_label, state)
