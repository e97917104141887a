"""Tags: all of a workspace with their use, those of a case, and the cases that have one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count

from accounts.models import Workspace
from detractors.models import Case, CaseTag, Tag


def everything(*, workspace: Workspace) -> list[Tag]:
    """All tags by name."""
    return sorted(Tag.objects.of(workspace).select_related("workspace"), key=lambda tag: tag.name.casefold())


def uses(*, workspace: Workspace) -> dict[int, int]:
    """How many cases have each tag."""
    return dict(CaseTag.objects.of(workspace).values_list("tag").annotate(Count("pk")))


def tag_with(*, workspace: Workspace, public_id: str) -> Tag | None:
    """The tag of this id."""
    found: Tag | None = (
        Tag.objects.of(workspace).select_related("workspace").filter(public_id=public_id).first()
    )
    return found


def of_case(*, case: Case) -> list[Tag]:
    """The tags of a case by name."""
    return of_cases(workspace=case.workspace_id, cases=[case.pk]).get(case.pk, [])


def of_cases(*, workspace: Any, cases: Iterable[int]) -> dict[int, list[Tag]]:
    """The tags of these cases by the id of the case: one query."""
    found: dict[int, list[Tag]] = {}
    for row in CaseTag.objects.of(workspace).select_related("tag").filter(case__in=list(cases)):
        found.setdefault(row.case_id, []).append(row.tag)
    for tags in found.values():
        tags.sort(key=lambda tag: tag.name.casefold())
    return found


def tagged(*, workspace: Workspace, public_id: str) -> Any:
    """Ids of the cases that have the tag of this id: a query, to filter by."""
    return CaseTag.objects.of(workspace).filter(tag__public_id=public_id).values("case")
