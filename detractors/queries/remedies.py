"""The ledger of remedies: what was given, what it cost, what waits for a word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from accounts.models import User, Workspace
from accounts.queries import role_of
from accounts.rules.sight import EVERYTHING, Sight
from detractors.enums import Outcome, RemedyState
from detractors.models import Case, Remedy, RemedyCode, RemedyLimit, RemedyPool, RemedySettings
from detractors.queries.sight import cases as visible
from detractors.rules import remedies as rules

COUNTED = (RemedyState.GRANTED, RemedyState.GIVEN)
SHOWN = 200
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Spent:
    """A month in figures. `per_recovery` is the cost of what was given in cases that were won back, for each of them."""

    month: date  # its first day
    total: Decimal
    count: int
    kinds: tuple[tuple[str, int, Decimal], ...]  # (code, how many, cost)
    budget: Decimal | None
    recovered: int
    per_recovery: Decimal | None

    @property
    def share(self) -> int | None:
        """Of the budget, in percent, rounded; None without one."""
        return round(100 * self.total / self.budget) if self.budget else None


def settings_of(*, workspace: Workspace | int) -> RemedySettings:
    """The currency and the budget; an unsaved row with the defaults where nobody chose."""
    found = RemedySettings.objects.of(workspace).first()
    return found or RemedySettings(workspace_id=workspace if isinstance(workspace, int) else workspace.pk)


def limits(*, workspace: Workspace | int) -> dict[str, rules.Limit]:
    """What each role may give without asking."""
    own = {row.role: rules.Limit(row.once, row.month) for row in RemedyLimit.objects.of(workspace)}
    return {**rules.DEFAULTS, **own}


def limit_of(*, workspace: Workspace, user: User) -> rules.Limit:
    """What this person may give without asking; nothing for a stranger."""
    role = role_of(workspace=workspace, user=user)
    return limits(workspace=workspace)[role] if role else rules.Limit(NOTHING, NOTHING)


def month_of(now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The calendar month around `now` in `zone`, as two moments."""
    local = now.astimezone(zone)
    first = datetime(local.year, local.month, 1, tzinfo=zone)
    following = (first.month % 12) + 1
    return first, datetime(first.year + (following == 1), following, 1, tzinfo=zone)


def granted(*, workspace: Workspace, since: datetime, until: datetime, by: User | None = None) -> Decimal:
    """The cost of what was granted between two moments, by `by` or everybody."""
    rows = Remedy.objects.of(workspace).filter(state__in=COUNTED, granted_at__gte=since, granted_at__lt=until)
    if by is not None:
        rows = rows.filter(created_by=by)
    return rows.aggregate(all=Sum("cost"))["all"] or NOTHING


def spent(*, workspace: Workspace, now: datetime, zone: tzinfo) -> Spent:
    """The month around `now`: its total equals the sum of its granted remedies."""
    since, until = month_of(now, zone)
    rows = Remedy.objects.of(workspace).filter(state__in=COUNTED, granted_at__gte=since, granted_at__lt=until)
    kinds = [
        (kind, n, cost) for kind, n, cost in rows.values("kind").annotate(n=Count("pk"), cost=Sum("cost"))
        .order_by("-cost").values_list("kind", "n", "cost")
    ]  # fmt: skip
    won = rows.filter(case__outcome__in=[Outcome.RECOVERED, Outcome.CONVERTED])
    sums = won.aggregate(cost=Sum("cost"), n=Count("case", distinct=True))
    return Spent(
        month=since.date(),
        total=sum((cost for _kind, _n, cost in kinds), NOTHING),
        count=sum(n for _kind, n, _cost in kinds),
        kinds=tuple(kinds),
        budget=settings_of(workspace=workspace).budget,
        recovered=sums["n"],
        per_recovery=(sums["cost"] / sums["n"]).quantize(Decimal("0.01")) if sums["n"] else None,
    )


def of_case(*, case: Case) -> list[Remedy]:
    """The remedies of a case, the newest first, with people and codes."""
    return of_cases(workspace=case.workspace_id, cases=[case])


def of_cases(*, workspace: Workspace | int, cases: Iterable[Case]) -> list[Remedy]:
    """The same of many cases of a workspace."""
    rows = Remedy.objects.of(workspace).filter(case__in=[case.pk for case in cases])
    rows = rows.select_related("created_by", "decided_by", "owner", "pool")
    return list(rows.prefetch_related("codes").order_by("-pk"))


def listed(*, workspace: Workspace, state: str = "", sight: Sight = EVERYTHING) -> Any:
    """The ledger, the newest first, as far as the viewer sees the cases."""
    cases = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
    rows = Remedy.objects.of(workspace).select_related(
        "case__contact", "created_by", "decided_by", "owner", "pool"
    )
    if not sight.is_everything:
        rows = rows.filter(case__in=cases)
    if state in RemedyState.values:
        rows = rows.filter(state=state)
    return rows.order_by("-pk")


def waiting_count(*, workspace: Workspace) -> int:
    """How many wait for a word."""
    return int(Remedy.objects.of(workspace).filter(state=RemedyState.WAITING).count())


def one(*, workspace: Workspace, public_id: str) -> Remedy | None:
    """The remedy with its case and pool, if it is of this workspace."""
    rows = Remedy.objects.of(workspace).select_related(
        "case", "created_by", "decided_by", "pool", "workspace"
    )
    found: Remedy | None = rows.filter(public_id=public_id).first()
    return found


def pools(*, workspace: Workspace, with_retired: bool = False) -> list[RemedyPool]:
    """Pools of codes by name, with `free` and `total`."""
    rows = RemedyPool.objects.of(workspace)
    if not with_retired:
        rows = rows.filter(retired_at__isnull=True)
    counted = rows.annotate(
        total=Count("codes"), free=Count("codes", filter=Q(codes__handed_at__isnull=True))
    )
    return list(counted.order_by("retired_at", "name"))


def pool_with(*, workspace: Workspace, public_id: str) -> RemedyPool | None:
    """The pool, if it is of this workspace."""
    found: RemedyPool | None = RemedyPool.objects.of(workspace).filter(public_id=public_id).first()
    return found


def free_code(*, pool: RemedyPool) -> RemedyCode | None:
    """A code nobody has, locked; what another transaction is about to hand out is passed over."""
    rows = RemedyCode.objects.of(pool.workspace_id).filter(pool=pool, handed_at__isnull=True)
    found: RemedyCode | None = rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
    return found
