"""Giving something to put it right: at once within one's limits, with somebody's word beyond them.

The ledger is the sum of what is granted. The month's budget and a person's month are looked at under a lock of the
workspace's remedies, so that two at once cannot both be the last that fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.queries import calendar as calendar_of
from accounts.queries import role_of
from accounts.rules.business_time import Calendar
from accounts.rules.permissions import PERMISSIONS, Permission
from detractors.enums import EventKind, NotificationKind, RemedyKind, RemedyState
from detractors.models import Case, Remedy, RemedyCode, RemedyLimit, RemedyPool, RemedySettings
from detractors.queries import pages
from detractors.queries import remedies as queries
from detractors.rules import gestures as gesture_rules
from detractors.rules import remedies as rules
from detractors.services import remedy_asking, tasks, telling, timeline
from detractors.services.errors import CaseError, MoveNotAllowed
from detractors.services.locking import lock, save
from detractors.services.remedy_asking import BUDGET_KEEPERS

WHAT_LENGTH, NOTE_LENGTH, CODE_LENGTH = 300, 300, 100  # characters
MOST_CODES = 100_000  # of one import


class RemedyError(ValueError):
    """Nothing was given; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def give(
    *,
    case: Case,
    by: User,
    kind: str,
    now: datetime,
    what: str = "",
    value: Decimal = Decimal(0),
    cost: Decimal = Decimal(0),
    pool: RemedyPool | None = None,
    due_at: datetime | None = None,
    owner: User | None = None,
    any_day: bool = False,
) -> Remedy:
    """Grant a remedy in the case, or ask for somebody's word when it is beyond what `by` may give alone.

    From a `pool` it has that pool's kind, value and cost, and a code of its own. With `due_at` it is a
    gesture with a day: once granted it becomes a task of `owner` (`by`), which is done when the customer has it. A day off is
    kept with `any_day` only, else the next working day is meant. Raises RemedyError and MoveNotAllowed (a closed case).
    """
    case = lock(case)
    if case.is_closed:
        raise MoveNotAllowed(_("The case is closed: open it again first."))
    if pool is not None:
        kind, value, cost, what = pool.kind, pool.value, pool.cost, what or pool.name
    row = Remedy(
        workspace_id=case.workspace_id, case=case, kind=_kind(kind), what=_what(what), value=_money(value, "value"),
        cost=_money(cost, "cost"), state=RemedyState.WAITING, pool=pool, created_at=now, created_by=by,
    )  # fmt: skip
    _lock_month(case.workspace)
    row.why_asked = list(_obstacles(case.workspace, by, row.cost, now))
    if row.kind == RemedyKind.GESTURE and due_at is None:
        raise RemedyError(_("Please choose the day of the gesture."), field="due_at")
    if due_at is not None:
        if due_at <= now:
            raise RemedyError(_("This time is over already."), field="due_at")
        row.due_at, row.owner = _day(case, due_at, any_day=any_day), owner or by
    if not row.why_asked:
        row.state, row.granted_at = RemedyState.GRANTED, now
    row.save(force_insert=True)
    if row.counts:
        _hand_out(row, now)
    _write(case, row, by, now)
    if row.counts:
        _plan(case, row, by, now)
    if row.is_waiting:
        remedy_asking.ask(case=case, remedy=row, by=by, now=now)
    save(case, now=now)
    return row


@transaction.atomic
def agree(*, remedy: Remedy, by: User, now: datetime, note: str = "") -> Remedy:
    """Somebody who may says yes. Raises RemedyError: it waits no more, it is one's own, or beyond one's own limit."""
    case, row = _locked(remedy)
    if not row.is_waiting:
        raise RemedyError(_("This was decided already."))
    check_agreer(remedy=row, by=by, now=now)
    row.state, row.granted_at = RemedyState.GRANTED, now
    _decide(row, by, note, now)
    _hand_out(row, now)
    _write(case, row, by, now)
    _plan(case, row, by, now)
    _answer(case, row, by, now)
    save(case, now=now)
    return row


@transaction.atomic
def refuse(*, remedy: Remedy, by: User, now: datetime, note: str) -> Remedy:
    """Somebody who may says no, and why. Raises RemedyError."""
    case, row = _locked(remedy)
    if not row.is_waiting:
        raise RemedyError(_("This was decided already."))
    if not note.strip():
        raise RemedyError(
            _("Please say why: whoever asked has to tell the customer something."), field="note"
        )
    row.state = RemedyState.REFUSED
    _decide(row, by, note, now)
    _write(case, row, by, now)
    _answer(case, row, by, now)
    save(case, now=now)
    return row


@transaction.atomic
def given(*, remedy: Remedy, by: User, now: datetime) -> Remedy:
    """The customer has it. Twice is once. Raises RemedyError when it was not granted."""
    case, row = _locked(remedy)
    if row.state == RemedyState.GIVEN:
        return row
    if row.state != RemedyState.GRANTED:
        raise RemedyError(_("Only what is granted can be given."))
    row.state, row.given_at = RemedyState.GIVEN, now
    row.save()
    _write(case, row, by, now)
    if row.task is not None:
        tasks.done(task=row.task, by=by, now=now)
    save(case, now=now)
    return row


