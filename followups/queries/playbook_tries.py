"""What a playbook would have begun with lately, by the code that begins playbooks; nothing is changed.

Cases are judged as they are known today: their facts then are not kept. What happened is taken from timelines, so that cases
that are closed by now are found, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, Value

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.enums import CallOutcome, EventKind, Outcome
from detractors.models import Case, CaseEvent
from detractors.queries.sight import cases as visible
from detractors.queries.sight import visible_cases
from detractors.rules import conditions
from detractors.rules.conditions import Conditions
from followups.enums import ResurveyStatus
from followups.models import Playbook, Resurvey
from followups.playbook_enums import PlaybookEvent
from followups.queries.playbook_events import Happening
from followups.queries.playbook_facts import CASE_WITH, FactBook
from followups.rules import playbook_steps as rules
from surveys.enums import Purpose, Segment, Trust
from surveys.models import Response
from surveys.queries.sight import answers

SHOWN = 8  # cases offered to read words with
SPAN = timedelta(days=30)
MOST = 500  # events looked at, the newest


@dataclass(frozen=True)
class Tried:
    """`looked_at` events of the kind it begins with, and those of them that fit, the newest first."""

    looked_at: int
    fitting: list[Happening]
    book: FactBook

    @property
    def is_cut(self) -> bool:
        """Whether there were more events than are looked at."""
        return self.looked_at == MOST


def cases_to_show(*, workspace: Workspace, sight: Sight = EVERYTHING) -> list[Case]:
    """Some of the latest cases that may be seen, with what merge fields ask for."""
    rows = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
    rows = rows.select_related("workspace", "contact", "owner", "survey", "touchpoint")
    return list(rows.order_by("-pk")[:SHOWN])


def attempt(*, playbook: Playbook, now: datetime, sight: Sight = EVERYTHING) -> Tried:
    """What of the last 30 days would have begun it, by its conditions as they stand."""
    found = _FIND[playbook.event](playbook, now, sight)
    book, stated = FactBook(workspace=playbook.workspace), Conditions.stored(playbook.conditions)
    if stated.is_always:
        return Tried(len(found), found, book)
    book.expect(
        cases=[one.case for one in found if one.case],
        responses=[one.response for one in found if one.response],
    )
    return Tried(len(found), [one for one in found if conditions.holds(stated, facts(book, one))], book)


def facts(book: FactBook, one: Happening) -> Any:
    """What conditions are asked about it."""
    if one.case is not None:
        return book.of_case(one.case)
    assert one.response is not None  # an event is of a case or of an answer
    return book.of_response(one.response)


def _cases(playbook: Playbook, sight: Sight) -> Any:
    rows = Case.objects.of(playbook.workspace_id).filter(visible(workspace=playbook.workspace, sight=sight))
    return rows.select_related(*CASE_WITH)


def _opened(playbook: Playbook, now: datetime, sight: Sight) -> list[Happening]:
    rows = _cases(playbook, sight).filter(created_at__gt=now - SPAN)
    if playbook.event == PlaybookEvent.NO_COMMENT:
        rows = rows.filter(response__comment="")
    return [_of(case, case.created_at) for case in rows.order_by("-created_at", "-pk")[:MOST]]


def _lines(playbook: Playbook, sight: Sight, kinds: Q, since: datetime) -> Any:
    """Lines of timelines; every line touches its case, and touched cases are found by an index."""
    cases = _cases(playbook, sight).filter(updated_at__gt=since).order_by().values("pk")
    rows = CaseEvent.objects.of(playbook.workspace_id).filter(kinds, case__in=cases, at__gt=since)
    return rows.select_related(*(f"case__{one}" for one in CASE_WITH))


def _told(kind: str) -> Callable[[Playbook, datetime, Sight], list[Happening]]:
    def find(playbook: Playbook, now: datetime, sight: Sight) -> list[Happening]:
        rows = _lines(playbook, sight, Q(kind=kind), now - SPAN)
        return [_of(line.case, line.at) for line in rows.order_by("-at", "-pk")[:MOST]]

    return find


_REACHED = Q(kind=EventKind.REPLIED) | Q(kind=EventKind.CALLED, facts__outcome=CallOutcome.REACHED)


def _silent(playbook: Playbook, now: datetime, sight: Sight) -> list[Happening]:
    """We wrote or spoke to them, and neither they nor we said anything until the days were over."""
    silence = timedelta(days=playbook.silent_days or 0)
    over = ExpressionWrapper(OuterRef("at") + Value(silence), output_field=DateTimeField())
    others = CaseEvent.objects.of(playbook.workspace_id).filter(
        _REACHED | Q(kind=EventKind.WROTE), case=OuterRef("case"), at__gt=OuterRef("at"), at__lte=over
    )
    rows = _lines(playbook, sight, _REACHED, now - SPAN - silence).filter(at__lte=now - silence)
    rows = rows.filter(~Exists(others)).filter(
        Q(case__resolved_at__isnull=True) | Q(case__resolved_at__gt=F("at") + Value(silence))
    )
    return [_of(line.case, line.at + silence) for line in rows.order_by("-at", "-pk")[:MOST]]


def _asked_again(playbook: Playbook, now: datetime, sight: Sight) -> list[Happening]:
    rows = Resurvey.objects.of(playbook.workspace_id).filter(
        status=ResurveyStatus.ANSWERED,
        settled_at__gt=now - SPAN,
        case__in=visible_cases(workspace=playbook.workspace, sight=sight),
    )
    recovered = Q(case__outcome__in=[Outcome.RECOVERED, Outcome.CONVERTED])
    rows = rows.filter(recovered) if playbook.event == PlaybookEvent.RECOVERED else rows.exclude(recovered)
    rows = rows.select_related(*(f"case__{one}" for one in CASE_WITH)).order_by("-settled_at", "-pk")
    return [_of(row.case, row.settled_at) for row in rows[:MOST]]


def _answers(playbook: Playbook, now: datetime, sight: Sight) -> list[Happening]:
    segment = Segment.PROMOTER if playbook.event == PlaybookEvent.PROMOTER else Segment.PASSIVE
    rows = Response.objects.of(playbook.workspace_id).filter(
        answers(workspace=playbook.workspace, sight=sight),
        segment=segment, purpose=Purpose.SURVEY, contact__isnull=False, responded_at__gt=now - SPAN,
    )  # fmt: skip
    rows = rows.exclude(trust__in=[Trust.LIKELY_SCANNER, Trust.IMPORTED])
    rows = rows.select_related("survey", "touchpoint", "contact", "workspace")
    found = rows.order_by("-responded_at", "-pk")[:MOST]
    return [Happening(f"answer:{row.pk}", row.responded_at, response=row) for row in found]


def _of(case: Case, at: datetime) -> Happening:
    return Happening(f"case:{case.number}:{int(at.timestamp())}", at, case)


_FIND: dict[str, Callable[[Playbook, datetime, Sight], list[Happening]]] = {
    rules.CASE_OPENED: _opened,
    rules.NO_COMMENT: _opened,
    rules.SILENCE: _silent,
    rules.WAITING: _told(EventKind.WAITING),
    rules.RESOLVED: _told(EventKind.RESOLVED),
    rules.RECOVERED: _asked_again,
    rules.NOT_RECOVERED: _asked_again,
    rules.PASSIVE: _answers,
    rules.PROMOTER: _answers,
}
