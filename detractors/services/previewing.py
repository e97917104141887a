"""What an edit of a promise would do to the open cases, before it is made."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Workspace
from detractors.models import SlaPolicy
from detractors.services import drafts, policies, recounting
from detractors.services.policies import Wanted
from detractors.services.recounting import Preview


def of_policy(
    *,
    workspace: Workspace,
    policy: SlaPolicy | None,
    wanted: Wanted,
    now: datetime,
    is_archived: bool | None = None,
) -> Preview:
    """A promise as wanted (a further one without `policy`), archived or brought back besides; writes nothing.

    Raises PolicyError.
    """
    draft = drafts.of_policy(workspace=workspace, policy=policy, wanted=wanted)
    tried = drafts.tried_policies(workspace=workspace, draft=draft)
    for row in tried.values():
        if is_archived:
            policies.check_retirable(row)
            row.retired_at = row.retired_at or now
        elif is_archived is False:
            row.retired_at = None
    return recounting.preview(workspace=workspace, now=now, policies=tried)
