"""What a case is promised: which policy holds for it, in whose hours.

A book reads once what many cases of a workspace need: its policies, calendars, teams with hours of their own, and which
customers belong to an audience a policy is made for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from accounts.models import Team, Workspace
from accounts.rules.business_time import Calendar
from detractors.enums import TimerKind
from detractors.models import Case, SlaPolicy
from detractors.queries import clock as clock_queries
from detractors.rules import promises
from detractors.rules.clock import Span, Terms
from surveys.queries import audience_rows


class Book:
    """The promises of one workspace at `now`. `expect` the cases that will be asked about, and it stays at few queries."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        now: datetime,
        policies: Mapping[int, SlaPolicy] | None = None,
        calendars: Mapping[int, Calendar] | None = None,
        teams: Mapping[int, int | None] | None = None,
        cells: Mapping[int, int | None] | None = None,
    ) -> None:
        """`policies`, `calendars`, `teams` (team -> calendar) and `cells` (cell -> policy) stand for the stored ones: to try an edit."""
        self.workspace, self.now = workspace, now
        self._tried_policies, self._tried_calendars = dict(policies or {}), dict(calendars or {})
        self._tried_teams, self._tried_cells = teams, dict(cells or {})
        self._audiences: dict[
            int, set[int]
        ] = {}  # audience -> those of the expected customers who belong to it
        self._expected: set[int] = set()
        self._chosen: dict[tuple[object, ...], SlaPolicy | None] = {}
        self._terms: dict[tuple[int, int | None], tuple[SlaPolicy, Terms]] = {}

    @cached_property
    def policies(self) -> dict[int, SlaPolicy]:
        """Every policy by id, the retired too: cases opened before may still run by them."""
        rows = SlaPolicy.objects.of(self.workspace).select_related("audience")
        return {row.pk: row for row in rows} | self._tried_policies

    @cached_property
    def calendars(self) -> Mapping[int, Calendar]:
        """The hours by calendar."""
        found = clock_queries.calendars_of(workspace=self.workspace)
        found.update(self._tried_calendars)
        return found

    @cached_property
    def team_calendars(self) -> dict[int, int | None]:
        """The calendar of each team that has its own hours."""
        rows = Team.objects.of(self.workspace).filter(calendar__isnull=False)
        return {**dict(rows.values_list("pk", "calendar_id")), **(self._tried_teams or {})}

    @cached_property
    def _offers(self) -> list[promises.Offer]:
        return [
            promises.Offer(
                id=policy.pk,
                place=policy.place,
                is_default=policy.is_default,
                touchpoint=policy.touchpoint_id,
                audience=policy.audience_id,
                priority=policy.priority,
            )
            for policy in self.policies.values()
            if policy.retired_at is None
        ]

    def expect(self, contacts: Iterable[int | None]) -> None:
        """These customers will be asked about: one query for each audience a policy is made for."""
        fresh = {contact for contact in contacts if contact} - self._expected
        self._expected |= fresh
        audiences = {
            policy.audience.pk: policy.audience
            for policy in self.policies.values()
            if policy.retired_at is None and policy.audience is not None
        }
        for pk, audience in audiences.items():
            if fresh:
                found = audience_rows.fitting(
                    workspace=self.workspace, filter=audience.filter, now=self.now
                ).filter(pk__in=fresh)
                self._audiences.setdefault(pk, set()).update(found.values_list("pk", flat=True))

    def policy_of(self, case: Case) -> SlaPolicy | None:
        """The policy that holds for a case: what a rule has named for it, else what its cell, touchpoint and so on say.

        None where the workspace promises nothing.
        """
        named = self.policies.get((case.rank_facts.get("rule") or {}).get("policy") or 0)
        if named is not None and named.retired_at is None:
            return named
        if case.contact_id not in self._expected:
            self.expect([case.contact_id])
        audiences = tuple(pk for pk, found in self._audiences.items() if case.contact_id in found)
        cell_policy = self._tried_cells.get(case.cell.pk, case.cell.policy_id) if case.cell else None
        key = (case.priority, case.touchpoint_id, audiences, cell_policy)
        if key not in self._chosen:
            facts = promises.CaseFacts(
                priority=case.priority,
                touchpoint=case.touchpoint_id,
                audiences=audiences,
                cell_policy=cell_policy,
            )
            choice = promises.policy_for(facts, self._offers)
            self._chosen[key] = self.policies[choice.id] if choice else None
        return self._chosen[key]

    def terms(self, policy: SlaPolicy, *, team: int | None) -> Terms:
        """What the policy means for a case of this team."""
        key = (policy.pk, team)
        known, terms = self._terms.get(key, (None, None))
        if terms is None or known is not policy:  # one that is tried has the key of the stored one
            terms = Terms(
                policy=policy.pk,
                calendar=self.team_calendars.get(team or 0) or policy.calendar_id,
                warn_percent=policy.warn_percent,
                spans=spans_of(policy),
                looks_ahead=policy.looks_ahead,
            )
            self._terms[key] = policy, terms
        return terms


def stood(case: Case) -> dict[str, Any]:
    """What the choice of a promise depended on, for the line that says what was promised: a rehearsal chooses again."""
    return {"priority": case.priority, "cell": case.cell_id, "team": case.team_id}


def spans_of(policy: SlaPolicy) -> dict[str, Span]:
    """The promised length of each kind; a kind that is not promised is missing."""
    first = Span(policy.first_response_minutes, policy.first_response_clock)
    spans = {
        str(TimerKind.FIRST_RESPONSE): first,
        str(TimerKind.RESOLUTION): Span(policy.resolution_minutes, policy.resolution_clock),
    }
    if policy.next_response_minutes is not None:
        spans[str(TimerKind.NEXT_RESPONSE)] = Span(policy.next_response_minutes, policy.next_response_clock)
    return spans
