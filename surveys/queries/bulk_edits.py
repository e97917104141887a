"""Bulk edits of a workspace, and whom one would mean."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from surveys.models import BulkEdit, Contact
from surveys.queries import lists
from surveys.queries import sight as sights
from surveys.rules import bulk_edits as rules


def edits(*, workspace: Workspace) -> QuerySet[BulkEdit]:
    """All bulk edits, newest first when paged."""
    rows: QuerySet[BulkEdit] = BulkEdit.objects.of(workspace)
    return rows.select_related("created_by", "undoer")


def people(
    *, workspace: Workspace, selection: Mapping[str, Any], sight: Sight = EVERYTHING
) -> QuerySet[Contact]:
    """Whom a selection means now, as far as they may be seen; nobody for an empty one."""
    if "contacts" in selection or not selection:
        seen = sights.contacts(workspace=workspace, sight=sight)
        ids = selection.get("contacts", [])
        rows: QuerySet[Contact] = Contact.objects.of(workspace).present().filter(seen, pk__in=ids)
        return rows
    filters = {name: selection.get(name, "") for name in rules.FILTERS}
    found: QuerySet[Contact] = lists.fitting(workspace=workspace, sight=sight, **filters)
    return found
