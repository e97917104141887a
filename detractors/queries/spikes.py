"""What is watched for more than usual: cases of each thing by day, and the spikes that were found.

Each kind is one statement that counts by thing and day; days are counted backwards from `now` (see rules/spikes.py). A root
cause is known once a case is resolved, so its day is the day of resolving; everything else counts by the day of opening.
Cases that were merged into another one are not counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, User, Workspace
from accounts.queries import active
from accounts.rules.permissions import Permission, can
from accounts.rules.sight import EVERYTHING, Sight
from accounts.sight_queries import sights_of
from detractors.enums import SpikeKind
from detractors.models import Case, CaseTag, MatrixCell, RootCause, Spike, SpikeCase, Tag
from detractors.queries.sight import cases as visible
from detractors.rules import spikes as rule
from surveys.enums import QuestionKind
from surveys.models import SurveyQuestion, Touchpoint

Days = list[int]
SHORTEST_WORD, LONGEST_WORD = 4, 40  # letters
LONGEST_TEXT = 2_000  # characters of a complaint that are read
SHOWN = 200  # spikes that are over

_DAY = "floor(extract(epoch FROM %(now)s - c.{moment}) / 86400)::int"
_FROM = """
FROM detractors_case AS c {join}
WHERE c.workspace_id = %(workspace)s AND c.{moment} > %(since)s AND c.{moment} <= %(now)s AND c.merged_into_id IS NULL
"""
_PLAIN = "SELECT {column}, " + _DAY + ", count(*) " + _FROM + " AND {column} IS NOT NULL GROUP BY 1, 2"
_TAGS = (
    "SELECT t.tag_id, " + _DAY + ", count(*) " + _FROM + " GROUP BY 1, 2"
).format(moment="opened_at", join="JOIN detractors_casetag AS t ON t.case_id = c.id")  # fmt: skip
_ANSWERS = (
    "SELECT given.key || ':' || chosen.value, " + _DAY + ", count(DISTINCT c.id) " + _FROM
    + " AND given.key = ANY(%(questions)s) GROUP BY 1, 2"
).format(
    moment="opened_at",
    join="""JOIN surveys_response AS r ON r.id = c.response_id
CROSS JOIN LATERAL jsonb_each(r.answers) AS given (key, value)
CROSS JOIN LATERAL jsonb_array_elements_text(
  CASE WHEN jsonb_typeof(given.value) = 'array' THEN given.value ELSE jsonb_build_array(given.value) END
) AS chosen (value)""",
)  # fmt: skip
_WORDS = (
    "SELECT word.lexeme, " + _DAY + ", count(*) " + _FROM
    + " AND length(word.lexeme) BETWEEN %(shortest)s AND %(longest)s AND word.lexeme !~ '[0-9@/.]' GROUP BY 1, 2"
).format(
    moment="opened_at",
    join="CROSS JOIN LATERAL unnest(to_tsvector('simple', left(c.stated_complaint, %(text)s))) AS word",
)  # fmt: skip


def days_known(*, workspace: Workspace, now: datetime) -> float:
    """How many days ago the first case was opened; 0 without any."""
    first: datetime | None = Case.objects.of(workspace).aggregate(first=Min("opened_at"))["first"]
    return (now - first).total_seconds() / 86_400 if first else 0.0


def is_quiet(*, workspace: Workspace, now: datetime) -> bool:
    """Whether nothing was opened in the larger window, so that nothing can have risen."""
    since = now - timedelta(days=max(rule.WINDOWS))
    rows = Case.objects.of(workspace).filter(Q(opened_at__gt=since) | Q(resolved_at__gt=since))
    return not rows.exists()


def watched(*, workspace: Workspace, now: datetime, weeks: int) -> dict[str, dict[str, Days]]:
    """Cases of each thing by day, kind by kind."""
    facts = _facts(workspace, now)
    questions = SurveyQuestion.objects.of(workspace).filter(
        kind__in=(QuestionKind.SINGLE, QuestionKind.MULTIPLE), archived_at__isnull=True
    )
    asked = list(questions.values_list("public_id", flat=True))
    found = {
        SpikeKind.TOUCHPOINT: _counted(_plain("c.touchpoint_id"), facts),
        SpikeKind.CELL: _counted(_plain("c.cell_id"), facts),
        SpikeKind.CAUSE: _counted(_plain("c.root_cause_id", moment="resolved_at"), facts),
        SpikeKind.TAG: _counted(_TAGS, facts),
        SpikeKind.ANSWER: _counted(_ANSWERS, {**facts, "questions": asked}) if asked else {},
    }
    texts = {"text": LONGEST_TEXT, "shortest": SHORTEST_WORD, "longest": LONGEST_WORD}
    words: Mapping[str, Any] = _counted(_WORDS, {**facts, **texts})
    alltogether = _counted(_plain("c.workspace_id"), facts).get(str(workspace.pk), [0] * rule.DAYS)
    found[SpikeKind.WORD] = dict(rule.telling_words(words, cases=alltogether, weeks=weeks))  # type: ignore[arg-type]
    return {str(kind): things for kind, things in found.items()}


def days_of(*, spike: Spike, now: datetime) -> Days:
    """Cases of the spike's thing by day, until `now`."""
    facts = _facts(spike.workspace, now)
    statements = {
        SpikeKind.TOUCHPOINT: _plain("c.touchpoint_id"),
        SpikeKind.CELL: _plain("c.cell_id"),
        SpikeKind.CAUSE: _plain("c.root_cause_id", moment="resolved_at"),
        SpikeKind.TAG: _TAGS,
        SpikeKind.ANSWER: _ANSWERS,
        SpikeKind.WORD: _WORDS,
    }
    facts |= {"text": LONGEST_TEXT, "shortest": SHORTEST_WORD, "longest": LONGEST_WORD}
    facts |= {"questions": [spike.key.partition(":")[0]]}
    return _counted(statements[SpikeKind(spike.kind)], facts).get(spike.key, [0] * rule.DAYS)