@transaction.atomic
def take_back(*, remedy: Remedy, by: User, now: datetime) -> Remedy:
    """It is not given after all: it leaves the ledger. A code that was handed out stays used. Raises RemedyError."""
    case, row = _locked(remedy)
    if row.state not in (RemedyState.WAITING, RemedyState.GRANTED):
        raise RemedyError(_("This cannot be taken back any more."))
    row.state, row.granted_at = RemedyState.TAKEN_BACK, None
    row.save()
    if row.task is not None and not row.task.is_done:
        tasks.drop(task=row.task, by=by, now=now)
    _write(case, row, by, now)
    save(case, now=now)
    return row


def check_agreer(*, remedy: Remedy, by: User, now: datetime) -> None:
    """Raise RemedyError unless `by` may agree to this remedy now."""
    role = role_of(workspace=remedy.workspace, user=by) or ""
    if Permission.ASSIGN_CASES not in PERMISSIONS.get(role, frozenset()):
        raise RemedyError(_("Your role does not decide about remedies."))
    if remedy.created_by_id == by.pk and remedy.cost > 0:
        raise RemedyError(_("Somebody else has to agree to what you asked for."))
    settings = queries.settings_of(workspace=remedy.workspace)
    since, until = queries.month_of(now, ZoneInfo(remedy.workspace.time_zone))
    spent = queries.granted(workspace=remedy.workspace, since=since, until=until)
    is_over = settings.budget is not None and spent + remedy.cost > settings.budget
    if not rules.may_agree(
        cost=remedy.cost,
        limit=queries.limits(workspace=remedy.workspace)[role],
        is_over_budget=is_over,
        may_exceed_budget=role in BUDGET_KEEPERS,
    ):
        raise RemedyError(
            _("The month's budget is used up: an admin or owner decides.")
            if is_over and role not in BUDGET_KEEPERS
            else _("This is more than you may give yourself: ask somebody with a higher limit.")
        )


def _obstacles(workspace: Workspace, by: User, cost: Decimal, now: datetime) -> tuple[str, ...]:
    since, until = queries.month_of(now, ZoneInfo(workspace.time_zone))
    return rules.obstacles(
        cost=cost,
        limit=queries.limit_of(workspace=workspace, user=by),
        given=queries.granted(workspace=workspace, since=since, until=until, by=by),
        spent=queries.granted(workspace=workspace, since=since, until=until),
        budget=queries.settings_of(workspace=workspace).budget,
    )


def _lock_month(workspace: Workspace) -> None:
    """Two grants of a workspace at once take turns; the row is made where there is none."""
    RemedySettings.objects.of(workspace).get_or_create(workspace=workspace)
    list(RemedySettings.objects.of(workspace).select_for_update().values_list("pk"))


def _locked(remedy: Remedy) -> tuple[Case, Remedy]:
    case = lock(remedy.case)
    _lock_month(case.workspace)
    rows = Remedy.objects.of(case.workspace_id).select_related(
        "pool", "created_by", "workspace", "owner", "task"
    )
    row: Remedy = rows.select_for_update(of=("self",)).get(pk=remedy.pk)
    row.case = case
    return case, row


def _zone_and_hours(case: Case) -> tuple[ZoneInfo, Calendar | None]:
    row = pages.hours_of(case=case)
    return ZoneInfo(case.workspace.time_zone), calendar_of(row=row) if row else None


def _day(case: Case, at: datetime, *, any_day: bool) -> datetime:
    zone, hours = _zone_and_hours(case)
    return gesture_rules.kept_day(at, calendar=hours, zone=zone, any_day=any_day)


def _plan(case: Case, row: Remedy, by: User, now: datetime) -> None:
    """The task of a gesture, once it is granted; one whose day went by while it waited is for the next working day."""
    if row.due_at is None:
        return
    zone, hours = _zone_and_hours(case)
    if row.due_at <= now:
        row.due_at = _day(case, now + timedelta(days=1), any_day=False)
    owner = row.owner if row.owner and role_of(workspace=case.workspace, user=row.owner) else row.created_by
    try:
        row.task = tasks.add(
            case=case, title=row.what, by=by, owner=owner, due_at=row.due_at, now=now,
            remind_at=gesture_rules.remind_at(row.due_at, calendar=hours, zone=zone, now=now),
        )  # fmt: skip
    except CaseError as error:  # closed meanwhile, or too many tasks
        raise RemedyError(error.sentence) from None
    row.save(update_fields=["task", "due_at"])


def _decide(row: Remedy, by: User, note: str, now: datetime) -> None:
    row.decided_at, row.decided_by, row.decision_note = now, by, " ".join(note.split())[:NOTE_LENGTH]
    row.save()


def _hand_out(row: Remedy, now: datetime) -> None:
    """A code of its pool, once. Raises RemedyError when none is left."""
    if row.pool is None:
        return
    code = queries.free_code(pool=row.pool)
    if code is None:
        raise RemedyError(
            _("No code of “%(name)s” is left: import more.") % {"name": row.pool.name}, field="pool"
        )
    code.remedy, code.handed_at = row, now
    code.save(update_fields=["remedy", "handed_at"])


