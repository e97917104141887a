"""What has happened that a playbook may begin with.

Each playbook looks from where it looked last, and a little before: what was written meanwhile by a transaction that began
earlier is found, too. What began a run already is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery

from detractors.enums import CallOutcome, Category, EventKind, Outcome
from detractors.models import Case, CaseEvent, MatrixCell
from followups.enums import ResurveyStatus
from followups.models import Playbook, PlaybookRun, Resurvey
from followups.playbook_enums import PlaybookEvent
from followups.queries.playbook_facts import CASE_WITH
from followups.rules import playbook_steps as rules
from surveys.enums import Purpose, Segment, Trust
from surveys.models import Response

OVERLAP = timedelta(minutes=2)  # longer than any transaction of ours
HELD = timedelta(minutes=15)  # and longer than an answer is held, to ask whether its score is meant

Place = tuple[datetime, int]


@dataclass(frozen=True)
class Happening:
    """One event for one playbook. `facts` are kept with the run: see PlaybookRun.because."""

    occasion: str
    at: datetime
    case: Case | None = None
    response: Response | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def since(playbook: Playbook) -> datetime:
    """From when on the playbook looks: never before it was switched on."""
    active = playbook.active_since or playbook.created_at
    before = HELD if playbook.event in rules.WITHOUT_CASE else OVERLAP
    return max(active, (playbook.looked_to or active) - before)


def page(
    *, playbook: Playbook, start: datetime, now: datetime, after: Place | None, limit: int
) -> tuple[list[Happening], Place | None]:
    """The next events that may begin it and have not, and where the page after this one begins; None after the last.

    At most `limit` are looked at, the oldest first.
    """
    rows, moment, make = _FIND[playbook.event](playbook, start, now)
    rows = rows.filter(**{f"{moment}__gt": start, f"{moment}__lte": now})
    if after is not None:
        rows = rows.filter(Q(**{f"{moment}__gt": after[0]}) | Q(**{moment: after[0], "pk__gt": after[1]}))
    found = list(rows.order_by(moment, "pk")[:limit])
    last = (getattr(found[-1], moment), found[-1].pk) if len(found) == limit else None
    return _new(playbook, [make(row) for row in found]), last


def placed(*, playbook: Playbook, start: datetime, limit: int) -> list[Happening]:
    """Open cases that landed since in a cell which names the playbook, and for which it has not begun."""
    if playbook.event in rules.WITHOUT_CASE:
        return []
    cells = MatrixCell.objects.of(playbook.workspace_id).filter(playbook__iexact=playbook.name)
    names = {cell.pk: str(cell) for cell in cells.select_related("scenario", "failure")}
    if not names:
        return []
    lines = CaseEvent.objects.of(playbook.workspace_id).filter(
        case=OuterRef("pk"), kind=EventKind.PLACED, at__gt=start
    )
    runs = PlaybookRun.objects.of(playbook.workspace_id).filter(playbook=playbook, case=OuterRef("pk"))
    rows = _cases(playbook, start).filter(Exists(lines), ~Exists(runs), cell__in=names)
    return [
        Happening(_of_case(case), max(case.created_at, start), case, facts={"cell": names[case.cell_id or 0]})
        for case in rows.order_by("updated_at", "pk")[:limit]
    ]


def _of_case(case: Case) -> str:
    return f"case:{case.pk}"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _cases(playbook: Playbook, start: datetime) -> Any:
    """Open cases that were touched since: every event of one touches it, and they are found by an index."""
    rows = Case.objects.of(playbook.workspace_id).open().filter(updated_at__gt=start)
    return rows.select_related(*CASE_WITH)


def _opened(playbook: Playbook, start: datetime, now: datetime) -> Found:
    runs = PlaybookRun.objects.of(playbook.workspace_id).filter(playbook=playbook, case=OuterRef("pk"))
    rows = _cases(playbook, start).filter(~Exists(runs), reopened_count=0)
    if playbook.event == PlaybookEvent.NO_COMMENT:
        rows = rows.filter(response__comment="")
    return rows, "created_at", lambda case: Happening(_of_case(case), case.created_at, case)


def _silent(playbook: Playbook, start: datetime, now: datetime) -> Found:
    """Cases we wrote or spoke to: the days of silence are counted from the latest time."""
    reached = Q(kind=EventKind.REPLIED) | Q(kind=EventKind.CALLED, facts__outcome=CallOutcome.REACHED)
    lines = CaseEvent.objects.of(playbook.workspace_id).filter(reached, case=OuterRef("pk"))
    rows = _cases(playbook, start).filter(contacted_at__isnull=False)
    rows = rows.annotate(spoken_at=Subquery(lines.order_by("-at", "-pk").values("at")[:1]))
    rows = rows.filter(Q(customer_wrote_at__isnull=True) | Q(customer_wrote_at__lt=F("spoken_at")))
    silence = timedelta(days=playbook.silent_days or 0)

    def make(case: Any) -> Happening:
        at = _utc(case.spoken_at)
        return Happening(f"{_of_case(case)}:{at}", case.spoken_at + silence, case, facts={"since": at})

    return rows, "spoken_at", make


def _waiting(playbook: Playbook, start: datetime, now: datetime) -> Found:
    def make(case: Any) -> Happening:
        at = _utc(case.waiting_since)
        return Happening(f"{_of_case(case)}:{at}", case.waiting_since, case, facts={"since": at})

    return _cases(playbook, start).filter(category=Category.WAITING), "waiting_since", make


def _resolved(playbook: Playbook, start: datetime, now: datetime) -> Found:
    rows = Case.objects.of(playbook.workspace_id).filter(category=Category.RESOLVED)
    return (
        rows.select_related(*CASE_WITH),
        "resolved_at",
        lambda case: Happening(f"{_of_case(case)}:{case.reopened_count}", case.resolved_at, case),
    )


def _asked_again(playbook: Playbook, start: datetime, now: datetime) -> Found:
    rows = Resurvey.objects.of(playbook.workspace_id).filter(status=ResurveyStatus.ANSWERED)
    recovered = Q(case__outcome__in=[Outcome.RECOVERED, Outcome.CONVERTED])
    rows = rows.filter(recovered) if playbook.event == PlaybookEvent.RECOVERED else rows.exclude(recovered)

    def make(row: Any) -> Happening:
        return Happening(
            f"{_of_case(row.case)}:{row.episode}", row.settled_at, row.case, facts={"score": row.score_after}
        )

    return rows.select_related(*(f"case__{one}" for one in CASE_WITH)), "settled_at", make


def _answers(playbook: Playbook, start: datetime, now: datetime) -> Found:
    """Content answers of people we know; one that is still being decided about is found later."""
    segment = Segment.PROMOTER if playbook.event == PlaybookEvent.PROMOTER else Segment.PASSIVE
    rows = Response.objects.of(playbook.workspace_id).filter(
        segment=segment, purpose=Purpose.SURVEY, contact__isnull=False, decide_at__isnull=True
    )
    rows = rows.exclude(trust__in=[Trust.LIKELY_SCANNER, Trust.IMPORTED])
    runs = PlaybookRun.objects.of(playbook.workspace_id).filter(playbook=playbook, response=OuterRef("pk"))
    rows = rows.filter(~Exists(runs)).select_related("survey", "touchpoint", "contact", "workspace")
    return rows, "responded_at", lambda row: Happening(f"answer:{row.pk}", row.responded_at, response=row)


# The rows, the name of their moment, and what each becomes.
Found = tuple[Any, str, Callable[[Any], Happening]]
_FIND: dict[str, Callable[[Playbook, datetime, datetime], Found]] = {
    PlaybookEvent.CASE_OPENED: _opened,
    PlaybookEvent.NO_COMMENT: _opened,
    PlaybookEvent.SILENCE: _silent,
    PlaybookEvent.WAITING: _waiting,
    PlaybookEvent.RESOLVED: _resolved,
    PlaybookEvent.RECOVERED: _asked_again,
    PlaybookEvent.NOT_RECOVERED: _asked_again,
    PlaybookEvent.PASSIVE: _answers,
    PlaybookEvent.PROMOTER: _answers,
}


def _new(playbook: Playbook, found: list[Happening]) -> list[Happening]:
    """Those that have begun no run yet."""
    known = set(
        PlaybookRun.objects.of(playbook.workspace_id)
        .filter(playbook=playbook, occasion__in=[one.occasion for one in found])
        .values_list("occasion", flat=True)
    )
    return [one for one in found if one.occasion not in known]