def _facts(workspace: Workspace, now: datetime) -> dict[str, Any]:
    return {"workspace": workspace.pk, "now": now, "since": now - timedelta(days=rule.DAYS)}


def _plain(column: str, moment: str = "opened_at") -> str:
    return _PLAIN.format(column=column, moment=moment, join="")


def _counted(statement: str, facts: Mapping[str, Any]) -> dict[str, Days]:
    found: dict[str, Days] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        for key, day, n in cursor.fetchall():
            if 0 <= day < rule.DAYS:
                found.setdefault(str(key), [0] * rule.DAYS)[day] = n
    return found


# The very cases -----------------------------------------------------------------------------------------------


def cases_of_thing(
    *, workspace: Workspace, kind: str, key: str, since: datetime, until: datetime
) -> list[int]:
    """Ids of the cases of a thing in a time, as they were counted."""
    moment = "resolved_at" if kind == SpikeKind.CAUSE else "opened_at"
    rows: Any = Case.objects.of(workspace).filter(
        **{f"{moment}__gt": since, f"{moment}__lte": until}, merged_into__isnull=True
    )
    if kind == SpikeKind.TOUCHPOINT:
        rows = rows.filter(touchpoint=int(key))
    elif kind == SpikeKind.CELL:
        rows = rows.filter(cell=int(key))
    elif kind == SpikeKind.CAUSE:
        rows = rows.filter(root_cause=int(key))
    elif kind == SpikeKind.TAG:
        rows = rows.filter(pk__in=CaseTag.objects.of(workspace).filter(tag=int(key)).values("case"))
    elif kind == SpikeKind.ANSWER:
        question, _colon, option = key.partition(":")
        one = {f"response__answers__{question}": option}
        rows = rows.filter(Q(**one) | Q(**{f"response__answers__{question}__contains": [option]}))
    else:
        said = SearchVector("stated_complaint", config="simple")
        rows = rows.annotate(said=said).filter(said=SearchQuery(key, config="simple"))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def first_moment(*, workspace: Workspace, kind: str, cases: Iterable[int]) -> datetime | None:
    """When the first of these cases was opened (resolved, for a cause)."""
    moment = "resolved_at" if kind == SpikeKind.CAUSE else "opened_at"
    rows = Case.objects.of(workspace).filter(pk__in=list(cases))
    found: datetime | None = rows.aggregate(first=Min(moment))["first"]
    return found


