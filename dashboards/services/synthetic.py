"""Believable rows in bulk, consistent with everything `check_loop` proves: contacts, invitations, answers, cases.

Rows go in by COPY; their ledgers and decisions are derived from them in SQL; the tallies are made at the end. All of it is
one transaction: a load that is stopped leaves nothing behind. The same seed on the same day gives the same figures; link
secrets are as random as ever.
"""

import json
import random  # noqa: TID251  # seeded figures, never a secret: the same seed makes the same rows
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import accumulate, islice
from math import log
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from accounts.models import Workspace
from core.tokens import new_nonce, new_public_id
from dashboards.rules import story
from dashboards.services import synthetic_cases, tallies
from surveys.enums import Metric, SurveyStatus
from surveys.models import Attribute, Contact, Survey, Touchpoint
from surveys.models.contact import MAX_REPORTABLE
from surveys.rules.nps import DETRACTOR, DETRACTOR_TO, classify
from surveys.services import companies, settling

CHUNK = 20_000  # rows of one COPY
BIG = (
    50_000  # from so many answers on, fewer of them come by mail: invitations are the larger part of the rows
)
LIVE = timedelta(
    days=8
)  # younger answers came in as they were given; older ones may have been taken over later
RESPONSE_RATE = 0.38  # of invitations
CHANNELS = ("EMAIL", "WEB", "API", "LINK", "SMS")
ANONYMOUS = 0.06  # of the answers on the website
ATTRIBUTES = {"region": story.REGIONS, "plan": story.PLANS, "product": story.PRODUCTS}


class NothingToLoadInto(ValueError):
    """The workspace has no active NPS survey."""


@dataclass(frozen=True)
class Loaded:
    """How many rows there are now that were not there before."""

    contacts: int
    invitations: int
    responses: int
    detractors: int
    cases: int
    joined: int
    open_cases: int


@dataclass
class Person:
    """What an answer needs of its contact."""

    pk: int
    name: str
    region: str
    plan: str
    facts: str  # the reportable attributes as the inside of a JSON object
    search: str


@dataclass
class Answer:
    """One answer before it is written; `at` is seconds since 1970."""

    at: int
    person: Person | None
    touchpoint: str
    channel: str
    score: int
    comment: str


def load(
    *,
    workspace: Workspace,
    contacts: int,
    responses: int,
    cases: int,
    days: int,
    seed: int,
    now: datetime,
    open_share: float | None = None,
) -> Loaded:
    """Load about that many rows spread over the last `days` days. Raises NothingToLoadInto.

    Answers that have no case although unhappy were taken over from an earlier system: received at `now`, decision
    HISTORICAL. `open_share` (0 to 1) makes that share of the cases open; without it, the young ones are.
    """
    survey = (
        Survey.objects.of(workspace)
        .filter(metric=Metric.NPS, status=SurveyStatus.ACTIVE)
        .order_by("pk")
        .first()
    )
    if survey is None:
        raise NothingToLoadInto(workspace.slug)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute(
            "SET LOCAL idle_in_transaction_session_timeout = 0"
        )  # a million answers are thought up first
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE"
        )  # or a million rows queue a check each until the commit
        return _Loading(workspace, survey, random.Random(seed), now, days).run(
            contacts, responses, cases, open_share
        )


