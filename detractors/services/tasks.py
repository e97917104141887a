"""What has to be done for a case: by a member, or by somebody outside who is asked by mail and answers in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import active
from core import moments
from core.links import absolute_url
from core.tokens import BadToken, match_token, new_nonce
from detractors.enums import EventKind, NotificationKind
from detractors.models import Case, CaseEvent, Task
from detractors.queries import tasks as queries
from detractors.rules import promised
from detractors.services import gestures, telling, timeline
from detractors.services.errors import Incomplete, MoveNotAllowed, NotAMember
from detractors.services.locking import lock, save
from outbox.enums import Kind
from outbox.services import messages

LINK_LIFE = timedelta(days=14)
FURTHEST = timedelta(
    days=3653
)  # ten years; near the end of the calendar a moment cannot be read back in every time zone
TITLE_LENGTH = 300  # characters, as the column
ANSWER_LENGTH = 10_000
MOST_OPEN = 50  # open tasks of one case: more is a project
BATCH = 200  # overdue tasks a transaction
PURPOSE = "task"
DUE_PATTERN = "D j M Y, H:i"


class Unknown(ValueError):
    """No task has this link."""


class Closed(ValueError):
    """The link opens nothing any more; `state` is ANSWERED, DONE, REVOKED or EXPIRED."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(state)


@transaction.atomic
def add(
    *,
    case: Case,
    title: str,
    by: User | None,
    now: datetime,
    owner: User | None = None,
    due_at: datetime | None = None,
    blocks_resolving: bool = False,
    is_promise: bool = False,
    helper_email: str = "",
    helper_name: str = "",
    event: CaseEvent | None = None,
    remind_at: datetime | None = None,
) -> Task:
    """A task for a member, for nobody yet, or for somebody outside, who gets a mail with a link.

    A promise is reminded of before it is due, any other task at `remind_at`; `event` is the reply or call in which it was
    given. `by` None is the product itself, which asks nobody outside.
    Raises Incomplete (no title, a due time that is over, too many), NotAMember, MoveNotAllowed for a closed case.
    """
    case = lock(case)
    undone = Task.objects.of(case.workspace_id).filter(case=case, done_at__isnull=True).count()
    title = checked(case=case, title=title, due_at=due_at, undone=undone, now=now)
    helper_email = helper_email.strip().lower()
    if owner is not None and helper_email:
        raise Incomplete(_("Give it to a colleague or ask somebody outside, not both."), field="helper_email")
    if owner is not None:
        _check_member(case, owner)
    if helper_email and _is_member(case, helper_email):
        raise Incomplete(
            _("%(email)s is a member here: choose them as the owner instead.") % {"email": helper_email},
            field="helper_email",
        )
    task = Task(
        workspace_id=case.workspace_id,
        case=case,
        title=title,
        owner=owner,
        due_at=due_at,
        blocks_resolving=blocks_resolving,
        is_promise=is_promise,
        event=event,
        remind_at=promised.remind_at(made_at=now, due_at=due_at) if is_promise and due_at else remind_at,
        created_at=now,
        author=by,
        helper_email=helper_email,
        helper_name=helper_name.strip()[:200] if helper_email else "",
        link_expires_at=_link_end(due_at, now) if helper_email else None,
    )
    task.save(force_insert=True)
    timeline.write(
        case=case, kind=EventKind.TASK_ADDED, by=by, now=now, note=title, task=task.public_id,
        **({"to": owner.display_name} if owner else {}),
        **({"helper": task.helper_name or helper_email} if helper_email else {}),
    )  # fmt: skip
    save(case, now=now)
    if owner is not None:
        telling.tell(
            case=case, users=[owner], kind=NotificationKind.TASK_GIVEN, key=given_key(task), by=by,
            task=task, now=now,
        )  # fmt: skip
    if helper_email and by is not None:
        _ask(task, case, by, now)
    return task


def checked(*, case: Case, title: str, due_at: datetime | None, undone: int, now: datetime) -> str:
    """The title as it is kept, of a task that a case with `undone` others may have. Raises Incomplete, MoveNotAllowed."""
    title = _title(title)
    if case.is_closed:
        raise MoveNotAllowed(_("The case is closed: open it again first."))
    if due_at is not None:
        check_due(due_at, now=now)
    if undone >= MOST_OPEN:
        raise Incomplete(
            _("%(most)s open tasks are enough for one case: do one of them first.") % {"most": MOST_OPEN},
            field="title",
        )
    return title


