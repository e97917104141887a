"""What one survey's report shows: counts by score over time and by what the answers carry, and answers to further questions.

Everything that is tallied is read from the tallies; sources and further questions are read from the answers themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count

from dashboards.queries import answers as answer_queries
from dashboards.queries.counts import Scope, counts
from dashboards.queries.nps import SCORES, label_of, starts
from surveys.enums import QuestionKind
from surveys.models import Survey, SurveyQuestion

Distribution = tuple[int, ...]  # how many gave each score, from 0
LATEST = 5  # texts shown of a question


class Part(NamedTuple):
    """One bucket or value with its scores; `key` is None where no value is set."""

    key: str | None
    label: str
    scores: Distribution


@dataclass(frozen=True)
class Trend:
    """A period, the one before it, and its buckets, from one snapshot."""

    now: Distribution
    before: Distribution
    buckets: tuple[Part, ...]


class Text(NamedTuple):
    words: str
    response_id: str
    at: datetime
    score: int
    segment: str


@dataclass(frozen=True)
class Question:
    """A further question with who answered it: `choices` are (id, words, how many), `texts` the latest of a free text."""

    public_id: str
    kind: str
    text: str
    answered: int
    choices: tuple[tuple[str, str, int], ...]
    texts: tuple[Text, ...]


def trend(*, scope: Scope, before: date, bucket: str) -> Trend:
    """The scope's period with all its buckets, also the empty ones, and the days from `before` up to it."""
    rows = counts(scope=replace(scope, since=before), bucket=bucket, current_from=scope.since)
    by_start: dict[date | None, list[Any]] = defaultdict(list)
    for row in rows:
        if not row.is_before:
            by_start[row.bucket].append(row)
    return Trend(
        now=_scores(row for row in rows if not row.is_before),
        before=_scores(row for row in rows if row.is_before),
        buckets=tuple(
            Part(start.isoformat(), start.isoformat(), _scores(by_start.get(start, [])))
            for start in starts(bucket, scope.since, scope.until)
        ),
    )


def breakdown(*, scope: Scope, by: str) -> list[Part]:
    """The scores by value of dimension `by`, most answers first; the last part may be "not set"."""
    found: dict[str | None, list[Any]] = defaultdict(list)
    for row in counts(scope=scope, by=by):
        found[row.value].append(row)
    return _sorted(Part(value, label_of(by, value), _scores(rows)) for value, rows in found.items())


def by_source(*, scope: Scope) -> list[Part]:
    """The scores by source of the public link; answers without one are left out."""
    rows = answer_queries.answers(scope=scope).exclude(source="").order_by()
    found: dict[str, list[int]] = defaultdict(lambda: [0] * SCORES)
    for source, score, n in rows.values_list("source", "score").annotate(n=Count("pk")):
        found[source][score] += n
    return _sorted(Part(source, source, tuple(scores)) for source, scores in found.items())


def questions(*, scope: Scope, survey: Survey) -> list[Question]:
    """What was answered to each further question, those asked today first, in their order: three statements."""
    asked = list(
        SurveyQuestion.objects.of(scope.workspace)
        .filter(survey=survey)
        .order_by("archived_at", "position", "id")
    )
    if not asked:
        return []
    ids = [one.public_id for one in asked]
    rows, parameters = (
        answer_queries.answers(scope=replace(scope, survey=survey))
        .select_related(None)
        .order_by()
        .values_list("id", "public_id", "answers", "responded_at", "score", "segment")
        .query.sql_with_params()
    )
    counted = _counted(rows, parameters, ids)
    texts = _latest(rows, parameters, [one.public_id for one in asked if one.kind == QuestionKind.TEXT])
    found = [_question(one, counted.get(one.public_id, {}), texts.get(one.public_id, ())) for one in asked]
    live = {one.public_id for one in asked if one.archived_at is None}
    ordered = [one for one in found if one.public_id in live]
    return ordered + [one for one in found if one.public_id not in live and one.answered]


def _question(one: SurveyQuestion, counted: dict[str | None, int], texts: Sequence[Text]) -> Question:
    if one.kind == QuestionKind.RATING:
        offered = [(str(number), str(number)) for number in range(1, 6)]
    else:
        offered = [(str(option["id"]), str(option["text"])) for option in one.options]
    return Question(
        public_id=one.public_id,
        kind=one.kind,
        text=one.text,
        answered=counted.get(None, 0),
        choices=tuple((ident, words, counted.get(ident, 0)) for ident, words in offered),
        texts=tuple(texts),
    )


# `rows` is the statement of the very answers the figures count, written by the models.
_COUNTED = """
SELECT pair.key, one.value, count(*)
FROM ({rows}) AS r (id, public_id, answers, responded_at, score, segment)
CROSS JOIN LATERAL jsonb_each(r.answers) AS pair
CROSS JOIN LATERAL (
  SELECT NULL::text AS value
  UNION ALL SELECT pair.value #>> '{{}}' WHERE jsonb_typeof(pair.value) IN ('string', 'number') AND length(pair.value::text) <= 60
  UNION ALL SELECT DISTINCT many.value FROM jsonb_array_elements_text(
    CASE jsonb_typeof(pair.value) WHEN 'array' THEN pair.value ELSE '[]'::jsonb END) AS many (value)
) AS one
WHERE pair.key = ANY(%s) AND pair.value NOT IN ('""'::jsonb, '[]'::jsonb, 'null'::jsonb)
GROUP BY 1, 2"""
_LATEST = """
SELECT key, words, public_id, responded_at, score, segment FROM (
  SELECT asked.key, r.answers ->> asked.key AS words, r.public_id, r.responded_at, r.score, r.segment,
         row_number() OVER (PARTITION BY asked.key ORDER BY r.responded_at DESC, r.id DESC) AS place
  FROM ({rows}) AS r (id, public_id, answers, responded_at, score, segment)
  CROSS JOIN unnest(%s::text[]) AS asked (key)
  WHERE COALESCE(r.answers ->> asked.key, '') <> ''
) AS latest WHERE place <= %s ORDER BY key, place"""


def _counted(rows: str, parameters: Sequence[Any], ids: list[str]) -> dict[str, dict[str | None, int]]:
    """By question: how many answered (None), and how many chose each answer."""
    found: dict[str, dict[str | None, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(rows=rows), [*parameters, ids])
        for key, value, n in cursor.fetchall():
            found[key][value] = n
    return found


def _latest(rows: str, parameters: Sequence[Any], ids: list[str]) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = defaultdict(list)
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(_LATEST.format(rows=rows), [*parameters, ids, LATEST])
            for key, *facts in cursor.fetchall():
                found[key].append(Text(*facts))
    return found


def _sorted(parts: Iterable[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: (part.key is None, -sum(part.scores), part.label))


def _scores(rows: Iterable[Any]) -> Distribution:
    found = [0] * SCORES
    for row in rows:
        found[row.score] += row.n
    return tuple(found)