class _Loading:
    """One load; its methods run in the order they stand in."""

    def __init__(
        self, workspace: Workspace, survey: Survey, chance: random.Random, now: datetime, days: int
    ) -> None:
        self.workspace, self.survey, self.chance, self.now, self.days = workspace, survey, chance, now, days
        self.end = int(now.timestamp()) - 120
        self.begin = self.end - days * 86_400
        self.zone = ZoneInfo(workspace.time_zone)
        self.local_days: dict[int, str] = {}
        self.moods: dict[tuple[int, str, str, str], story.Feelings] = {}

    def run(self, contacts: int, responses: int, cases: int, open_share: float | None) -> Loaded:
        self.touchpoints = self._touchpoints()
        self._declare_attributes()
        people = self._people(contacts)
        if responses and not people:
            people = [
                _person(row)
                for row in Contact.objects.of(self.workspace).filter(erased_at__isnull=True)[:10_000]
            ]
        moments = self._moments(responses)
        answers = list(self._answers(moments, people, responses))
        live_from = self._live_from(answers, cases)
        ids = _new_ids("surveys_response", len(answers))
        invited = self._write(answers, ids, live_from, people)
        live = [(pk, answer) for pk, answer in zip(ids, answers, strict=True) if answer.at >= live_from]
        unhappy = [(pk, answer) for pk, answer in live if answer.score <= DETRACTOR_TO]
        made = synthetic_cases.make(
            workspace=self.workspace, survey=self.survey, touchpoints=self.touchpoints, unhappy=unhappy, wanted=cases,
            chance=self.chance, now=self.now, begin=self.begin, open_share=open_share,
        )  # fmt: skip
        self._again(made.again)
        self._derive()
        settling.tell_contacts(workspace_id=self.workspace.pk, contacts=[person.pk for person in people])
        tallies.rebuild(workspace=self.workspace)
        return Loaded(
            contacts=contacts,
            invitations=invited + len(made.again),
            responses=len(answers) + sum(one.answered_at is not None for one in made.again),
            detractors=sum(answer.score <= DETRACTOR_TO for answer in answers),
            cases=made.cases,
            joined=made.joined,
            open_cases=made.open_cases,
        )

    # --- Who -----------------------------------------------------------------------------------------------------

    def _touchpoints(self) -> dict[str, Touchpoint]:
        known = {row.name: row for row in Touchpoint.objects.of(self.workspace)}
        for name, _weight in story.TOUCHPOINTS:
            if name not in known:
                known[name] = Touchpoint(workspace=self.workspace, name=name, created_at=self.now)
                known[name].save()
        return {name: known[name] for name, _weight in story.TOUCHPOINTS}

    def _declare_attributes(self) -> None:
        rows = {row.name: row for row in Attribute.objects.of(self.workspace).select_for_update()}
        reportable = sum(row.is_reportable for row in rows.values())
        for name, values in ATTRIBUTES.items():
            row = rows.get(name)
            if row is None:
                row = Attribute(
                    workspace=self.workspace, name=name, label=name.capitalize(), created_at=self.now
                )
                row.is_reportable = reportable < MAX_REPORTABLE
                reportable += row.is_reportable
            row.values = sorted({*row.values, *(value for value, _weight in values)})
            row.save()

    def _people(self, count: int) -> list[Person]:
        taken = Contact.objects.of(self.workspace).filter(external_id__startswith="C-").count()
        rows = [self._contact(taken + number + 1) for number in range(count)]
        named = companies.ensure(workspace=self.workspace, names={row.company for row in rows}, now=self.now)
        for row in rows:
            row.account_id = named.get(row.company)
        Contact.objects.of(self.workspace).bulk_create(rows, batch_size=2_000)
        return [_person(row) for row in rows]

    def _contact(self, number: int) -> Contact:
        first, last = story.pick(story.FIRST_NAMES, self.chance), story.pick(story.LAST_NAMES, self.chance)
        attributes = {name: self._weighted(values) for name, values in ATTRIBUTES.items()}
        plain = f"{first}.{last}".lower().translate(str.maketrans("áöüé", "aoue"))
        company = story.pick(story.COMPANIES, self.chance)
        at = datetime.fromtimestamp(self.begin, UTC) - timedelta(days=self.chance.random() * 700)
        external_id, email = f"C-{number:06d}", f"{plain}.{number}@customers.example"
        return Contact(
            workspace=self.workspace, external_id=external_id, email=email, name=f"{first} {last}", company=company,
            language="en", attributes=attributes, created_at=at, updated_at=at,
            account_value=round(self.chance.random() ** 4 * 40_000 + 200, 2),
            search=" ".join(part for part in (f"{first} {last}", email, company, external_id) if part),
        )  # fmt: skip

    def _weighted(self, values: Iterable[tuple[str, int]]) -> str:
        names, weights = _unzipped(values)
        return str(self.chance.choices(names, weights)[0])

    # --- When and what -------------------------------------------------------------------------------------------

    def _moments(self, count: int) -> list[int]:
        """Seconds since 1970, rising: busier on weekdays, by day, before Christmas, and a little every month."""
        first = datetime.fromtimestamp(self.begin, self.zone).date()
        dates = [first + timedelta(days=number) for number in range(self.days + 1)]
        weights = [
            story.WEEKDAYS[day.weekday()]
            * story.MONTHS[day.month - 1]
            * (1 + 0.5 * place / max(self.days, 1))
            for place, day in enumerate(dates)
        ]
        starts = [
            int(datetime.combine(day, datetime.min.time(), tzinfo=self.zone).timestamp()) for day in dates
        ]
        hours = self.chance.choices(range(24), story.HOURS, k=count)
        found = []
        for start, hour in zip(self.chance.choices(starts, weights, k=count), hours, strict=True):
            moment = start + hour * 3600 + int(self.chance.random() * 3600)
            if (
                not self.begin <= moment < self.end
            ):  # a later hour of today, or an earlier one of the first day
                moment = self.begin + int(self.chance.random() * (self.end - self.begin))
            found.append(moment)
        found.sort()
        return found

    def _answers(self, moments: list[int], people: list[Person], total: int) -> Iterator[Answer]:
        names, weights = _unzipped(story.TOUCHPOINTS)
        sums = list(accumulate(weights))
        mailed = 0.62 if total <= BIG else 0.40
        channel_sums = list(accumulate((mailed, *((1 - mailed) * part for part in (0.40, 0.28, 0.2, 0.12)))))
        roll = self.chance.random
        for at in moments:
            touchpoint = names[min(bisect(sums, roll() * sums[-1]), len(names) - 1)]
            channel = CHANNELS[min(bisect(channel_sums, roll()), len(CHANNELS) - 1)]
            person = people[int(roll() * len(people))] if people else None
            if person is None or (channel == "WEB" and roll() < ANONYMOUS):
                person, channel = None, "WEB"
            score = self._mood(at, touchpoint, person).score(roll())
            yield Answer(
                at,
                person,
                touchpoint,
                channel,
                score,
                story.comment(chance=self.chance, score=score, touchpoint=touchpoint),
            )

    def _mood(self, at: int, touchpoint: str, person: Person | None) -> story.Feelings:
        region, plan = (person.region, person.plan) if person else ("", "")
        step = int(200 * (at - self.begin) / max(self.end - self.begin, 1))
        key = (step, touchpoint, region, plan)
        if key not in self.moods:
            self.moods[key] = story.feelings(
                story.contentment(share=step / 200, touchpoint=touchpoint, region=region, plan=plan)
            )
        return self.moods[key]

    def _live_from(self, answers: list[Answer], cases: int) -> int:
        """From when on unhappy answers came in as they were given and have a case: so that there are `cases` of them."""
        young = int((self.now - LIVE).timestamp())
        opening = [answer.at for answer in answers if answer.score <= DETRACTOR_TO]
        if cases >= len(opening):
            return self.begin
        return min(opening[-cases] if cases else self.end, young)

    # --- Writing -------------------------------------------------------------------------------------------------

    def _write(self, answers: list[Answer], ids: list[int], live_from: int, people: list[Person]) -> int:
        mailed = [
            place for place, answer in enumerate(answers) if answer.channel == "EMAIL" and answer.person
        ]
        silent = int(len(mailed) / RESPONSE_RATE) - len(mailed) if mailed and people else 0
        invitation_ids = dict(zip(mailed, _new_ids("surveys_invitation", len(mailed)), strict=True))
        sent_at: dict[int, int] = {}
        for place in mailed:
            delay = int(min(-9 * 3600 * log(1 - self.chance.random()), 9 * 86_400)) + 60
            sent_at[place] = answers[place].at - delay
        _copy("surveys_invitation", INVITATION, (
            self._invitation(invitation_ids[place], answers[place].person, answers[place].touchpoint, sent_at[place], answers[place].at)
            for place in mailed
        ))  # fmt: skip
        _copy("surveys_response", RESPONSE, (
            self._response(pk, answer, invitation_ids.get(place), live_from)
            for place, (pk, answer) in enumerate(zip(ids, answers, strict=True))
        ))  # fmt: skip
        moments = self._moments(silent)
        names, weights = _unzipped(story.TOUCHPOINTS)
        where = self.chance.choices(names, weights, k=silent)
        _copy("surveys_invitation", INVITATION, (
            self._invitation(pk, people[int(self.chance.random() * len(people))], touchpoint, at - 120, None)
            for pk, at, touchpoint in zip(_new_ids("surveys_invitation", silent), moments, where, strict=True)
        ))  # fmt: skip
        return len(mailed) + silent

    def _invitation(
        self,
        pk: int,
        person: Person | None,
        touchpoint: str,
        sent: int,
        answered: int | None,
        purpose: str = "SURVEY",
    ) -> list[Any]:
        assert person is not None
        roll = self.chance.random
        is_delivered = answered is not None or roll() < 0.975
        is_opened = (answered is not None and roll() < 0.8) or (
            answered is None and is_delivered and roll() < 0.34
        )
        status = (
            "ANSWERED"
            if answered is not None
            else "OPENED"
            if is_opened
            else "DELIVERED"
            if is_delivered
            else "SENT"
        )
        expires = sent + self.survey.link_days * 86_400
        if answered is None and expires < self.end:
            status = "EXPIRED"
        delivered = sent + 4 if is_delivered else None
        opened = None
        if is_opened:
            opened = (
                max(answered - 25, sent + 4) if answered else min(sent + 600 + int(roll() * 30_000), self.end)
            )
        due = _moment(sent - 3)
        return [
            pk, self.workspace.pk, new_public_id(), new_nonce(), self.survey.pk, person.pk, self.touchpoints[touchpoint].pk,
            purpose, "EMAIL", "t", status, "", due, _moment(expires), due, _moment(sent), _moment(delivered), _moment(opened),
            _moment(answered), due,
        ]  # fmt: skip

    def _response(
        self, pk: int, answer: Answer, invitation: int | None, live_from: int, purpose: str = "SURVEY"
    ) -> list[Any]:
        received = answer.at if answer.at >= live_from else int(self.now.timestamp())
        facts = f", {answer.person.facts}" if answer.person and answer.person.facts else ""
        dimensions = f'{{"touchpoint": "{answer.touchpoint}", "channel": "{answer.channel}", "language": "{self.survey.language}"{facts}}}'
        return [
            pk, self.workspace.pk, new_public_id(), self.survey.pk, answer.person.pk if answer.person else None, invitation,
            self.touchpoints[answer.touchpoint].pk, self.survey.metric, purpose, answer.score, classify(answer.score),
            answer.comment, "{}", answer.channel, "CONFIRMED", self.survey.language, dimensions, self._day(answer.at),
            _moment(answer.at), _moment(received), "f", "",
        ]  # fmt: skip

    def _again(self, again: list["synthetic_cases.Again"]) -> None:
        """Second questions after a fix, with their answers, and the case's memory of them."""
        responses, invitations = (
            _new_ids("surveys_response", len(again)),
            _new_ids("surveys_invitation", len(again)),
        )
        live = self.begin - 86_400 * 400
        _copy("surveys_invitation", INVITATION, (
            self._invitation(pk, one.person, one.touchpoint, one.asked_at, one.answered_at, "RESURVEY")
            for pk, one in zip(invitations, again, strict=True)
        ))  # fmt: skip
        _copy("surveys_response", RESPONSE, (
            self._response(pk, Answer(one.answered_at, one.person, one.touchpoint, "EMAIL", one.score, ""), invitation, live, "RESURVEY")
            for pk, invitation, one in zip(responses, invitations, again, strict=True)
            if one.answered_at is not None and one.score is not None
        ))  # fmt: skip
        synthetic_cases.settle(
            workspace=self.workspace, again=again, responses=responses, invitations=invitations
        )

    def _derive(self) -> None:
        """Ledgers and decisions of every answer and invitation that has none yet, as recording them would have written."""
        parameters: dict[str, Any] = {"workspace": self.workspace.pk, "zone": self.workspace.time_zone}
        with connection.cursor() as cursor:
            for statement in (_CHANGES, _FUNNEL, _DECISIONS, _ASKED):
                cursor.execute(statement, parameters)

    def _day(self, at: int) -> str:
        quarter = at // 900  # no time zone turns within a quarter of an hour
        if quarter not in self.local_days:
            self.local_days[quarter] = datetime.fromtimestamp(at, self.zone).date().isoformat()
        return self.local_days[quarter]


