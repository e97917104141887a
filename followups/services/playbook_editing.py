"""What the pages of playbooks take back: a removed playbook, a run that was stopped by hand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from followups.models import Playbook
from followups.services.playbooks import PlaybookError


@transaction.atomic
def restore(*, playbook: Playbook, now: datetime) -> Playbook:
    """A removed playbook is in the list again, switched off. Raises PlaybookError when its name is taken by now."""
    rows = Playbook.objects.of(playbook.workspace_id).select_for_update(of=("self",))
    row: Playbook = rows.get(pk=playbook.pk)
    if row.archived_at is None:
        return row
    twins = Playbook.objects.of(playbook.workspace_id).filter(name__iexact=row.name, archived_at__isnull=True)
    if twins.exists():
        raise PlaybookError([("name", _("“%(name)s” is there already.") % {"name": row.name})])
    row.archived_at, row.updated_at = None, now
    row.save(update_fields=["archived_at", "updated_at"])
    return row
