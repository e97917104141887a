"""What an act on many cases needs, read from its form, and what its page says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import WorkspaceView
from accounts.models import User
from accounts.rules.sight import Sight
from detractors.enums import BulkAct, BulkStatus, Category, Priority
from detractors.models import BulkAction
from detractors.queries import bulk_rows, pages, statuses
from detractors.services import bulk_runs
from detractors.work_forms import SnoozeForm

SHOWN = 200  # cases that were left, on the page


def given(view: WorkspaceView, act: str) -> tuple[dict[str, Any] | None, str]:
    """What the move of `act` needs, as bulk_moves.move takes it; or None, with what is missing in words."""
    read = {
        BulkAct.ASSIGN: _owner,
        BulkAct.WAIT: _wait,
        BulkAct.RESOLVE: _resolve,
        BulkAct.PRIORITY: _priority,
        BulkAct.TAG: _tag,
        BulkAct.UNTAG: _tag,
        BulkAct.SNOOZE: _snooze,
    }.get(act)  # type: ignore[call-overload]  # a code of the enum, or any other text
    return read(view) if read else (None, _("Choose what to do."))


_Given = tuple[dict[str, Any] | None, str]


def _wait(view: WorkspaceView) -> _Given:
    text = view.request.POST.get("waiting_for", "").strip()
    if not text:
        return None, _("Please say what we are waiting for.")
    return {"waiting_for": text, "status": _status(view, Category.WAITING)}, ""


def _resolve(view: WorkspaceView) -> _Given:
    post = view.request.POST
    causes = {cause.public_id: cause for cause in pages.root_causes(workspace=view.workspace)}
    cause = causes.get(post.get("root_cause", ""))
    resolution = post.get("resolution", "").strip()
    if cause is None:
        return None, _("Please choose why it happened.")
    if not resolution:
        return None, _("Please write what was done.")
    return {"root_cause": cause, "resolution": resolution, "status": _status(view, Category.RESOLVED)}, ""


def _status(view: WorkspaceView, category: str) -> Any:
    """The chosen status of the workspace's own, None for the usual one."""
    wanted = view.request.POST.get("own_status", "")
    if not wanted:
        return None
    offered = statuses.offered(workspace=view.workspace, category=category)
    return next((row for row in offered if row.public_id == wanted), None)


def _owner(view: WorkspaceView) -> _Given:
    text, me = view.request.POST.get("owner", ""), view.request.user
    if text == "me":
        return {"owner": me}, ""
    if text == "none":
        return {"owner": None}, ""
    people: dict[str, User] = {str(user.pk): user for user in pages.owners(workspace=view.workspace)}
    return ({"owner": people[text]}, "") if text in people else (None, _("Choose a colleague."))


def _priority(view: WorkspaceView) -> _Given:
    text = view.request.POST.get("priority")
    if text not in ("", *Priority.values):
        return None, _("Choose a priority.")
    return {"priority": text}, ""


def _tag(view: WorkspaceView) -> _Given:
    name = " ".join(view.request.POST.get("tag", "").replace(",", " ").split())
    return ({"tag": name[:40]}, "") if name else (None, _("Please write the tag."))


def _snooze(view: WorkspaceView) -> _Given:
    form = SnoozeForm(view.request.POST, act="snooze")
    if not form.is_valid():
        return None, " ".join(str(one) for found in form.errors.values() for one in found)
    return form.words, ""


def page(action: BulkAction, *, viewer: User, sight: Sight, now: datetime) -> dict[str, Any]:
    """The context of templates/detractors/bulk.html."""
    total = action.rows_total if action.rows_total is not None else action.rows_done
    what = str(BulkAct(action.act).label)
    is_undone = action.status == BulkStatus.UNDONE or action.undone_at is not None
    is_mine = action.done_by_id == viewer.pk
    step, news = _news(action, total=max(total, action.rows_done))
    kept = bulk_rows.kept_of(action=action, most=SHOWN, sight=sight) if is_undone else []
    return {
        "action": action,
        "step": step,
        "news": news,
        "title": _("%(what)s: many cases at once") % {"what": what},
        "total": max(total, action.rows_done),
        "is_running": action.status == BulkStatus.RUNNING,
        "is_undoing": action.status == BulkStatus.UNDOING,
        "is_working": action.status in bulk_runs.WORKING,
        "is_stopped": action.status == BulkStatus.STOPPED,
        "is_barred": action.last_error == bulk_runs.NOT_ALLOWED,
        "is_gone": action.last_error == bulk_runs.GONE,
        "is_failed": action.status == BulkStatus.FAILED,
        "is_done": action.status == BulkStatus.DONE and not is_undone,
        "is_undone": is_undone,
        "may_stop": is_mine and action.status == BulkStatus.RUNNING,
        "may_undo": is_mine and not is_undone and bulk_runs.can_be_undone(action, now=now),
        "left": bulk_rows.left_of(action=action, most=SHOWN, sight=sight),
        "kept": kept,
        "said": _changed(action),
    }


def _changed(action: BulkAction) -> str:
    said = ngettext("%(n)s case is changed.", "%(n)s cases are changed.", action.rows_changed)
    return said % {"n": f"{action.rows_changed:,}"}


def _news(action: BulkAction, *, total: int) -> tuple[str, str]:
    """How far it is, as a code that changes every tenth of the way, and in words for whoever does not see the bar."""
    if action.status == BulkStatus.RUNNING:
        tenth = min(10, 10 * action.rows_done // max(total, 1))
        return f"{action.status}-{tenth}", _("Working through the cases: %(n)d %%") % {"n": 10 * tenth}
    if action.status == BulkStatus.UNDOING:
        tenth = min(10, 10 * action.rows_restored // max(action.rows_changed, 1))
        return f"{action.status}-{tenth}", _("Putting back: %(n)d %%") % {"n": 10 * tenth}
    if action.undone_at is not None:
        back = ngettext("%(n)s case is as it was.", "%(n)s cases are as they were.", action.rows_restored)
        return action.status, back % {"n": f"{action.rows_restored:,}"}
    said = f"{BulkStatus(action.status).label}: {_changed(action)}"
    if action.rows_left:
        left = ngettext("%(n)s is left as it was.", "%(n)s are left as they were.", action.rows_left)
        said = f"{said} {left % {'n': f'{action.rows_left:,}'}}"
    return action.status, said