def check_due(due_at: datetime, *, now: datetime, field: str = "due_at") -> None:
    """Raises Incomplete for a time that is over, or further away than FURTHEST."""
    if due_at <= now:
        raise Incomplete(_("This time is over already."), field=field)
    if due_at - now > FURTHEST:
        raise Incomplete(_("This is more than ten years away."), field=field)


def given_key(task: Task) -> str:
    """What makes "this task is yours" told once."""
    return f"task:{task.pk}:given"


@transaction.atomic
def done(*, task: Task, by: User, now: datetime) -> Task:
    """It is done; twice is once."""
    case, task = locked(task)
    if task.is_done:
        return task
    task.done_at, task.done_by = now, by
    task.save()
    timeline.write(case=case, kind=EventKind.TASK_DONE, by=by, now=now, note=task.title, task=task.public_id)
    gestures.task_done(case=case, task=task, by=by, now=now)
    save(case, now=now)
    return task


@transaction.atomic
def undone(*, task: Task, by: User, now: datetime) -> Task:
    """It is not done after all. If its time is over, its owner is not told a second time."""
    case, task = locked(task)
    if not task.is_done:
        return task
    task.done_at = task.done_by = task.broken_at = None
    task.broken_because = ""
    task.save()
    timeline.write(
        case=case, kind=EventKind.TASK_UNDONE, by=by, now=now, note=task.title, task=task.public_id
    )
    gestures.task_undone(case=case, task=task, by=by, now=now)
    save(case, now=now)
    return task


@transaction.atomic
def drop(*, task: Task, by: User, now: datetime) -> None:
    """It need not be done: it goes, the timeline keeps that it was there. A link that was mailed opens nothing any more."""
    case, task = locked(task)
    timeline.write(case=case, kind=EventKind.TASK_DROPPED, by=by, now=now, note=task.title)
    task.delete()
    save(case, now=now)


# --- Somebody outside ---------------------------------------------------------------------------------------------


@transaction.atomic
def revoke(*, task: Task, by: User, now: datetime) -> Task:
    """The link that was mailed opens nothing any more; the task stays to be done. Raises MoveNotAllowed."""
    case, task = locked(task)
    if not task.is_asked or task.is_done:
        raise MoveNotAllowed(_("There is no open question to take back."))
    if task.link_revoked_at is None:
        task.link_revoked_at = now
        task.save(update_fields=["link_revoked_at"])
        save(case, now=now)
    return task


@transaction.atomic
def ask_again(*, task: Task, by: User, now: datetime) -> Task:
    """A new link by a new mail; the one before opens nothing any more. Raises MoveNotAllowed."""
    case, task = locked(task)
    if not task.is_asked or task.is_done:
        raise MoveNotAllowed(_("There is no open question to ask again."))
    task.link_nonce, task.link_revoked_at = new_nonce(), None
    task.link_expires_at = _link_end(task.due_at, now)
    task.save(update_fields=["link_nonce", "link_revoked_at", "link_expires_at"])
    save(case, now=now)
    _ask(task, case, by, now)
    return task


def find(*, token: str, now: datetime) -> Task:
    """The open question of a link. Raises Unknown and Closed."""
    task = _with(token)
    if state := _closed_because(task, now):
        raise Closed(state)
    return task


@transaction.atomic
def answer(*, token: str, words: str, now: datetime) -> Task:
    """The helper's answer, in words: the task is done, and who asked and whose case it is are told.

    Raises Unknown, Closed, and Incomplete without words.
    """
    found = _with(token)
    case, task = locked(found)
    if task.link_nonce != found.link_nonce:
        raise Unknown
    if state := _closed_because(task, now):
        raise Closed(state)
    words = words.strip()
    if not words:
        raise Incomplete(_("Please write your answer."), field="words")
    if len(words) > ANSWER_LENGTH:
        raise Incomplete(
            _("Please keep it under %(most)s characters.") % {"most": f"{ANSWER_LENGTH:,}"}, field="words"
        )
    task.answer, task.answered_at, task.done_at = words, now, now
    task.save()
    gestures.task_done(case=case, task=task, by=None, now=now)
    event = timeline.write(
        case=case, kind=EventKind.TASK_ANSWERED, now=now, note=words, task=task.public_id, title=task.title,
        helper=task.helper_name or task.helper_email,
    )  # fmt: skip
    save(case, now=now)
    people = [user for user in (task.author, case.owner) if user is not None]
    telling.tell(
        case=case, users=people, kind=NotificationKind.TASK_ANSWERED, key=f"event:{event.pk}:answer",
        event=event, task=task, now=now,
    )  # fmt: skip
    return task


