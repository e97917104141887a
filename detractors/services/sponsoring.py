"""Who of the executives stands behind a case, and who is an executive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Act
from accounts.models import User, Workspace
from accounts.queries import active
from accounts.services import audit
from detractors.enums import EventKind, NotificationKind
from detractors.models import Case, Sponsor
from detractors.queries import sponsors as queries
from detractors.queries.sight import Onlookers
from detractors.services import telling, timeline
from detractors.services.errors import MoveNotAllowed, NotAMember
from detractors.services.locking import lock, save


@transaction.atomic
def give(*, case: Case, to: User | None, by: User, now: datetime) -> Sponsor | None:
    """Put the case under the care of an executive, or of none. They hear of it by the bell, and watch it from then on.

    Raises NotAMember for somebody who is no executive here or may not see the case, MoveNotAllowed once it is closed.
    """
    case = lock(case)
    before = queries.of_case(case=case)
    if (before.user if before else None) == to:
        return before
    if case.is_closed:
        raise MoveNotAllowed(_("It is closed."))
    if to is not None and to not in queries.executives(workspace=case.workspace):
        raise NotAMember(_("%(name)s is no executive here.") % {"name": to.display_name})
    if to is not None and not Onlookers().of(case, [to]):
        raise NotAMember(_("%(name)s may not see this case.") % {"name": to.display_name})
    Sponsor.objects.of(case.workspace_id).filter(case=case).delete()
    facts = {"before": before.user.display_name if before else ""}
    found = None
    if to is not None:
        facts["to"] = to.display_name
        found = Sponsor(case=case, workspace_id=case.workspace_id, user=to, since=now, by=by)
        found.save(force_insert=True)
    event = timeline.write(case=case, kind=EventKind.SPONSORED, by=by, now=now, **facts)
    if before is not None:
        telling.unwatch(case=case, user=before.user)
    if to is not None:
        telling.watch(case=case, user=to, now=now)
        telling.tell(
            case=case, users=[to], kind=NotificationKind.SPONSOR, key=f"sponsor:{event.pk}", by=by, event=event, now=now
        )  # fmt: skip
    save(case, now=now)
    return found


@transaction.atomic
def appoint(*, workspace: Workspace, users: Iterable[int], by: User, now: datetime) -> list[User]:
    """These members (ids) are the executives from now on; strangers are left out. Nothing changed, nothing written.

    Cases stay under the care they are under. Executives are told of what is escalated to them, too.
    """
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)  # two editors at once take turns
    wanted = set(active(workspace=workspace).filter(user__in=list(users)).values_list("user_id", flat=True))
    before = set(workspace.executives.values_list("pk", flat=True))
    if wanted != before:
        workspace.executives.set(wanted)
        audit.record(
            act=Act.EXECUTIVES_CHANGED, by=by, now=now, workspace=workspace, subject_kind="workspace",
            subject_id=workspace.pk, detail={"removed": sorted(before - wanted), "executives": sorted(wanted)},
        )  # fmt: skip
    return queries.executives(workspace=workspace)