def _write(case: Case, row: Remedy, by: User, now: datetime) -> None:
    timeline.write(
        case=case, kind=EventKind.REMEDY, by=by, now=now, note=row.decision_note, state=row.state, remedy=row.public_id,
        remedy_kind=row.kind, what=row.what, value=str(row.value), cost=str(row.cost),
    )  # fmt: skip


def _answer(case: Case, row: Remedy, by: User, now: datetime) -> None:
    telling.tell(
        case=case,
        users=[row.created_by],
        kind=NotificationKind.REMEDY_SAID,
        key=f"remedy:{row.pk}:said",
        by=by,
        now=now,
    )


def _kind(kind: str) -> str:
    if kind not in RemedyKind.values:
        raise RemedyError(_("Choose what is given."), field="kind")
    return kind


def _what(what: str) -> str:
    what = " ".join(what.split())
    if not what:
        raise RemedyError(_("Please say what the customer gets."), field="what")
    if len(what) > WHAT_LENGTH:
        raise RemedyError(
            _("Please keep it under %(most)s characters.") % {"most": WHAT_LENGTH}, field="what"
        )
    return what


def _money(amount: Decimal, field: str) -> Decimal:
    try:
        exact = Decimal(amount).quantize(Decimal("0.01"))
    except (InvalidOperation, ValueError):
        raise RemedyError(_("Write an amount such as 12 or 12.50."), field=field) from None
    if not 0 <= exact <= rules.MOST:
        raise RemedyError(_("Write an amount from 0 to %(most)s.") % {"most": rules.MOST}, field=field)
    return exact


# --- Limits, budget, pools ----------------------------------------------------------------------------------------


@transaction.atomic
def change_settings(
    *,
    workspace: Workspace,
    currency: str,
    budget: Decimal | None,
    limits: Mapping[str, rules.Limit],
) -> None:
    """The currency (ISO 4217), the month's budget and what each role may give alone. Raises RemedyError."""
    code = currency.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise RemedyError(_("Write the currency as three letters, such as EUR."), field="currency")
    RemedySettings.objects.of(workspace).update_or_create(
        workspace=workspace, defaults={"currency": code, "budget": budget}
    )
    for role, limit in limits.items():
        RemedyLimit.objects.of(workspace).update_or_create(
            workspace=workspace, role=role, defaults={"once": limit.once, "month": limit.month}
        )


@transaction.atomic
def add_pool(
    *,
    workspace: Workspace,
    name: str,
    kind: str,
    now: datetime,
    value: Decimal = Decimal(0),
    cost: Decimal = Decimal(0),
) -> RemedyPool:
    """A place for codes of one offer. Raises RemedyError: no name, a name in use, a bad amount."""
    name = " ".join(name.split())[:100]
    if not name:
        raise RemedyError(_("Please give it a name."), field="name")
    if RemedyPool.objects.of(workspace).filter(name__iexact=name).exists():
        raise RemedyError(_("“%(name)s” is there already.") % {"name": name}, field="name")
    row = RemedyPool(
        workspace=workspace, name=name, kind=_kind(kind), value=_money(value, "value"), cost=_money(cost, "cost"),
        created_at=now,
    )  # fmt: skip
    row.save(force_insert=True)
    return row


@transaction.atomic
def import_codes(*, pool: RemedyPool, lines: Iterable[str]) -> tuple[int, list[tuple[int, str, str]]]:
    """Keep one code a line; returns how many were new, and (line, code, why) of what was not kept. Raises RemedyError."""
    kept: dict[str, None] = {}
    bad: list[tuple[int, str, str]] = []
    for number, line in enumerate(lines, start=1):
        code = line.replace("\x00", "").strip().strip(',;"')
        if not code:
            continue
        if number > MOST_CODES:
            raise RemedyError(
                _("At most %(most)s codes at once.") % {"most": f"{MOST_CODES:,}"}, field="codes"
            )
        if len(code) > CODE_LENGTH:
            bad.append((number, code[:40], _("longer than 100 characters")))
        elif code in kept:
            bad.append((number, code, _("twice in this list")))
        else:
            kept[code] = None
    there = set(
        RemedyCode.objects.of(pool.workspace_id)
        .filter(pool=pool, code__in=list(kept))
        .values_list("code", flat=True)
    )
    bad += [(0, code, _("is there already")) for code in sorted(there)]
    rows = [
        RemedyCode(workspace_id=pool.workspace_id, pool=pool, code=code) for code in kept if code not in there
    ]
    RemedyCode.objects.of(pool.workspace_id).bulk_create(rows, batch_size=5_000, ignore_conflicts=True)
    return len(rows), bad


def retire_pool(*, pool: RemedyPool, now: datetime | None) -> None:
    """No longer offered; with `now` None it is offered again."""
    RemedyPool.objects.of(pool.workspace_id).filter(pk=pool.pk).update(retired_at=now)
