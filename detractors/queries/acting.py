"""What the link of an alert leads to; its address names no workspace."""

from __future__ import annotations

from accounts.models import User
from accounts.queries import case_workers
from detractors.models import AlertChoice, Case
from detractors.queries.sight import Onlookers


def case_of_link(*, case_id: int) -> Case | None:
    """The case a link claims to be about, with all its page shows."""
    rows = Case.objects.across_workspaces().select_related(
        "workspace", "contact", "owner", "team", "touchpoint"
    )
    found: Case | None = rows.filter(pk=case_id).first()
    return found


def choice(*, workspace: int, user: int) -> AlertChoice | None:
    """What the person has chosen about alerts."""
    found: AlertChoice | None = AlertChoice.objects.of(workspace).filter(user=user).first()
    return found


def colleagues(*, case: Case, but: User, now: object) -> list[User]:
    """Who the case can be handed to: workers who are there and may see it, by name."""
    people = [member.user for member in case_workers(workspace=case.workspace, now=now)]  # type: ignore[arg-type]
    seen = Onlookers().of(case, [person for person in people if person.pk not in (but.pk, case.owner_id)])
    return sorted(seen, key=lambda person: person.display_name.casefold())