INVITATION = (
    "id", "workspace_id", "public_id", "link_nonce", "survey_id", "contact_id", "touchpoint_id", "purpose", "channel", "is_mailed",
    "status", "not_sent_because", "due_at", "expires_at", "queued_at", "sent_at", "delivered_at", "opened_at", "answered_at", "created_at",
)  # fmt: skip
RESPONSE = (
    "id", "workspace_id", "public_id", "survey_id", "contact_id", "invitation_id", "touchpoint_id", "metric", "purpose", "score", "segment",
    "comment", "answers", "channel", "trust", "language", "dimensions", "day", "responded_at", "received_at", "open_case", "submission",
)  # fmt: skip

_CHANGES = """
INSERT INTO surveys_responsechange
    (workspace_id, response_id, survey_id, after_series, after_score, comment_before, day, dimensions, at, is_folded)
SELECT r.workspace_id, r.id, r.survey_id, CASE r.purpose WHEN 'RESURVEY' THEN 'RESURVEY' ELSE 'HEADLINE' END, r.score, '', r.day,
       r.dimensions, r.received_at, TRUE
FROM surveys_response AS r
WHERE r.workspace_id = %(workspace)s AND r.trust = 'CONFIRMED'
  AND NOT EXISTS (SELECT 1 FROM surveys_responsechange AS c WHERE c.response_id = r.id)
"""