def _with(token: str) -> Task:
    try:
        nonce = match_token(PURPOSE, token)
    except BadToken:
        raise Unknown from None
    found = queries.task_of_link(nonce=nonce)
    if found is None:
        raise Unknown
    return found


def _closed_because(task: Task, now: datetime) -> str:
    if task.answered_at is not None:
        return "ANSWERED"
    if task.is_done:
        return "DONE"
    if task.link_revoked_at is not None or not task.is_asked:
        return "REVOKED"
    return "EXPIRED" if task.link_expires_at is None or now >= task.link_expires_at else ""


def _link_end(due_at: datetime | None, now: datetime) -> datetime:
    """A link lives a while, and a while past the due time: late is better than never."""
    return max(now, due_at or now) + LINK_LIFE


def _ask(task: Task, case: Case, by: User, now: datetime) -> None:
    workspace = case.workspace
    with translation.override(workspace.language):
        due = moments.in_words(task.due_at, workspace.time_zone, DUE_PATTERN) if task.due_at else ""
        ends = moments.in_words(task.link_expires_at or now, workspace.time_zone, DUE_PATTERN)
        messages.queue_email(
            mail="task_question",
            to=task.helper_email,
            to_name=task.helper_name,
            context={
                "asker": by.display_name,
                "title": task.title,
                "due_at": due,
                "ends_at": ends,
                "case_number": str(case.number),
                "url": absolute_url("detractors:task_answer", token=task.link),
            },
            dedupe_key=f"task:{task.pk}:{task.link_nonce}",
            kind=Kind.STAFF,
            workspace=workspace,
            about=f"case:{case.pk}",
            expires_at=task.link_expires_at,
            now=now,
        )


# --- What is overdue ----------------------------------------------------------------------------------------------


def tell_overdue(*, now: datetime) -> int:
    """Tell the owner of each task whose time is over, once, in the order in which they were due; returns how many tasks.

    A task of nobody, or of somebody outside, is told to who added it and to the owner of the case.
    """
    told = 0
    while True:
        with transaction.atomic():
            due = queries.overdue(now=now, limit=BATCH)
            for task in due:
                task.overdue_told_at = now
                task.save(update_fields=["overdue_told_at"])
                people = [task.owner] if task.owner else [task.author, task.case.owner]
                telling.tell(
                    case=task.case, users=[user for user in people if user is not None],
                    kind=NotificationKind.TASK_OVERDUE, key=f"task:{task.pk}:overdue", task=task, now=now,
                )  # fmt: skip
        told += len(due)
        if len(due) < BATCH:
            return told


def locked(task: Task) -> tuple[Case, Task]:
    """The case, then the task, as they are now. Raises MoveNotAllowed when the task was dropped meanwhile."""
    case = lock(task.case)
    related = ("owner", "author")
    fresh = (
        Task.objects.of(case.workspace_id)
        .select_related(*related)
        .select_for_update(of=("self",))
        .filter(pk=task.pk)
        .first()
    )
    if fresh is None:
        raise MoveNotAllowed(_("This task was dropped meanwhile."))
    fresh.case = case
    return case, fresh


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise Incomplete(_("Please write what has to be done."), field="title")
    if len(title) > TITLE_LENGTH:
        raise Incomplete(
            _("Please keep it under %(most)s characters.") % {"most": TITLE_LENGTH}, field="title"
        )
    return title


def _check_member(case: Case, user: User) -> None:
    if not active(workspace=case.workspace_id).filter(user=user).exists():
        raise NotAMember(_("%(name)s does not work here.") % {"name": user.display_name}, field="owner")


def _is_member(case: Case, email: str) -> bool:
    return bool(active(workspace=case.workspace_id).filter(user__email__iexact=email).exists())