# Names ----------------------------------------------------------------------------------------------------------


def name_of(*, workspace: Workspace, kind: str, key: str) -> str:
    """How people call the thing; its key where it is no longer there."""
    if kind == SpikeKind.WORD:
        return _("“%(word)s”") % {"word": key}
    if kind == SpikeKind.ANSWER:
        question, _colon, option = key.partition(":")
        row = SurveyQuestion.objects.of(workspace).filter(public_id=question).first()
        words = {one["id"]: one["text"] for one in row.options} if row else {}
        return f"{row.text[:100]}: {words.get(option, option)}"[:200] if row else key
    models: dict[str, Any] = {
        SpikeKind.TOUCHPOINT: Touchpoint,
        SpikeKind.CAUSE: RootCause,
        SpikeKind.TAG: Tag,
    }
    if kind == SpikeKind.CELL:
        cell = (
            MatrixCell.objects.of(workspace).select_related("scenario", "failure").filter(pk=int(key)).first()
        )
        return str(cell) if cell else key
    found = models[kind].objects.of(workspace).filter(pk=int(key)).first()
    return str(found.name)[:200] if found else key


# What was found -------------------------------------------------------------------------------------------------


def running(*, workspace: Workspace) -> list[Spike]:
    """Spikes that are not over, dismissed ones among them, by id."""
    return list(Spike.objects.of(workspace).filter(ended_at__isnull=True).order_by("pk"))


def listed(*, workspace: Workspace, sight: Sight = EVERYTHING) -> list[Spike]:
    """Every spike with its team, those that go on first; none for who sees a part of the cases, whose figures these are not."""
    if sight.is_limited:
        return []
    rows = Spike.objects.of(workspace).select_related("team", "dismissed_by", "view")
    return sorted(rows.order_by("-raised_at")[:SHOWN], key=lambda one: one.is_over or one.is_dismissed)


def narrowed(
    *, workspace: Workspace, sight: Sight = EVERYTHING, is_over: bool | None = None, is_dismissed: bool | None = None,
    kind: str | None = None,
) -> QuerySet[Spike]:  # fmt: skip
    """Spikes of which all this holds, each with its team; none for who sees a part of the cases."""
    rows: QuerySet[Spike] = Spike.objects.of(workspace).select_related("team")
    if sight.is_limited:
        return rows.none()
    if is_over is not None:
        rows = rows.filter(ended_at__isnull=not is_over)
    if is_dismissed is not None:
        rows = rows.filter(dismissed_at__isnull=not is_dismissed)
    return rows.filter(kind=kind) if kind else rows


def spike_with(*, workspace: Workspace, public_id: str, sight: Sight = EVERYTHING) -> Spike | None:
    """The spike of this id, as far as its figures may be seen."""
    if sight.is_limited:
        return None
    related = ("workspace", "team", "view", "rule", "moves", "queue_by", "dismissed_by")
    found: Spike | None = (
        Spike.objects.of(workspace).select_related(*related).filter(public_id=public_id).first()
    )
    return found


def cases_of(*, spike: Spike, sight: Sight = EVERYTHING) -> QuerySet[Case]:
    """The very cases of a spike that may be seen, the latest first."""
    mine = SpikeCase.objects.of(spike.workspace_id).filter(spike=spike).values("case")
    rows: QuerySet[Case] = Case.objects.of(spike.workspace_id).filter(
        visible(workspace=spike.workspace, sight=sight), pk__in=mine
    )
    return rows.order_by("-opened_at", "-pk")


def open_count(*, workspace: Workspace) -> int:
    """How many go on and were not dismissed."""
    return int(Spike.objects.of(workspace).filter(ended_at__isnull=True, dismissed_at__isnull=True).count())


def told(*, workspace: Workspace) -> list[User]:
    """Who hears of a spike: those who give out cases and see all of them."""
    rows: Iterable[Membership] = active(workspace=workspace).select_related("user").order_by("pk")
    managing = [row for row in rows if can(row.role, Permission.ASSIGN_CASES)]
    sights = sights_of(managing)
    return [row.user for row in managing if sights[row.pk].is_everything]