_FUNNEL = """
INSERT INTO surveys_invitationchange (workspace_id, invitation_id, survey_id, stage, day, dimensions, at, is_folded)
SELECT i.workspace_id, i.id, i.survey_id, stage.code, (i.queued_at AT TIME ZONE %(zone)s)::date,
       COALESCE(r.dimensions, jsonb_build_object('touchpoint', t.name, 'channel', i.channel, 'language', s.language)
                || facts.dimensions), stage.at, TRUE
FROM surveys_invitation AS i
JOIN surveys_touchpoint AS t ON t.id = i.touchpoint_id
JOIN surveys_survey AS s ON s.id = i.survey_id
JOIN surveys_contact AS k ON k.id = i.contact_id
LEFT JOIN surveys_response AS r ON r.invitation_id = i.id
CROSS JOIN LATERAL (
    SELECT COALESCE(jsonb_object_agg('attribute:' || pair.key, pair.value), '{}'::jsonb) AS dimensions
    FROM jsonb_each_text(k.attributes) AS pair
    JOIN surveys_attribute AS a ON a.workspace_id = i.workspace_id AND a.name = pair.key AND a.is_reportable
) AS facts
CROSS JOIN LATERAL (VALUES
    ('SENT', i.sent_at), ('DELIVERED', i.delivered_at), ('OPENED', i.opened_at), ('ANSWERED', i.answered_at),
    ('COMMENTED', CASE WHEN r.comment <> '' THEN i.answered_at END)
) AS stage (code, at)
WHERE i.workspace_id = %(workspace)s AND i.message_id IS NULL AND i.is_mailed AND i.sent_at IS NOT NULL AND stage.at IS NOT NULL
ON CONFLICT (invitation_id, stage) DO NOTHING
"""

