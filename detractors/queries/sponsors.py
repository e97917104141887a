"""Executives and the cases under their care: which they sponsor, which they own, and what happened there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.models import Membership, User, Workspace
from accounts.queries import active
from accounts.rules.sight import EVERYTHING, Sight
from detractors.models import Case, CaseEvent, Lateness, Sponsor
from detractors.queries.sight import cases as visible

LISTED = 100


@dataclass
class Card:
    """One executive: their open cases, how many of them missed a promise, and those that are done."""

    user: User
    is_executive: bool  # they may have been one when they took the case
    open: int = 0
    breached: int = 0
    done: int = 0
    cases: list[Case] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many are counted and not listed."""
        return self.open + self.done - len(self.cases)


def executives(*, workspace: Workspace) -> list[User]:
    """The executives who can get in, by name."""
    here = active(workspace=workspace).values("user")
    return sorted(workspace.executives.filter(pk__in=here), key=lambda user: user.display_name.casefold())


def could_be(*, workspace: Workspace) -> list[Membership]:
    """Everybody who can be made one, by name."""
    rows: Iterable[Membership] = active(workspace=workspace).select_related("user")
    return sorted(rows, key=lambda row: row.user.display_name.casefold())


def of_case(*, case: Case) -> Sponsor | None:
    """The executive of the case, with who put them there."""
    found: Sponsor | None = (
        Sponsor.objects.of(case.workspace_id).select_related("user", "by").filter(case=case).first()
    )
    return found


def cards(*, workspace: Workspace, sight: Sight = EVERYTHING) -> list[Card]:
    """A card for each executive, with the cases under their care or of their own that may be seen: the open ones first.

    Each case has `is_sponsored`, `is_late`, and `last_kind` and `last_at` of its timeline. Three statements.
    """
    people = {user.pk: Card(user, True) for user in executives(workspace=workspace)}
    mine = Sponsor.objects.of(workspace).filter(case=OuterRef("pk"))
    lines = CaseEvent.objects.of(workspace).filter(case=OuterRef("pk")).order_by("-at", "-pk")
    late = Lateness.objects.of(workspace).filter(case=OuterRef("pk"), is_breached=True)
    rows: Any = (
        Case.objects.of(workspace)
        .filter(visible(workspace=workspace, sight=sight))
        .filter(Q(pk__in=Sponsor.objects.of(workspace).values("case")) | Q(owner__in=list(people)))
        .select_related("contact", "owner", "team")
        .annotate(
            sponsor_id=Subquery(mine.values("user")[:1]),
            last_kind=Subquery(lines.values("kind")[:1]),
            last_at=Subquery(lines.values("at")[:1]),
            is_late=Exists(late),
        )
        .order_by("-opened_at", "-pk")
    )
    found = list(rows)
    strangers = {case.sponsor_id for case in found if case.sponsor_id} - people.keys()
    for user in User.objects.filter(pk__in=strangers):
        people[user.pk] = Card(user, False)
    for case in sorted(found, key=lambda one: not one.is_open):
        for pk in dict.fromkeys((case.sponsor_id, case.owner_id)):
            card = people.get(pk)
            if card is None:
                continue
            card.open += case.is_open
            card.breached += case.is_open and case.is_late
            card.done += not case.is_open
            if len(card.cases) < LISTED:
                card.cases.append(case)
    return sorted(people.values(), key=lambda card: card.user.display_name.casefold())
