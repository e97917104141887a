"""Which cases a member with limits may see (the rule: accounts/rules/sight.py), and who of several people sees a case.

Their own cases always; else a case of their teams, of their touchpoints, of a contact with one of their values: all
limits that are set. `docs/decisions` say how answers and contacts follow from it.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from accounts.models import Membership, User, Workspace
from accounts.rules.sight import CaseFacts, Sight, sees
from accounts.sight_queries import sights_of
from detractors.models import Case, CaseDecision
from detractors.queries.due import DueCase
from surveys.queries.sight import own_limits


def cases(*, workspace: Workspace, sight: Sight) -> Q:
    """The cases that may be seen, as a condition on Case."""
    if sight.is_everything:
        return Q()
    limits = own_limits(workspace=workspace, sight=sight)
    if sight.teams is not None:
        limits &= Q(team__in=sorted(sight.teams))
    return Q(owner=sight.user_id) | limits


def seen_responses(*, workspace: Workspace, sight: Sight) -> Any:
    """Ids of the answers that belong to a visible case."""
    decided = CaseDecision.objects.of(workspace).filter(case__in=_visible(workspace, sight))
    return decided.filter(response__isnull=False).values("response")


def seen_mentions(*, workspace: Workspace, sight: Sight) -> Any:
    """Ids of the mentions that belong to a visible case."""
    decided = CaseDecision.objects.of(workspace).filter(case__in=_visible(workspace, sight))
    return decided.filter(mention__isnull=False).values("mention")


def seen_contacts(*, workspace: Workspace, sight: Sight) -> Any:
    """Ids of the contacts that have a visible case."""
    return _visible(workspace, sight).filter(contact__isnull=False).values("contact")


def _visible(workspace: Workspace, sight: Sight) -> Any:
    return Case.objects.of(workspace).filter(cases(workspace=workspace, sight=sight)).order_by().values("pk")


def visible_cases(*, workspace: Workspace, sight: Sight) -> Any:
    """Ids of the cases that may be seen, as a subquery."""
    return _visible(workspace, sight)


def visible_ids(*, workspace: Workspace, sight: Sight, ids: Iterable[int]) -> set[int]:
    """Which of these cases may be seen; no query without limits."""
    wanted = set(ids)
    if sight.is_everything or not wanted:
        return wanted
    return set(_visible(workspace, sight).filter(pk__in=wanted).values_list("pk", flat=True))


def facts_of(case: Case | DueCase, *, team_id: int | None = None) -> CaseFacts:
    """The case as the rule asks for it; `team_id` stands for its team where none is given yet."""
    return CaseFacts(
        owner_id=case.owner_id,
        team_id=case.team_id or team_id,
        touchpoint=case.touchpoint.public_id if case.touchpoint_id and case.touchpoint else None,
        attributes=case.contact.attributes if case.contact_id and case.contact else {},
    )


class Onlookers:
    """Who may see cases, for a transaction that asks about many: each person's sight is read once.

    `prefetch` reads the sights of all who will be asked about in two queries; `of` reads those it was not told of.
    """

    def __init__(self) -> None:
        self._sights: dict[tuple[int, int], Sight | None] = {}
        self.judged = (
            0  # how often it hung on the case itself: where it did not, the answer holds for others like it
        )

    def prefetch(self, asked: Iterable[tuple[int, int]]) -> None:
        """Read the sights of these people, as (workspace id, user id): at most two queries for any number."""
        new = set(asked) - self._sights.keys()
        if not new:
            return
        self._sights |= dict.fromkeys(new)
        of_these = Q(workspace__in={one[0] for one in new}, user__in={one[1] for one in new})
        rows = [
            row
            for row in Membership.objects.across_workspaces().filter(of_these)
            if (row.workspace_id, row.user_id) in new
        ]
        sights = sights_of(rows)
        for row in rows:
            sight = sights[row.pk]
            self._sights[row.workspace_id, row.user_id] = sight if sight.is_limited else None

    def of(self, case: Case | DueCase, people: Iterable[User]) -> list[User]:
        """Those of `people` who may see `case`; who does not belong to its workspace is left as they are."""
        asked = [(person, (case.workspace_id, person.id)) for person in people]
        if new := [key for _person, key in asked if key not in self._sights]:
            self.prefetch(new)
        return [
            person
            for person, key in asked
            if (sight := self._sights[key]) is None or self._judge(sight, case)
        ]

    def _judge(self, sight: Sight, case: Case | DueCase) -> bool:
        self.judged += 1
        return sees(sight, facts_of(case))