_DECISIONS = f"""
INSERT INTO detractors_casedecision (workspace_id, response_id, outcome, reason, evidence, decided_at)
SELECT r.workspace_id, r.id, 'NOT_OPENED',
       CASE WHEN r.purpose = 'RESURVEY' THEN 'RESURVEY' WHEN r.segment <> '{DETRACTOR}' THEN 'NOT_DETRACTOR' ELSE 'HISTORICAL' END,
       '{{}}', r.received_at
FROM surveys_response AS r
WHERE r.workspace_id = %(workspace)s AND r.decide_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM detractors_casedecision AS d WHERE d.response_id = r.id)
"""

_ASKED = """
UPDATE surveys_contact AS k SET last_asked_at = GREATEST(k.last_asked_at, asked.at)
FROM (SELECT contact_id, MAX(queued_at) AS at FROM surveys_invitation WHERE workspace_id = %(workspace)s GROUP BY contact_id) AS asked
WHERE k.id = asked.contact_id AND k.last_asked_at IS DISTINCT FROM GREATEST(k.last_asked_at, asked.at)
"""


def _unzipped(pairs: Iterable[tuple[str, int]]) -> tuple[list[str], list[int]]:
    names, weights = zip(*pairs, strict=True)
    return list(names), list(weights)


def _person(row: Contact) -> Person:
    facts = {f"attribute:{name}": value for name, value in row.attributes.items() if name in ATTRIBUTES}
    inside = json.dumps(facts, ensure_ascii=False)[1:-1]
    return Person(
        row.pk, row.name, row.attributes.get("region", ""), row.attributes.get("plan", ""), inside, row.search
    )


def _new_ids(table: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [row[0] for row in cursor.fetchall()]


def _copy(table: str, columns: tuple[str, ...], rows: Iterable[list[Any]]) -> None:
    """COPY `rows` in chunks; columns not named must have no default to be filled by Django."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    lines = ("\t".join(map(_cell, row)) + "\n" for row in rows)
    with connection.cursor() as cursor:
        while chunk := "".join(islice(lines, CHUNK)):
            cursor.cursor.copy_expert(statement, StringIO(chunk))


def _cell(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n")
    return str(value)


def _moment(at: int | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat()
