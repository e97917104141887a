"""The library: what is published, what is being written, and whose names must not stand in it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Value

from accounts.models import Membership, Team, User, Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.enums import LessonState
from detractors.models import Case, Lesson, MatrixCell, RootCause
from detractors.models.case import Matches, SearchFor
from detractors.models.lesson import LESSON_WORDS
from detractors.queries.sight import cases as visible
from detractors.rules import anonymising
from detractors.rules.anonymising import Known

PAGE = 50


def published(*, workspace: Workspace, words: str = "", cell: str = "", cause: str = "") -> list[Lesson]:
    """What everybody may read, the latest first: with these words, of this cell and this root cause (public ids)."""
    rows = found(workspace=workspace, words=words, cell=cell, cause=cause)
    return list(rows.order_by("-published_at", "-pk")[:PAGE])


def found(*, workspace: Workspace, words: str = "", cell: str = "", cause: str = "") -> QuerySet[Lesson]:
    """All of that, in no order; a root cause may be named, too."""
    rows: QuerySet[Lesson] = Lesson.objects.of(workspace).filter(state=LessonState.PUBLISHED)
    if words.strip():
        text = words.strip().replace("\x00", "")[:200]
        rows = rows.filter(Q(Matches(LESSON_WORDS, SearchFor(Value(text)))) | Q(words__icontains=text))
    if cell:
        rows = rows.filter(cell__public_id=cell)
    if cause:
        rows = rows.filter(Q(root_cause__public_id=cause) | Q(root_cause__name__iexact=cause.strip()))
    return rows.select_related("cell__scenario", "cell__failure", "root_cause", "published_by")


def in_writing(
    *, workspace: Workspace, user: User, may_publish: bool, sight: Sight = EVERYTHING
) -> list[Lesson]:
    """Drafts one may go on with: all of them for who publishes, else one's own; and what was taken back, for the former."""
    mine = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
    drafts = Q(state=LessonState.DRAFT, case__in=mine.order_by().values("pk"))
    if not may_publish:
        drafts &= Q(proposed_by=user)
    wanted = drafts | Q(state=LessonState.RETRACTED) if may_publish else drafts
    rows = Lesson.objects.of(workspace).filter(wanted).select_related("case", "proposed_by", "retracted_by")
    return list(rows.order_by("state", "-updated_at")[:PAGE])


def lesson_with(
    *, workspace: Workspace, public_id: str, user: User, may_publish: bool, sight: Sight = EVERYTHING
) -> Lesson | None:
    """A published lesson for everybody; a draft or one that was taken back for who may go on with it."""
    related = (
        "workspace",
        "case__contact__account",
        "case__team",
        "cell__scenario",
        "cell__failure",
        "root_cause",
        "published_by",
        "retracted_by",
        "proposed_by",
    )
    row: Lesson | None = (
        Lesson.objects.of(workspace).select_related(*related).filter(public_id=public_id).first()
    )
    if row is None or row.is_published:
        return row
    if row.is_retracted:
        return row if may_publish else None
    cases = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight), pk=row.case_id)
    return row if (may_publish or row.proposed_by_id == user.pk) and cases.exists() else None


def draft_of(*, case: Case) -> Lesson | None:
    """What is being written of this case."""
    found: Lesson | None = Lesson.objects.of(case.workspace_id).filter(case=case).first()
    return found


def leads(*, workspace: Workspace, user: User) -> set[int]:
    """Ids of the teams this member leads."""
    return set(Team.objects.of(workspace).filter(lead=user).values_list("pk", flat=True))


def people_of(*, case: Case) -> list[Known]:
    """Everybody whose name must not stand in the text: the customer, their company, and everybody who is or was of ours."""
    found: list[Known] = []
    contact = case.contact
    if contact is not None:
        names = [contact.name, contact.email or "", contact.phone or "", contact.external_id or ""]
        found += anonymising.known(kind=anonymising.CUSTOMER, names=[name for name in names if name])
        companies = [contact.company or "", contact.account.name if contact.account else ""]
        found += anonymising.known(kind=anonymising.COMPANY, names=[name for name in companies if name])
    members: Any = Membership.objects.of(case.workspace_id).select_related("user")
    staff = [name for row in members for name in (row.user.name, row.user.email) if name]
    return [*found, *anonymising.known(kind=anonymising.COLLEAGUE, names=staff)]


def choices(*, workspace: Workspace) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Cells and root causes that published lessons have: (public id, name), by name."""
    rows = Lesson.objects.of(workspace).filter(state=LessonState.PUBLISHED)
    cells = (
        MatrixCell.objects.of(workspace)
        .filter(pk__in=rows.values("cell"))
        .select_related("scenario", "failure")
    )
    causes = RootCause.objects.of(workspace).filter(pk__in=rows.values("root_cause"))
    return (
        sorted(((one.public_id, str(one)) for one in cells), key=lambda pair: pair[1].casefold()),
        sorted(((one.public_id, one.name) for one in causes), key=lambda pair: pair[1].casefold()),
    )
