"""Changing what moves cases forward, and counting the open ones anew afterwards.

A change leaves a row that says so; a sweep takes the open cases in the order of their numbers, a batch a transaction, and
writes how far it is. Another change begins it again. A case whose place stays is left alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Workspace
from core.queue import nudge_on_commit
from detractors.enums import RecountReason
from detractors.models import Case, MatrixCell, RankRecount, RankWeights
from detractors.models.weights import MOST_MINUTES
from detractors.queries import standings
from detractors.rules import priority, standing
from detractors.services import lateness, ranking, recounting

SWEEP = "detractors.recount_ranks"
BATCH = 250  # cases a transaction
MOST_STEPS = 6
LARGEST_VALUE = Decimal(10) ** 12
MINUTES = (
    "score_minutes",
    "chronic_minutes",
    "long_standing_minutes",
    "one_off_minutes",
    "exposure_minutes",
)


class BadWeights(ValueError):
    """The weights stay as they were; `sentence` says why, `field` where."""

    def __init__(self, sentence: str, *, field: str) -> None:
        self.sentence, self.field = sentence, field
        super().__init__(sentence)


def read(*, workspace: Workspace, minutes: dict[str, int], steps: Iterable[tuple[Any, Any]]) -> RankWeights:
    """Unsaved weights from what was typed. Raises BadWeights."""
    for field in MINUTES:
        if not 0 <= minutes[field] <= MOST_MINUTES:
            raise BadWeights(_("Choose 0 to %(most)s minutes.") % {"most": f"{MOST_MINUTES:,}"}, field=field)
    kept: dict[int, int] = {}
    for least, earned in steps:
        value = _amount(least)
        if value is None or not 0 <= earned <= MOST_MINUTES:
            raise BadWeights(_("A step is an account value and its minutes."), field="value_steps")
        kept[value] = earned
    if len(kept) > MOST_STEPS:
        raise BadWeights(_("At most %(most)s steps.") % {"most": MOST_STEPS}, field="value_steps")
    ordered = sorted(kept.items(), reverse=True)
    if any(more[1] < less[1] for more, less in itertools.pairwise(ordered)):
        raise BadWeights(
            _("A larger account cannot earn fewer minutes than a smaller one."), field="value_steps"
        )
    return RankWeights(workspace=workspace, value_steps=[list(step) for step in ordered], **minutes)


def _amount(value: Any) -> int | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return int(found) if found.is_finite() and 0 <= found <= LARGEST_VALUE else None


@transaction.atomic
def change(*, weights: RankWeights, now: datetime) -> bool:
    """Keep these weights (from `read`) and have the open cases counted anew; whether anything is different."""
    rows = RankWeights.objects.of(weights.workspace_id)
    before = rows.select_for_update().first()
    if before is not None and ranking.weights_in(before) == ranking.weights_in(weights):
        return False
    weights.pk = before.pk if before else None
    weights.updated_at = now
    weights.save()
    ask(workspace=weights.workspace, now=now)
    return True


def ask(*, workspace: Workspace, now: datetime) -> None:
    """Have the open cases of the workspace counted anew, from the beginning. Call it where a part of the sum changed."""
    total = Case.objects.of(workspace).open().count()
    RankRecount.objects.of(workspace).update_or_create(
        workspace=workspace,
        defaults={
            "asked_at": now,
            "after_number": 0,
            "done": 0,
            "moved": 0,
            "total": total,
            "finished_at": None,
        },
    )
    nudge_on_commit(SWEEP)


def recount(*, now: datetime, batches: int = 400) -> int:
    """Go on with every recount that is not finished; how many cases were counted. Safe to run twice and in parallel."""
    counted = 0
    for _batch in range(batches):
        found = _batch_of(now)
        if found is None:
            break
        counted += found
    return counted


@transaction.atomic
def _batch_of(now: datetime) -> int | None:
    waiting = RankRecount.objects.across_workspaces().filter(finished_at__isnull=True)
    work: RankRecount | None = (
        waiting.select_for_update(skip_locked=True, of=("self",))
        .select_related("workspace")
        .order_by("asked_at", "pk")
        .first()
    )
    if work is None:
        return None
    # By number first, then the rows: a locking read that had to wait gives the changed row (see CONTRIBUTING).
    open_cases = Case.objects.of(work.workspace).open()
    ids = list(
        open_cases.filter(number__gt=work.after_number)
        .order_by("number")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)[:BATCH]
    )
    cases = list(
        Case.objects.of(work.workspace)
        .select_related("contact__account", "survey")
        .filter(pk__in=ids)
        .order_by("number")
    )
    work.moved += _count(work.workspace, cases, now)
    work.done += len(cases)
    work.total = max(work.total, work.done)
    if len(ids) < BATCH:
        work.finished_at = now
        if work.moved:  # another priority may have another promise
            recounting.ask(workspace=work.workspace, why=RecountReason.PROMISE, what="", by=None, now=now)
    if cases:
        work.after_number = cases[-1].number
    work.save()
    return len(cases)


def _count(workspace: Workspace, cases: Sequence[Case], now: datetime) -> int:
    """Count these locked cases anew and write those that are different; how many these are."""
    weights = ranking.weights_of(workspace=workspace)
    cells = {
        cell.pk: cell
        for cell in MatrixCell.objects.of(workspace)
        .select_related("scenario", "failure")
        .filter(pk__in={case.cell_id for case in cases if case.cell_id})
    }
    answers = standings.of_contacts(
        workspace=workspace, contacts=[case.contact_id for case in cases if case.contact_id]
    )
    moved = []
    for case in cases:
        before = [getattr(case, column) for column in ranking.COLUMNS]
        refresh(case=case, answers=answers.get(case.contact_id or 0, []), now=now)
        ranking.count(case=case, weights=weights, cell=cells.get(case.cell_id or 0))
        if before != [getattr(case, column) for column in ranking.COLUMNS]:
            case.version += 1
            case.updated_at = now
            moved.append(case)
    Case.objects.of(workspace).bulk_update(moved, [*ranking.COLUMNS, "version", "updated_at"])
    if moved:
        lateness.keep(cases=[case.pk for case in moved])
    return len(moved)


def refresh(*, case: Case, answers: Sequence[standing.Answer], now: datetime) -> None:
    """The facts of the sum as they are now (not saved); `contact` and `survey` are loaded."""
    metric = case.survey.metric if case.survey else case.rank_facts.get("metric", "NPS")
    case.rank_facts = {**case.rank_facts, "metric": metric}
    how = standing.read(answers, at=now, is_unhappy_now=case.response_id is None)
    ranking.keep_standing(case=case, standing=how)
    if case.contact is not None:
        case.account_value = case.contact.worth


def example(*, case: Case, weights: priority.Weights, cell: MatrixCell | None) -> priority.Rank:
    """Where an open case would stand with these weights, from what stands on it; nothing is written."""
    return priority.rank(ranking.facts_of(case, cell), weights)
