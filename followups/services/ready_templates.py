"""Ready-made templates become a workspace's own: copied, then changed like any other."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from followups import ready_made
from followups.models import MessageTemplate
from followups.queries import message_templates as queries
from followups.services import templates
from surveys import words as survey_words


@transaction.atomic
def copy(*, workspace: Workspace, key: str, by: User | None, now: datetime) -> MessageTemplate:
    """The ready-made template `key` as one of the workspace's, published. Raises TemplateError when there is none.

    Its own language is the workspace's, where it speaks it. Copied again, there are two.
    """
    ready = ready_made.one(key)
    if ready is None:
        raise templates.TemplateError(_("There is no such ready-made template."), field="key")
    taken = queries.names(workspace=workspace, kind=ready.kind)
    name, number = str(ready.name), 2
    while name.casefold() in taken:
        name, number = f"{ready.name} ({number})", number + 1
    return templates.create(
        workspace=workspace,
        kind=ready.kind,
        name=name,
        language=survey_words.nearest(ready.words, workspace.language) or "en",
        words=ready.words,
        by=by,
        now=now,
        key=key,
    )


def ensure(*, workspace: Workspace, key: str, by: User | None, now: datetime) -> MessageTemplate:
    """The workspace's first copy of the ready-made template `key`; made if it has none. Raises TemplateError as `copy`."""
    found = queries.ready_made(workspace=workspace, key=key)
    return found or copy(workspace=workspace, key=key, by=by, now=now)
