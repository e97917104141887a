"""How those who are told want to be told: their choices, their quiet hours, and how much they were told lately.

What one transaction asks about many people is read once. The pace of a receiver (a person, or a chat target) is locked until
the transaction ends, so that sweepers who tell the same person count together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from accounts.models import User, Workspace
from core.arrays import array
from detractors.enums import AlertKind
from detractors.models import AlertChoice, AlertPace, AlertRules
from detractors.queries.alerts import Receiver
from detractors.rules import quiet

_BEGIN = """
INSERT INTO detractors_alertpace (workspace_id, user_id, target_id, since, count)
SELECT row.workspace_id, row.user_id, row.target_id, %s, 0
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS row (workspace_id, user_id, target_id)
ON CONFLICT DO NOTHING
"""
_KEEP = """
UPDATE detractors_alertpace AS pace SET since = row.since, count = row.count
FROM unnest(%s::bigint[], %s::timestamptz[], %s::int[]) AS row (id, since, count) WHERE pace.id = row.id
"""


@dataclass(frozen=True)
class Choice:
    """What one member wants."""

    no_mail: frozenset[str] = frozenset()
    no_bell: frozenset[str] = frozenset()
    quiet: quiet.Quiet = field(default_factory=quiet.Quiet)
    links_nonce: str = ""


@dataclass(frozen=True)
class Rules:
    """What one workspace wants."""

    most_at_once: int = 5
    within: timedelta = timedelta(minutes=10)
    links_need_sign_in: bool = False


ALL, USUAL = Choice(), Rules()


def choice_in(row: AlertChoice | None) -> Choice:
    """A stored choice; without one, everything at any hour."""
    if row is None:
        return ALL
    return Choice(
        frozenset(row.no_mail) & set(AlertKind.values),
        frozenset(row.no_bell) & set(AlertKind.values),
        quiet.Quiet(row.quiet_from, row.quiet_until, quiet.days_of(row.quiet_days)),
        row.links_nonce,
    )


def rules_of(workspace: Workspace | int) -> Rules:
    """The workspace's rules of alerts."""
    row = AlertRules.objects.of(workspace).first()
    return rules_in(row)


def rules_in(row: AlertRules | None) -> Rules:
    """Stored rules; without a row, the usual ones."""
    if row is None:
        return USUAL
    return Rules(row.most_at_once, timedelta(minutes=row.within_minutes), row.links_need_sign_in)


class Wishes:
    """Choices and rules of those a transaction tells; `expect` them, and it stays at two queries."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self._choices: dict[tuple[int, int], Choice] = {}
        self._rules: dict[int, Rules] = {}

    def expect(self, people: Iterable[tuple[int, int]]) -> None:
        """These, as (workspace id, user id), will be asked about."""
        new = set(people) - self._choices.keys()
        if not new:
            return
        self._choices |= dict.fromkeys(new, ALL)
        workspaces = {workspace for workspace, _user in new}
        rows = AlertChoice.objects.across_workspaces().filter(
            workspace__in=workspaces, user__in={user for _workspace, user in new}
        )
        for row in rows:
            if (row.workspace_id, row.user_id) in new:
                self._choices[row.workspace_id, row.user_id] = choice_in(row)

    def choice(self, workspace_id: int, user_id: int) -> Choice:
        """What this member wants."""
        if (workspace_id, user_id) not in self._choices:
            self.expect([(workspace_id, user_id)])
        return self._choices[workspace_id, user_id]

    def rules(self, workspace_id: int) -> Rules:
        """What this workspace wants."""
        if workspace_id not in self._rules:
            self._rules[workspace_id] = rules_of(workspace_id)
        return self._rules[workspace_id]

    def quiet_until(self, workspace: Workspace, user: User) -> datetime | None:
        """When the quiet time `user` is in is over; None when they can be written to."""
        found = self.choice(workspace.pk, user.pk).quiet
        if not found.is_any:
            return None
        return quiet.ends_at(found, zone=user.time_zone or workspace.time_zone, now=self.now)


@dataclass(frozen=True)
class Turn:
    """What becomes of alerts to one receiver: told one by one, together, or kept until `wait_until` and told together."""

    is_together: bool = False
    wait_until: datetime | None = None


def take(
    asked: Mapping[Receiver, int], *, rules: Mapping[int, Rules], now: datetime, may_wait: bool = True
) -> dict[Receiver, Turn]:
    """The turn of each receiver who would get so many alerts, counted as told unless they wait.

    Up to `most_at_once` within the time come one by one. What is more comes together: at once the first time, and what
    follows within the same time when that is over.
    """
    rows = _locked(asked, now)
    turns: dict[Receiver, Turn] = {}
    for receiver, count in asked.items():
        row, wanted = rows[receiver], rules[receiver.workspace_id]
        if row.since + wanted.within <= now:
            row.since, row.count = now, 0
        was_together = row.count > wanted.most_at_once
        if was_together and may_wait:
            turns[receiver] = Turn(is_together=True, wait_until=row.since + wanted.within)
            continue
        row.count += count
        turns[receiver] = Turn(is_together=row.count > wanted.most_at_once)
    with connection.cursor() as cursor:
        found = list(rows.values())
        cursor.execute(
            _KEEP,
            [
                array(row.pk for row in found),
                array(row.since.isoformat() for row in found),
                array(row.count for row in found),
            ],
        )
    return turns


def _locked(asked: Iterable[Receiver], now: datetime) -> dict[Receiver, AlertPace]:
    wanted = sorted(asked, key=lambda one: (one.workspace_id, one.user_id or 0, one.target_id or 0))
    columns = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [now, *map(array, columns)])
    rows = (
        AlertPace.objects.across_workspaces()
        .select_for_update()
        .filter(workspace__in={one.workspace_id for one in wanted})
        .filter(
            Q(user__in=[one.user_id for one in wanted if one.user_id])
            | Q(target__in=[one.target_id for one in wanted if one.target_id])
        )
        .order_by("pk")
    )
    found = {Receiver(row.workspace_id, row.user_id, row.target_id): row for row in rows}
    return {one: found[one] for one in wanted}
